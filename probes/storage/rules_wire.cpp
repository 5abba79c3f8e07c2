// SPDX-License-Identifier: Apache-2.0
// judge_wire: what the child's transcript says about an export.
#include <algorithm>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/rules_shared.hpp"
#include "probes/storage/token_request.hpp"
#include "probes/storage/trouble.hpp"

namespace sparkwarden::probes::storage {
namespace {

// The look, and where its judgement goes.
struct Case {
  const WireLook& look;
  const Target& target;
  const Judge& judge;
  Observed& out;

  [[nodiscard]] std::string fact(std::string_view key) const {
    return std::string(look.transcript.fact(key).value_or(""));
  }
  [[nodiscard]] bool low_port() const { return fact("low_port") == "yes"; }
  [[nodiscard]] bool nfs_mounted() const {
    return target.mount && target.mount->nfs && judge.settings->mount != Use::off;
  }
  void add(const Code& row, std::string message) const {
    out.findings.push_back(found_at(row, target, judge, std::move(message)));
  }
  void could_not_look(const Code& row, std::string message) const {
    out.unlooked.push_back(unlooked(row, target.name(), std::move(message)));
  }
};

// The kernel mounts from a privileged port of the node, so this is never the storage's fault.
void judge_not_permitted(const Case& at, const std::string& why) {
  if (at.judge.settings->wire == Use::require) {
    Finding required = found_at(codes::kNotPermitted, at.target, at.judge, why);
    required.severity = Severity::error;
    at.out.findings.push_back(std::move(required));
  } else if (at.nfs_mounted()) {
    at.add(codes::kNotPermitted, why + "; the kernel's mount is not concerned");
  } else {
    at.could_not_look(codes::kNotPermitted, why);
  }
}

std::string port_hint(const Case& at) {
  return at.low_port()
             ? ""
             : "; this agent calls from a port above 1023, which the server may not accept";
}

void judge_refused_export(const Case& at, const io::StepEnd& end) {
  const std::string listed = at.fact("export_listed");
  if (listed == "no") {
    at.add(codes::kExportMissing,
           "the server exports " + at.fact("exports") + ", but not this path");
    return;
  }
  const bool above = listed == "above";
  const std::string said = "the server refuses the mount: " + words_of(end) +
                           (above ? "; it exports " + at.fact("exports") +
                                        ", and a directory below that is not there is refused in "
                                        "these words by some servers"
                                  : "") +
                           port_hint(at);
  const bool ambiguous = !at.low_port() && (listed == "yes" || above || at.nfs_mounted());
  if (ambiguous && at.judge.settings->wire != Use::require) return judge_not_permitted(at, said);
  at.add(codes::kExportRefused, said);
}

// Version 4 servers hide an export from clients they do not permit.
void judge_missing_export(const Case& at, const io::StepEnd& end) {
  const std::string said = "the server knows no such path: " + words_of(end);
  if (at.look.version == 4 && !at.low_port() && at.nfs_mounted()) {
    at.could_not_look(codes::kNotPermitted, said + port_hint(at));
  } else {
    at.add(codes::kExportMissing, at.look.version == 4 ? said + port_hint(at) : said);
  }
}

void judge_denied(const Case& at, const io::StepEnd& end) {
  std::string message = "step " + end.step + " as " + std::to_string(at.judge.uid) + ":" +
                        std::to_string(at.judge.gid) + " is denied: " + words_of(end);
  const std::string path = at.fact("denied.path");
  if (!path.empty()) {
    // Owners are names in version 4, and unknown ones arrive here as nobody.
    const std::string owner = at.look.version == 4 ? "" : ", owner " + at.fact("denied.owner");
    message += "; directory " + path + " has mode " + at.fact("denied.mode") + owner;
  }
  at.add(codes::kWriteDenied, std::move(message));
}

// A version 3 mount that waited in vain while the NFS service answers: the portmapper or the mount
// daemon lets it wait, as behind a firewall that opens the NFS port alone.
bool waits_for_mount_daemon(const WireLook& look) {
  if (look.version != 3 || look.mount_daemon_answers) return false;
  const io::StepEnd* failed = first_failure(look.transcript);
  if (failed != nullptr) return failed->step == "mount" && classify(*failed) == Trouble::silent;
  const io::StepBegin* open = look.transcript.open_step();
  return look.end == io::ChildEnd::deadline && open != nullptr && open->step == "mount";
}

void judge_transport(const Case& at, Trouble trouble, const io::StepEnd& end) {
  const std::string where = "in step " + end.step + " (version " + std::to_string(at.look.version) +
                            "): " + words_of(end);
  if (trouble == Trouble::protocol) return at.add(codes::kProtocol, "no proper NFS " + where);
  if (at.look.version == 3 && end.step == "mount" && !at.look.mount_daemon_answers) {
    return at.add(codes::kMountDaemon,
                  "the NFS service answers, the mount daemon does not, " + where);
  }
  if (trouble == Trouble::silent) return at.add(codes::kSilent, "no answer " + where);
  at.add(codes::kDisconnected, "the connection broke " + where);
}

void judge_failure(const Case& at, const io::StepEnd& end) {
  const std::string said = "step " + end.step + ": " + words_of(end);
  const Trouble trouble = classify(end);
  switch (trouble) {
    case Trouble::none:
      return;
    case Trouble::not_permitted:
      return judge_not_permitted(at,
                                 "the server rejects the call: " + words_of(end) + port_hint(at));
    case Trouble::export_refused:
      return judge_refused_export(at, end);
    case Trouble::export_missing:
      return judge_missing_export(at, end);
    case Trouble::denied:
      return judge_denied(at, end);
    case Trouble::silent:
    case Trouble::refused:
    case Trouble::disconnected:
    case Trouble::protocol:
      return judge_transport(at, trouble, end);
    case Trouble::read_only:
      return at.add(codes::kExportReadOnly, said);
    case Trouble::full:
      return at.add(codes::kWriteFull, said);
    case Trouble::quota:
      return at.add(codes::kWriteQuota, said);
    case Trouble::stale:
      return at.add(codes::kExportStale, said);
    case Trouble::grace:
      return at.add(codes::kGrace, said);
    case Trouble::version:
      return at.add(codes::kVersion, said + "; the agent speaks versions 3 and 4.0");
    case Trouble::differs:
      return at.add(codes::kWriteCorrupt, said);
    case Trouble::not_exclusive:
      return at.add(codes::kWriteNotExclusive, said);
    case Trouble::not_renamed:
      return at.add(codes::kWriteNotListed, said);
    case Trouble::moved:  // only through a mount
    case Trouble::other:
      break;
  }
  at.add(codes::kOperation, said);
}

// The child did not come to its end, and nothing it reported explains why.
void judge_cut_off(const Case& at) {
  const WireLook& look = at.look;
  const io::StepBegin* open = look.transcript.open_step();
  const std::string in = open == nullptr ? "" : " in step " + open->step;
  if (look.end == io::ChildEnd::busy) {
    at.could_not_look(codes::kChildStuck,
                      "a child has been there for " + std::to_string(look.took.count() / 1000) +
                          " s and cannot be killed");
  } else if (open == nullptr && look.transcript.garbage.empty()) {
    at.could_not_look(
        codes::kChildFailed,
        look.detail.empty() ? "it ended before its first step, " + died_how(look) : look.detail);
  } else if (look.end == io::ChildEnd::deadline) {
    at.add(waits_for_mount_daemon(look) ? codes::kMountDaemon : codes::kSilent,
           "no end" + in + " within " + std::to_string(look.took.count()) + " ms (version " +
               std::to_string(look.version) + ")");
  } else {
    at.add(codes::kProtocol,
           "the server's answer" + in + " ended the child process " + died_how(look) +
               (look.transcript.garbage.empty() ? "" : ": " + look.transcript.garbage));
  }
}

}  // namespace

// `umount` is a courtesy, `exports` an explanation of an error that is there already, what `sweep`
// cannot remove nobody misses, and a token that is not there is judged by judge_shared.
const io::StepEnd* first_failure(const io::Transcript& transcript) {
  for (const io::ChildEvent& event : transcript.events) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (end == nullptr || end->ok || end->step == "umount" || end->step == "exports") continue;
    if (end->step != kSweepStep && !about_token_alone(*end)) return end;
  }
  return nullptr;
}

