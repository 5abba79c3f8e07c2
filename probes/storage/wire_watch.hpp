// SPDX-License-Identifier: Apache-2.0
// The probe's side of the wire: when to send the child that speaks NFS, with which version, and
// what earlier ones have left behind. What it saw is rules_wire.cpp's business.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/io/child.hpp"
#include "agent/io/probe.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/settings.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {

struct WireSeen {
  WireLook look = {};
  std::vector<Step> steps = {};
  int killed = 0;  // children
};

class WireWatch {
 public:
  WireWatch(const settings::World& world, std::shared_ptr<const Settings> settings);

  /// What a child saw of the target over `server`, killed before `end`; at most one exists, ever.
  [[nodiscard]] awaitable<WireSeen> look(Instant end,
                                         Target target,
                                         ServerLook server,
                                         TokenRequest token);

  /// The version that the next look begins with, if `server` has answered to this one.
  [[nodiscard]] int version_for(const Target& target, const ServerLook& server) const;

  /// uid, gid, groups and client name: the same in every request.
  [[nodiscard]] const WireRequest& identity() const { return identity_; }

  /// No child is left.
  [[nodiscard]] bool idle() { return !slot_.age(); }

 private:
  awaitable<WireLook> send_child(Instant end,
                                 const Target& target,
                                 const ServerLook& server,
                                 TokenRequest token,
                                 WireSeen& seen);
  [[nodiscard]] WireRequest request_for(const Target& target, const ServerLook& server);
  void note_leftovers(const std::string& key, const WireRequest& request, const WireLook& look);

  std::uint64_t seed_;
  std::string executable_;
  std::shared_ptr<const Settings> settings_;
  WireRequest identity_;
  io::ChildSlot slot_;
  std::uint64_t sequence_ = 0;
  // By target name: the version that got through, and names of files.
  std::map<std::string, int> version_;
  std::map<std::string, std::vector<std::string>> leftovers_;
};

}  // namespace sparkwarden::probes::storage
