// SPDX-License-Identifier: Apache-2.0
// The probe's side of mounts: the kernel's counters, which cost nothing, and the child that touches
// a mount. What both say is rules_mount.cpp's business.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/io/child.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "probes/storage/mount_request.hpp"
#include "probes/storage/mount_traffic.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {

/// What a run knows when it comes to the mount of a target. The wire was looked at before.
struct MountRun {
  Instant end = {};
  bool full = false;
  bool server_answers = false;  // an RPC NULL, in this run
  bool server_silent = false;   // takes requests and does not answer them
  TokenRequest token = {};      // what a child is asked besides; to look one up is worth sending it
};

struct MountSeen {
  std::optional<MountTraffic> traffic = {};
  std::optional<WireLook> look = {};
  MountTouch touch = MountTouch::none;
  bool fresh = false;    // `look` is of this run
  History history = {};  // of this mount's full looks
  int killed = 0;        // children, in this run
  /// What a child of this run was asked and has told, also where `look` is an older one's.
  TokenRequest asked = {};
  Instant began = {};
  io::Transcript told = {};
  std::vector<Step> steps = {};
};

class MountWatch {
 public:
  MountWatch(const settings::World& world, std::shared_ptr<const Settings> settings);

  /// Reads the counters of the NFS mounts of this container, once a run. Never blocks.
  /// Errors: empty, or the words for why the file could not be read.
  [[nodiscard]] std::optional<Unlooked> read_counters(const io::FileReader& files);

  /// The counters of the target's mount; with time left and an answering server, the child's look
  /// too, or the last one where that still holds. At most one child exists, ever. A token is
  /// written only where the canary is.
  [[nodiscard]] awaitable<MountSeen> look(MountRun run, Target target);

  /// No child is left.
  [[nodiscard]] bool idle() { return !slot_.age(); }

 private:
  /// What the last full look saw holds in light runs, as long as as much is asked of the mount.
  struct Proven {
    bool write = false;
    WireLook look = {};
  };

  [[nodiscard]] WireLook stuck_look(const std::string& key, milliseconds age) const;
  awaitable<WireLook> send_child(Instant end, Target target, MountRequest request);
  [[nodiscard]] MountRequest request_for(const Target& target, bool write);
  void note_leftovers(const std::string& key, const MountRequest& request, const WireLook& look);

  std::uint64_t seed_;
  std::string executable_;
  std::string mountstats_path_;
  std::string directory_;
  std::size_t file_bytes_max_;
  std::shared_ptr<const Settings> settings_;
  MountStatsTable stats_;
  io::ChildSlot slot_;
  std::string in_slot_;  // the mount that the last child was sent to, and what it said
  WireLook in_slot_look_;
  std::uint64_t sequence_ = 0;
  // By mount point, with its source: what was seen of one mount says nothing about the next.
  std::map<std::string, std::optional<MountMemory>> traffic_;
  std::map<std::string, Proven> last_;
  std::map<std::string, History> history_;
  std::map<std::string, std::vector<std::string>> leftovers_;
};

}  // namespace sparkwarden::probes::storage