std::string words_of(const io::StepEnd& end) {
  if (end.symbol.empty()) return end.text;
  return end.text.empty() || end.text == end.symbol ? end.symbol
                                                    : end.symbol + " (" + end.text + ")";
}

std::string died_how(const WireLook& look) {
  if (look.end == io::ChildEnd::signalled) return "by signal " + std::to_string(look.status);
  if (look.end == io::ChildEnd::flooded) return "after too much output";
  if (look.end == io::ChildEnd::deadline) {
    return "killed at its deadline, " + std::to_string(look.took.count()) +
           " ms after it was started: too little CPU for this container?";
  }
  return "with exit code " + std::to_string(look.status);
}

// Some servers tell no sizes at all: a total of 0 is no evidence.
void judge_space(const WireLook& look, const Target& target, const Judge& judge, Observed& out) {
  const auto total = told_number(look, "space.total");
  const auto available = told_number(look, "space.available");
  if (!total || !available || *total <= 0) return;
  const double share = *available / *total;
  const SpaceLimits& limits = judge.settings->space;
  std::string message = settings::show_share({share}) + " of " +
                        std::to_string(static_cast<std::uint64_t>(*total / (1 << 20))) +
                        " MiB are free";
  if (share < limits.error.fraction) {
    out.findings.push_back(found_at(codes::kSpaceExhausted, target, judge, std::move(message)));
  } else if (share < limits.warning.fraction) {
    out.findings.push_back(found_at(codes::kSpaceLow, target, judge, std::move(message)));
  }
}

