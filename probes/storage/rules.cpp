// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/mount_child.hpp"
#include "probes/storage/trouble.hpp"
#include "probes/storage/wire_child.hpp"

namespace sparkwarden::probes::storage {
namespace {

struct KubeletWords {
  const Code* row;
  std::string_view words;
};

// What mount(8) prints and the kubelet repeats in its FailedMount event.
constexpr std::array kKubelet{
    KubeletWords{&codes::kDns, "mount.nfs: Failed to resolve server: Name or service not known"},
    KubeletWords{&codes::kRefused, "mount.nfs: Connection refused"},
    KubeletWords{&codes::kUnreachable, "mount.nfs: Connection timed out"},
    KubeletWords{&codes::kSilent, "mount.nfs: Connection timed out"},
    KubeletWords{&codes::kProtocol, "mount.nfs: Protocol not supported"},
    KubeletWords{&codes::kVersion, "mount.nfs: Protocol not supported"},
    KubeletWords{&codes::kExportRefused, "mount.nfs: access denied by server while mounting"},
    KubeletWords{&codes::kExportMissing,
                 "mount.nfs: mounting failed, reason given by server: No such file or directory"},
    KubeletWords{&codes::kExportStale, "mount.nfs: Stale file handle"},
};

constexpr std::array<std::string_view, 5> kLoopSteps{
    "resolve", "connect", "null", "portmapper", "mountd"};

bool starts_pods(Role role) {
  return driver_side(role) || role == Role::zeppelin_server;
}

std::string kubelet_effect(const Code& row, const Target& target) {
  for (const KubeletWords& entry : kKubelet) {
    if (entry.row->code != row.code) continue;
    const std::string volume = target.volume.empty() ? "checkpoints" : target.volume;
    return "new pods stay in ContainerCreating: MountVolume.SetUp failed for volume \"" + volume +
           "\": " + std::string(entry.words) + "; ";
  }
  return {};
}

// The child's word is not enough to make a new time series.
bool has_labels(const Step& step) {
  const auto contains = [&](const auto& names) {
    return std::find(names.begin(), names.end(), step.name) != names.end();
  };
  return (step.via == "wire" && contains(kWireSteps)) ||
         (step.via == "mount" && contains(kMountSteps)) ||
         (step.via == "loop" && contains(kLoopSteps));
}

}  // namespace

Finding found_at(const Code& row, const Target& target, const Judge& judge, std::string message) {
  Finding finding = found(row, target.name(), std::move(message));
  finding.location = target.declared_at;
  if (starts_pods(judge.role)) finding.effect = kubelet_effect(row, target) + finding.effect;
  return finding;
}

namespace {

// With a mount that answers, whatever fails over the wire is no failure of the storage.
void explain_only(Observed& wire,
                  const Observed& mount,
                  const TargetLook& look,
                  const Judge& judge) {
  const auto told = [&](const Finding& finding) {
    return std::any_of(mount.findings.begin(), mount.findings.end(), [&](const Finding& known) {
      return known.code == finding.code;
    });
  };
  std::erase_if(wire.findings, told);
  if (judge.settings->wire == Use::require) return;
  for (Finding& finding : wire.findings) {
    finding.severity = std::min(finding.severity, Severity::warning);
  }
  const auto permission = [](const Unlooked& entry) {
    return entry.code == codes::kNotPermitted.code;
  };
  for (const Unlooked& entry : wire.unlooked) {
    if (!permission(entry)) continue;
    wire.findings.push_back(found_at(codes::kNotPermitted, look.target, judge, entry.message));
  }
  std::erase_if(wire.unlooked, permission);
}

}  // namespace

Observed judge_target(const TargetLook& look, const Judge& judge) {
  Observed out;
  const bool decided = mount_decides(look, judge);
  const bool reached = look.server && look.server->fine();
  if (look.server) judge_server(*look.server, look.target, judge, out);
  if (reached && look.wire) judge_wire(*look.wire, look.target, judge, out);
  if (reached) judge_history(look.history, look.target, judge, out);
  if (judge.settings->wire == Use::off) {
    if (!decided && look.touch == MountTouch::none) {
      out.unlooked.push_back(
          unlooked(codes::kProofNone,
                   look.target.name(),
                   "probes.storage.wire is off, and nothing else proves the export"));
    }
  } else if (!decided && (!look.server || (reached && !look.wire))) {
    out.unlooked.push_back(
        unlooked(codes::kProofLate, look.target.name(), "no time was left to look at this export"));
  }
  Observed mount;
  judge_mount(look, judge, mount);
  if (decided) explain_only(out, mount, look, judge);
  std::move(mount.findings.begin(), mount.findings.end(), std::back_inserter(out.findings));
  std::move(mount.unlooked.begin(), mount.unlooked.end(), std::back_inserter(out.unlooked));
  return out;
}

bool worth_trying_version_4(const WireLook& look) {
  if (look.version != 3 || look.transcript.events.empty()) return false;
  for (const io::ChildEvent& event : look.transcript.events) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (end == nullptr) continue;
    const Trouble trouble = classify(*end);
    return end->step == "mount" && (trouble == Trouble::refused || trouble == Trouble::silent ||
                                    trouble == Trouble::disconnected);
  }
  return false;
}

std::optional<double> told_number(const WireLook& look, std::string_view key) {
  const std::string_view text = look.transcript.fact(key).value_or("");
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<Step> steps_of(const WireLook& look) {
  std::vector<Step> steps;
  microseconds ended{0};
  for (const io::ChildEvent& event : look.transcript.events) {
    if (const auto* begin = std::get_if<io::StepBegin>(&event)) {
      steps.push_back({.name = begin->step, .via = begin->via, .status = "unfinished"});
    } else if (const auto* end = std::get_if<io::StepEnd>(&event);
               end != nullptr && !steps.empty()) {
      steps.back().took = end->took;
      steps.back().status = end->ok ? "ok" : "error";
      steps.back().text = end->symbol.empty() ? end->text : end->symbol;
      ended += end->took;
    }
  }
  const auto lived = std::chrono::duration_cast<microseconds>(look.took);
  if (!steps.empty() && steps.back().status == "unfinished" && lived > ended) {
    steps.back().took = lived - ended;
  }
  return steps;
}

bool got_in(const WireLook& look) {
  const std::vector<Step> steps = steps_of(look);
  return !steps.empty() && steps.front().status == "ok";
}

bool killed(const WireLook& look) {
  return look.end == io::ChildEnd::deadline || look.end == io::ChildEnd::flooded;
}

std::vector<Measurement> measurements_of(const std::vector<Step>& steps) {
  std::vector<Measurement> measurements;
  for (const Step& step : steps) {
    if (!has_labels(step)) continue;
    if (step.status == "ok") {
      measurements.push_back({.spec = &measures::kOperationDuration,
                              .labels = {step.name, step.via},
                              .value = std::chrono::duration<double>(step.took).count()});
    } else {
      measurements.push_back(
          {.spec = &measures::kOperationFailures, .labels = {step.name, step.via}, .value = 1});
    }
  }
  return measurements;
}

}  // namespace sparkwarden::probes::storage
