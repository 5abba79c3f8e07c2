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

// What the step table shows of an answer that is none, or not the wanted one.
std::string text_of(const io::RpcReply& reply) {
  switch (reply.answer) {
    case io::RpcAnswer::silent:
      return "no answer";
    case io::RpcAnswer::connect_timeout:
      return "no answer to the connection attempt";
    case io::RpcAnswer::version_mismatch:
      return "has versions " + std::to_string(reply.low) + " to " + std::to_string(reply.high);
    case io::RpcAnswer::program_unavailable:
      return "has no such service";
    case io::RpcAnswer::ok:
    case io::RpcAnswer::refused:
    case io::RpcAnswer::unreachable:
    case io::RpcAnswer::closed:
    case io::RpcAnswer::garbage:
    case io::RpcAnswer::denied:
      break;
  }
  return reply.detail;
}

bool offers(const io::RpcReply& reply, int version) {
  const auto wanted = static_cast<std::uint32_t>(version);
  return reply.answer == io::RpcAnswer::version_mismatch && reply.low <= wanted &&
         reply.high >= wanted;
}

}  // namespace

ServerWatch::ServerWatch(std::uint64_t seed, std::shared_ptr<const Settings> settings)
    : seed_(seed), settings_(std::move(settings)) {}

awaitable<ServerSeen> ServerWatch::look(Instant end, std::string server, bool full) {
  constexpr std::size_t kRememberedMax = 64;
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
  const Auto<NfsVersion>& wanted = settings_->connect.version;
  const bool known = !full && version_4_only_.contains(server);
  for (const tcp::endpoint& endpoint : found.endpoints) {
    // With no time left for an answer there would be none: what is known of the others stands.
    if (!look.address.empty() && left_until(end) < kLeastUseful) break;
    look.address = endpoint.address().to_string();
    look.version = wanted == NfsVersion::v4 || (!wanted && known) ? 4 : 3;
    look.reply = co_await ask(end, endpoint, seen);
    if (look.fine()) break;
  }
  if (version_4_only_.size() == kRememberedMax) version_4_only_.clear();
  version_4_only_.erase(server);
  if (!wanted && look.fine() && look.version == 4) version_4_only_.insert(std::move(server));
  co_return seen;
}

// Version 3 first, in which libnfs is the more reliable; a server that has 4 only says so, and is
// not asked for 3 again in every light run.
awaitable<io::RpcReply> ServerWatch::ask(Instant end, tcp::endpoint endpoint, ServerSeen& seen) {
  ServerLook& look = seen.look;
  const int other = look.version == 3 ? 4 : 3;
  io::RpcReply reply;
  while (true) {
    const milliseconds limit = std::min(settings_->rpc_timeout, left_until(end));
    io::RpcCall call{.version = static_cast<std::uint32_t>(look.version)};
    call.xid = static_cast<std::uint32_t>(mixed(seed_, ++sequence_));
    const io::RpcNullOutcome outcome = co_await io::rpc_null(endpoint, call, limit, end);
    reply = outcome.reply;
    // "I have the other version" is an answer, not a failed operation that would count as one in
    // the metrics.
    const bool ask_again =
        !settings_->connect.version && look.version != other && offers(reply, other);
    const std::string status = ask_again ? "ok" : status_of(reply);
    seen.steps.push_back({"connect",
                          "loop",
                          outcome.connect,
                          outcome.answered ? "ok" : status,
                          outcome.answered ? "" : text_of(reply)});
    if (outcome.answered) {
      seen.steps.push_back({"null", "loop", *outcome.answered, status, text_of(reply)});
    }
    if (!ask_again) co_return reply;
    look.version = other;
  }
}

awaitable<MountDaemonSeen> ServerWatch::look_at_mount_daemon(Instant end, ServerLook server) {
  MountDaemonSeen seen;
  const auto address = boost::asio::ip::make_address(server.address);
  auto port = static_cast<std::uint32_t>(settings_->connect.mount_port);
  if (port == 0) {
    const io::RpcCall call{
        .program = io::kPortmapperProgram, .version = 2, .port_of = io::MappedProgram{}};
    const tcp::endpoint portmapper(address, io::kPortmapperPort);
    const io::RpcReply mapped = co_await ask_helper(end, portmapper, call, "portmapper", seen);
    port = mapped.port;
    if (port == 0) co_return seen;
  }
  const io::RpcCall call{.program = io::kMountProgram};
  const tcp::endpoint daemon(address, static_cast<unsigned short>(port));
  const io::RpcReply reply = co_await ask_helper(end, daemon, call, "mountd", seen);
  seen.answers = reply.answer == io::RpcAnswer::ok;
  co_return seen;
}

awaitable<io::RpcReply> ServerWatch::ask_helper(Instant end,
                                                tcp::endpoint endpoint,
                                                io::RpcCall call,
                                                std::string_view name,
                                                MountDaemonSeen& seen) {
  call.xid = static_cast<std::uint32_t>(mixed(seed_, ++sequence_));
  const milliseconds limit = std::min(settings_->rpc_timeout, left_until(end));
  io::RpcNullOutcome outcome = co_await io::rpc_null(endpoint, call, limit, end);
  const bool unmapped =
      call.port_of && outcome.reply.answer == io::RpcAnswer::ok && outcome.reply.port == 0;
  seen.steps.push_back(
      {.name = std::string(name),
       .via = "loop",
       .took = outcome.connect + outcome.answered.value_or(microseconds(0)),
       .status = unmapped ? "error" : status_of(outcome.reply),
       .text = unmapped ? "no mount daemon is registered for version 3" : text_of(outcome.reply)});
  co_return std::move(outcome.reply);
}

}  // namespace sparkwarden::probes::storage
