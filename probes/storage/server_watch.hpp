// SPDX-License-Identifier: Apache-2.0
// What the event loop itself asks of a server, before any child is worth starting: its address, a
// connection, one RPC NULL; before a version 3 mount, one more of the way to its mount daemon.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
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

class ServerWatch {
 public:
  ServerWatch(std::uint64_t seed, std::shared_ptr<const Settings> settings);

  /// The first address of `server` that answers, or else the last one that does not. Each wait is
  /// bounded by rpc_timeout and by `end`.
  [[nodiscard]] awaitable<ServerSeen> look(Instant end, std::string server);

  /// Of a server that answers: whether what a version 3 mount asks first does too, the portmapper
  /// or, where its port is set, the mount daemon. The step says it, and nothing depends on it: the
  /// child tries for itself.
  [[nodiscard]] awaitable<Step> look_at_mount_daemon(Instant end, ServerLook server);

 private:
  awaitable<io::RpcReply> ask(Instant end,
                              boost::asio::ip::tcp::endpoint endpoint,
                              ServerSeen& seen);

  std::uint64_t seed_;
  std::shared_ptr<const Settings> settings_;
  std::uint64_t sequence_ = 0;
};

}  // namespace sparkwarden::probes::storage
