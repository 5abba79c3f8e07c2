// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/server_watch.hpp"

#include <algorithm>
#include <utility>

#include "agent/io/resolve.hpp"
#include "probes/storage/canary_name.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {
namespace {

using boost::asio::ip::tcp;

std::string status_of(const io::RpcReply& reply) {
  return reply.answer == io::RpcAnswer::ok ? "ok" : "error";
}

bool offers_version_4(const io::RpcReply& reply) {
  return reply.answer == io::RpcAnswer::version_mismatch && reply.low <= 4 && reply.high >= 4;
}

}  // namespace

ServerWatch::ServerWatch(std::uint64_t seed, std::shared_ptr<const Settings> settings)
    : seed_(seed), settings_(std::move(settings)) {}

awaitable<ServerSeen> ServerWatch::look(Instant end, std::string server) {
  const Connect& connect = settings_->connect;
  ServerSeen seen;
  ServerLook& look = seen.look;
  look.port = connect.nfs_port == 0 ? io::kNfsPort : connect.nfs_port;
  const std::string host = connect.address.empty() ? server : connect.address;
  const milliseconds limit = std::min(settings_->rpc_timeout, left_until(end));
  const Instant start = now();
  const io::Resolved found =
      co_await io::resolve(host, static_cast<unsigned short>(look.port), limit);
  Step step{.name = "resolve", .via = "loop", .status = "ok"};
  step.took = std::chrono::duration_cast<microseconds>(now() - start);
  if (found.endpoints.empty()) {
    look.no_address = found.detail.empty() ? "no address" : found.detail;
    step.status = "error";
    step.text = look.no_address;
  }
  seen.steps.push_back(std::move(step));
  for (const tcp::endpoint& endpoint : found.endpoints) {
    look.address = endpoint.address().to_string();
    look.reply = co_await ask(end, endpoint, seen);
    if (look.fine()) break;
  }
  co_return seen;
}

// Version 3 first, in which libnfs is the more reliable; a server that has 4 only says so.
awaitable<io::RpcReply> ServerWatch::ask(Instant end, tcp::endpoint endpoint, ServerSeen& seen) {
  const Auto<NfsVersion>& wanted = settings_->connect.version;
  ServerLook& look = seen.look;
  io::RpcReply reply;
  look.version = wanted == NfsVersion::v4 ? 4 : 3;
  while (true) {
    const milliseconds limit = std::min(settings_->rpc_timeout, left_until(end));
    io::RpcCall call{.version = static_cast<std::uint32_t>(look.version)};
    call.xid = static_cast<std::uint32_t>(mixed(seed_, ++sequence_));
    const io::RpcNullOutcome outcome = co_await io::rpc_null(endpoint, call, limit);
    reply = outcome.reply;
    // "I have version 4" is an answer, not a failed operation that would count as one in the
    // metrics.
    const bool ask_again = !wanted && look.version == 3 && offers_version_4(reply);
    const std::string status = ask_again ? "ok" : status_of(reply);
    seen.steps.push_back(
        {"connect", "loop", outcome.connect, outcome.answered ? "ok" : status, reply.detail});
    if (outcome.answered) {
      seen.steps.push_back({"null", "loop", *outcome.answered, status, reply.detail});
    }
    if (!ask_again) co_return reply;
    look.version = 4;
  }
}

awaitable<Step> ServerWatch::look_at_mount_daemon(Instant end, ServerLook server) {
  const int port = settings_->connect.mount_port;
  const bool mapped = port == 0;
  io::RpcCall call{.program = mapped ? io::kPortmapperProgram : io::kMountProgram,
                   .version = mapped ? 2U : 3U};
  call.xid = static_cast<std::uint32_t>(mixed(seed_, ++sequence_));
  const tcp::endpoint endpoint(boost::asio::ip::make_address(server.address),
                               mapped ? io::kPortmapperPort : static_cast<unsigned short>(port));
  const milliseconds limit = std::min(settings_->rpc_timeout, left_until(end));
  const io::RpcNullOutcome outcome = co_await io::rpc_null(endpoint, call, limit);
  co_return Step{.name = mapped ? "portmapper" : "mountd",
                 .via = "loop",
                 .took = outcome.connect + outcome.answered.value_or(microseconds(0)),
                 .status = status_of(outcome.reply),
                 .text = outcome.reply.detail};
}

}  // namespace sparkwarden::probes::storage
