// SPDX-License-Identifier: Apache-2.0
// What the event loop itself asks of a server, before any child is worth starting: its address, a
// connection, one RPC NULL; before a version 3 mount, one more of the way to its mount daemon.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/report.hpp"
#include "agent/io/probe.hpp"
#include "agent/io/rpc_null.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/settings.hpp"

namespace sparkwarden::probes::storage {

struct ServerSeen {
  ServerLook look = {};
  std::vector<Step> steps = {};
};

struct MountDaemonSeen {
  bool answers = false;
  std::vector<Step> steps = {};
};

class ServerWatch {
 public:
  ServerWatch(std::uint64_t seed, std::shared_ptr<const Settings> settings);

  /// The first address of `server` that answers, or else the last one that does not. Each wait is
  /// bounded by rpc_timeout, all of them by `end`. A server that had version 4 only is asked for
  /// that first the next time, unless the run is `full`.
  [[nodiscard]] awaitable<ServerSeen> look(Instant end, std::string server, bool full);

  /// Of a server that answers: whether what a version 3 mount asks first does too, the portmapper
  /// and the mount daemon; where its port is set, the latter alone. The child tries for itself all
  /// the same: this tells why, if it fails.
  [[nodiscard]] awaitable<MountDaemonSeen> look_at_mount_daemon(Instant end, ServerLook server);

 private:
  awaitable<io::RpcReply> ask(Instant end,
                              boost::asio::ip::tcp::endpoint endpoint,
                              ServerSeen& seen);
  awaitable<io::RpcReply> ask_helper(Instant end,
                                     boost::asio::ip::tcp::endpoint endpoint,
                                     io::RpcCall call,
                                     std::string_view name,
                                     MountDaemonSeen& seen);

  std::uint64_t seed_;
  std::shared_ptr<const Settings> settings_;
  std::uint64_t sequence_ = 0;
  std::set<std::string> version_4_only_;  // servers
};

}  // namespace sparkwarden::probes::storage
