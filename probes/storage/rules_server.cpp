// SPDX-License-Identifier: Apache-2.0
// judge_server: what one RPC NULL says about the server behind a target.
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {
namespace {

std::string range(const io::RpcReply& reply) {
  const std::string low = std::to_string(reply.low);
  return reply.low == reply.high ? low : low + " to " + std::to_string(reply.high);
}

const Code& row_of(io::RpcAnswer answer) {
  switch (answer) {
    case io::RpcAnswer::refused:
      return codes::kRefused;
    case io::RpcAnswer::unreachable:
    case io::RpcAnswer::connect_timeout:
      return codes::kUnreachable;
    case io::RpcAnswer::silent:
      return codes::kSilent;
    case io::RpcAnswer::closed:
      return codes::kDisconnected;
    case io::RpcAnswer::version_mismatch:
      return codes::kVersion;
    case io::RpcAnswer::ok:
    case io::RpcAnswer::garbage:
    case io::RpcAnswer::program_unavailable:
    case io::RpcAnswer::denied:
      break;
  }
  return codes::kProtocol;
}

std::string words_of(const ServerLook& look) {
  switch (look.reply.answer) {
    case io::RpcAnswer::refused:
      return "refuses connections";
    case io::RpcAnswer::unreachable:
      return "cannot be reached: " + look.reply.detail;
    case io::RpcAnswer::connect_timeout:
      return "does not answer a connection attempt: the host is down, or a firewall drops it";
    case io::RpcAnswer::silent:
      return "accepts the connection and does not answer an NFS NULL call";
    case io::RpcAnswer::closed:
      return "closes the connection without an answer: " + look.reply.detail;
    case io::RpcAnswer::version_mismatch:
      return "does not offer NFS version " + std::to_string(look.version) + ", but " +
             range(look.reply);
    case io::RpcAnswer::program_unavailable:
      return "speaks RPC but has no NFS service";
    case io::RpcAnswer::denied:
      return "rejects an NFS NULL call: " + look.reply.detail;
    case io::RpcAnswer::ok:
    case io::RpcAnswer::garbage:
      break;
  }
  return "answers an NFS NULL call with something else: " + look.reply.detail;
}

std::string endpoint(const ServerLook& look) {
  const bool v6 = look.address.find(':') != std::string::npos;
  return (v6 ? "[" + look.address + "]" : look.address) + ":" + std::to_string(look.port);
}

}  // namespace

void judge_server(const ServerLook& look, const Target& target, const Judge& judge, Observed& out) {
  if (!look.no_address.empty()) {
    out.findings.push_back(
        found_at(codes::kDns,
                 target,
                 judge,
                 "the name " + target.server + " has no address: " + look.no_address));
    return;
  }
  if (look.fine()) return;
  std::string message = endpoint(look) + " " + words_of(look);
  out.findings.push_back(found_at(row_of(look.reply.answer), target, judge, std::move(message)));
}

}  // namespace sparkwarden::probes::storage
