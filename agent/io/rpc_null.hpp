// SPDX-License-Identifier: Apache-2.0
// One ONC RPC call over TCP in the event loop: NULL, the cheapest question that tells a dead, a
// blackholed, a frozen and a living NFS server apart, or the portmapper's GETPORT, as cheap. Needs
// no rights and no privileged port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

inline constexpr std::uint32_t kNfsProgram = 100003;
inline constexpr unsigned short kNfsPort = 2049;
inline constexpr std::uint32_t kPortmapperProgram = 100000;  // version 2
inline constexpr unsigned short kPortmapperPort = 111;
inline constexpr std::uint32_t kMountProgram = 100005;

/// A program of which the portmapper is asked where it listens over TCP.
struct MappedProgram {
  std::uint32_t program = kMountProgram;
  std::uint32_t version = 3;
};

struct RpcCall {
  std::uint32_t program = kNfsProgram;
  std::uint32_t version = 3;
  std::uint32_t xid = 1;
  std::optional<MappedProgram> port_of = {};  // GETPORT instead of NULL; for the portmapper
};

enum class RpcAnswer {
  ok,
  refused,              // nobody listens
  unreachable,          // no route to the host or network
  connect_timeout,      // no answer to SYN: dropped by a firewall, or the host is down
  silent,               // the connection stands, the reply never came
  closed,               // hung up without a reply
  garbage,              // answered something that is no RPC reply
  version_mismatch,     // speaks the program in versions `low` to `high` only
  program_unavailable,  // RPC, but not this program
  denied,               // MSG_DENIED
};

struct RpcReply {
  RpcAnswer answer = RpcAnswer::garbage;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::uint32_t port = 0;  // what GETPORT told; 0: the program is not registered
  std::string detail = {};

  bool operator==(const RpcReply&) const = default;
};

struct RpcNullOutcome {
  RpcReply reply;
  microseconds connect{0};
  std::optional<microseconds> answered = {};  // from request to reply; nullopt: never connected
};

/// The call as it goes over TCP, record mark included: 44 bytes, with `port_of` 60.
[[nodiscard]] std::string null_request(const RpcCall& call);

/// What a reply record (without its mark) says. Pure and strict: anything that is not exactly a
/// reply to `call` is garbage. Source: RFC 5531, section 9; RFC 1833, section 3.
[[nodiscard]] RpcReply parse_null_reply(std::string_view record, const RpcCall& call);

/// Connects, asks, reads one reply. Units: `limit` is for the connection and again for the reply;
/// `end` is for both.
[[nodiscard]] boost::asio::awaitable<RpcNullOutcome> rpc_null(boost::asio::ip::tcp::endpoint server,
                                                              RpcCall call,
                                                              milliseconds limit,
                                                              Instant end = Instant::max());

}  // namespace sparkwarden::io