bool holds(const WireLook& look) {
  const io::StepEnd* failed = first_failure(look.transcript);
  return look.transcript.done && (failed == nullptr || classify(*failed) != Trouble::grace);
}

bool server_silent(const TargetLook& look) {
  if (look.server && !look.server->fine()) {
    return look.server->reply.answer == io::RpcAnswer::silent;
  }
  if (!look.wire || waits_for_mount_daemon(*look.wire)) return false;
  if (look.wire->end == io::ChildEnd::deadline) return true;
  const io::StepEnd* failed = first_failure(look.wire->transcript);
  return failed != nullptr && classify(*failed) == Trouble::silent;
}

bool went_well(const WireLook& look) {
  return look.transcript.done && first_failure(look.transcript) == nullptr;
}

bool removed_files(const WireLook& look) {
  const auto& events = look.transcript.events;
  return std::any_of(events.begin(), events.end(), [](const io::ChildEvent& event) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    return end != nullptr && end->step == "unlink" && end->ok;
  });
}

bool left_files(const WireLook& look) {
  bool made = false;
  for (const io::ChildEvent& event : look.transcript.events) {
    const auto* begin = std::get_if<io::StepBegin>(&event);
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (begin != nullptr && begin->step == "create") made = true;
    if (end != nullptr && end->step == "unlink" && end->ok) made = false;
  }
  return made;
}

void judge_wire(const WireLook& look, const Target& target, const Judge& judge, Observed& out) {
  const Case at{look, target, judge, out};
  const io::StepEnd* failed = first_failure(look.transcript);
  if (failed != nullptr) {
    judge_failure(at, *failed);
  } else if (!look.transcript.done) {
    judge_cut_off(at);
  }
  const bool full = failed != nullptr && classify(*failed) == Trouble::full;
  if (target.checkpoint && !full) judge_space(look, target, judge, out);
}

}  // namespace sparkwarden::probes::storage
