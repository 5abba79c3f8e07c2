// SPDX-License-Identifier: Apache-2.0
// judge_mount: what mount table, counters and child say about the mount in this container.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/trouble.hpp"

namespace sparkwarden::probes::storage {
namespace {

bool locks_are_local(const Mount& mount) {
  return mount.has("nolock") || mount.value("local_lock").value_or("none") != "none";
}

std::optional<int> seconds_of(const Mount& mount, std::string_view name) {
  const std::string_view text = mount.value(name).value_or("");
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::array<std::string_view, 4> kCacheTimes{
    "acregmin", "acregmax", "acdirmin", "acdirmax"};

// The kernel shows only what differs from its defaults: 3 to 60 s for files, 30 to 60 s for
// directories (nfs(5)).
std::string long_cache(const Mount& mount) {
  constexpr int kDefaultMax = 60;
  if (mount.has("noac")) return {};
  for (const std::string_view name : kCacheTimes) {
    const auto time = seconds_of(mount, name);
    if (time && *time > kDefaultMax) return std::string(name) + "=" + std::to_string(*time);
  }
  return {};
}

std::string no_cache(const Mount& mount) {
  if (mount.has("noac")) return "noac";
  const bool none = std::all_of(kCacheTimes.begin(), kCacheTimes.end(), [&](std::string_view name) {
    return seconds_of(mount, name) == 0;
  });
  return none ? "actimeo=0" : "";
}

void judge_options(const Mount& mount, const Target& target, const Judge& judge, Observed& out) {
  const auto add = [&](const Code& row, const std::string& what) {
    out.findings.push_back(found_at(row, target, judge, mount.mount_point + " is mounted " + what));
  };
  if (mount.read_only) add(codes::kMountReadOnly, "read-only (ro)");
  if (mount.has("soft") || mount.has("softerr")) {
    add(codes::kMountSoft, mount.has("soft") ? "soft" : "softerr");
  }
  if (locks_are_local(mount)) {
    const bool nolock = mount.has("nolock");
    const std::string local(mount.value("local_lock").value_or(""));
    add(codes::kMountNoLock, nolock ? "with nolock" : "with local_lock=" + local);
  }
  if (mount.value("vers") == "2") add(codes::kOptionsVersion, "with vers=2");
  if (mount.value("proto").value_or("").starts_with("udp") || mount.has("udp")) {
    add(codes::kOptionsUdp, "with proto=udp");
  }
  if (const std::string option = long_cache(mount); !option.empty()) {
    add(codes::kOptionsCacheLong, "with " + option + " seconds");
  }
  if (const std::string option = no_cache(mount); !option.empty()) {
    add(codes::kOptionsCacheOff, "with " + option);
  }
  if (mount.has("nocto")) add(codes::kOptionsNoCto, "with nocto");
  if (mount.has("noresvport")) add(codes::kOptionsNoResvPort, "with noresvport");
}

std::string seconds_text(milliseconds time) {
  return std::to_string(time.count() / 1000) + " s";
}

bool hung_in_a_step(const WireLook& look) {
  const bool waits = look.end == io::ChildEnd::deadline || look.end == io::ChildEnd::busy;
  return waits && look.transcript.open_step() != nullptr;
}

// Another user than Spark's was denied, which says nothing about Spark.
bool denied_to_another(const WireLook& look, const Judge& judge) {
  const io::StepEnd* failed = first_failure(look.transcript);
  return !judge.as_itself && failed != nullptr && classify_mount(*failed) == Trouble::denied;
}

struct Row {
  Trouble trouble;
  const Code* code;
};

constexpr Row kRows[] = {
    {Trouble::read_only, &codes::kExportReadOnly},
    {Trouble::denied, &codes::kWriteDenied},
    {Trouble::full, &codes::kWriteFull},
    {Trouble::quota, &codes::kWriteQuota},
    {Trouble::stale, &codes::kMountStale},
    {Trouble::silent, &codes::kMountHung},
    {Trouble::differs, &codes::kWriteCorrupt},
    {Trouble::not_exclusive, &codes::kWriteNotExclusive},
    {Trouble::not_renamed, &codes::kMountRename},
};

// The look through the mount, and where its judgement goes.
struct Case {
  const WireLook& look;
  const Target& target;
  const Judge& judge;
  Observed& out;

  [[nodiscard]] const std::string& path() const { return target.mount->mount_point; }
  void add(const Code& row, std::string message) const {
    out.findings.push_back(found_at(row, target, judge, std::move(message)));
  }
  void could_not_look(const Code& row, std::string message) const {
    out.unlooked.push_back(unlooked(row, target.name(), std::move(message)));
  }
};

void judge_failure(const Case& at, const io::StepEnd& end) {
  const Trouble trouble = classify_mount(end);
  std::string said =
      "step " + end.step + " through the mount at " + at.path() + ": " + words_of(end);
  if (trouble == Trouble::moved) return at.could_not_look(codes::kMountChanged, std::move(said));
  if (trouble == Trouble::read_only && at.target.mount->read_only) return;  // judge_options says it
  if (trouble == Trouble::denied) {
    const std::string owner(at.look.transcript.fact("denied.owner").value_or(""));
    const std::string mode(at.look.transcript.fact("denied.mode").value_or(""));
    if (!owner.empty()) said += "; the directory has mode " + mode + ", owner " + owner;
    if (denied_to_another(at.look, at.judge)) {
      return at.could_not_look(codes::kWriteDenied,
                               said + "; this process is not the user of probes.storage.identity");
    }
  }
  for (const Row& row : kRows) {
    if (row.trouble == trouble) return at.add(*row.code, std::move(said));
  }
  at.add(codes::kMountFailed, std::move(said));
}

// The child did not come to its end.
void judge_cut_off(const Case& at) {
  const WireLook& look = at.look;
  const bool busy = look.end == io::ChildEnd::busy;
  const std::string stuck = " for " + seconds_text(look.took) + " and cannot be killed";
  if (hung_in_a_step(look)) {
    const std::string step =
        "step " + look.transcript.open_step()->step + " through the mount at " + at.path();
    at.add(codes::kMountHung,
           busy ? "a child has been in " + step + stuck
                : "no end of " + step + " within " + std::to_string(look.took.count()) + " ms");
  } else if (busy) {
    at.could_not_look(codes::kChildStuck,
                      "a child that touched another mount has been there" + stuck);
  } else {
    at.could_not_look(
        codes::kChildFailed,
        look.detail.empty() ? "the child at the mount ended " + died_how(look) : look.detail);
  }
}

void judge_child(const Case& at) {
  const io::StepEnd* failed = first_failure(at.look.transcript);
  // One that failed and then hung in cleaning up, hung.
  if (!at.look.transcript.done) {
    judge_cut_off(at);
  } else if (failed != nullptr) {
    judge_failure(at, *failed);
  }
  const bool full = failed != nullptr && classify_mount(*failed) == Trouble::full;
  if (at.target.checkpoint && !full) judge_space(at.look, at.target, at.judge, at.out);
}

void judge_traffic(const TargetLook& look, const Judge& judge, Observed& out) {
  if (!look.traffic || !look.traffic->hung) return;
  const std::string requests = std::to_string(look.traffic->waiting) +
                               (look.traffic->waiting == 1 ? " request waits" : " requests wait");
  out.findings.push_back(found_at(codes::kMountHung,
                                  look.target,
                                  judge,
                                  "of the mount at " + look.target.mount->mount_point + " " +
                                      requests + ", and for " + seconds_text(look.traffic->quiet) +
                                      " the server has answered none (mountstats)"));
}

void judge_touch(const TargetLook& look, const Judge& judge, Observed& out) {
  const auto could_not_look = [&](const Code& row, std::string message) {
    out.unlooked.push_back(unlooked(row, look.target.name(), std::move(message)));
  };
  switch (look.touch) {
    case MountTouch::none:
      return;
    case MountTouch::server_silent:
      return could_not_look(codes::kMountUntouched,
                            "the server does not answer over the wire; whoever touches the mount "
                            "at " +
                                look.target.mount->mount_point + " now may hang");
    case MountTouch::late:
      return could_not_look(
          codes::kProofLate,
          "no time was left to look at the mount at " + look.target.mount->mount_point);
    case MountTouch::done:
      if (!look.mount) return;
      judge_child({*look.mount, look.target, judge, out});
      if (look.mount->transcript.done) {
        judge_speed(look.mount_history, "through the mount", look.target, judge, out);
      }
      return;
  }
}

}  // namespace

bool mount_decides(const TargetLook& look, const Judge& judge) {
  if (look.traffic && look.traffic->hung) return true;
  if (!look.mount) return false;
  if (hung_in_a_step(*look.mount)) return true;
  const io::StepEnd* failed = first_failure(look.mount->transcript);
  const bool elsewhere = failed != nullptr && classify_mount(*failed) == Trouble::moved;
  return look.mount->transcript.done && !elsewhere && !denied_to_another(*look.mount, judge);
}

bool mount_holds(const WireLook& look) {
  const io::StepEnd* failed = first_failure(look.transcript);
  if (!look.transcript.done) return false;
  const Trouble trouble = failed == nullptr ? Trouble::none : classify_mount(*failed);
  return trouble != Trouble::silent && trouble != Trouble::moved;
}

void judge_mount(const TargetLook& look, const Judge& judge, Observed& out) {
  const Target& target = look.target;
  if (judge.settings->mount == Use::off) return;
  judge_traffic(look, judge, out);
  judge_touch(look, judge, out);
  if (!target.checkpoint || target.mount_path.empty()) return;
  if (target.mount && target.mount->nfs) {
    judge_options(*target.mount, target, judge, out);
    return;
  }
  if (target.mount) {
    Finding other =
        found_at(codes::kMountNotNfs,
                 target,
                 judge,
                 target.mount_path + " is a file system of type " + target.mount->fstype);
    other.expected = target.name();
    other.actual = target.mount->source;
    out.findings.push_back(std::move(other));
    return;
  }
  const bool required = judge.settings->mount == Use::require;
  const std::string nothing = "nothing is mounted at " + target.mount_path + " in this container";
  out.findings.push_back(
      found_at(required ? codes::kMountNotNfs : codes::kMountAbsent, target, judge, nothing));
}

}  // namespace sparkwarden::probes::storage
