// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_exports.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

#include <poll.h>

// In this order: -raw.h uses what libnfs.h defines, and -raw-mount.h what -raw.h defines.
// clang-format off
#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <nfsc/libnfs-raw-mount.h>
// clang-format on

namespace sparkwarden::probes::storage {
namespace {

constexpr int kTickMs = 50;
constexpr std::size_t kExportsMax = 256;

struct Listing {
  bool done = false;
  int status = 0;
  std::vector<std::string> paths = {};
};

void on_list(rpc_context*, int status, void* data, void* self) {
  Listing& listing = *static_cast<Listing*>(self);
  listing.done = true;
  listing.status = status;
  if (status != RPC_STATUS_SUCCESS || data == nullptr) return;
  const void* next = *static_cast<exports*>(data);
  while (next != nullptr && listing.paths.size() < kExportsMax) {
    exportnode node{};  // a copy: libnfs 4.0.0 decodes the nodes to addresses that are not aligned
    std::memcpy(&node, next, sizeof node);
    if (node.ex_dir != nullptr) listing.paths.emplace_back(node.ex_dir);
    next = node.ex_next;
  }
}

void on_connected(rpc_context* rpc, int status, void*, void* self) {
  Listing& listing = *static_cast<Listing*>(self);
  if (status == RPC_STATUS_SUCCESS && ::rpc_mount3_export_async(rpc, on_list, self) == 0) return;
  listing.done = true;
  listing.status = RPC_STATUS_ERROR;
}

int start(rpc_context* rpc, const WireRequest& request, Listing& listing) {
  const char* server = request.address.c_str();
  if (request.mount_port == 0) {
    return ::rpc_connect_program_async(
        rpc, server, MOUNT_PROGRAM, MOUNT_V3, on_connected, &listing);
  }
  return ::rpc_connect_port_async(
      rpc, server, request.mount_port, MOUNT_PROGRAM, MOUNT_V3, on_connected, &listing);
}

}  // namespace

Wire<std::vector<std::string>> list_exports(const WireRequest& request) {
  Listing listing;  // before the context, whose destruction may still call back
  const std::unique_ptr<rpc_context, void (*)(rpc_context*)> rpc(::rpc_init_context(),
                                                                 &::rpc_destroy_context);
  const auto failed = [](int error, std::string text) {
    return tl::unexpected(WireFailure{.error = error, .text = std::move(text)});
  };
  if (rpc == nullptr || start(rpc.get(), request, listing) != 0) return failed(EIO, "not sent");
  const Instant deadline = std::chrono::steady_clock::now() + request.step_deadline;
  while (!listing.done) {
    if (std::chrono::steady_clock::now() >= deadline) return failed(ETIMEDOUT, "no answer");
    pollfd socket{.fd = ::rpc_get_fd(rpc.get()),
                  .events = static_cast<short>(::rpc_which_events(rpc.get())),
                  .revents = 0};
    ::poll(&socket, 1, kTickMs);
    if (::rpc_service(rpc.get(), socket.revents) < 0 && !listing.done) return failed(EIO, "closed");
  }
  if (listing.status != RPC_STATUS_SUCCESS) return failed(EIO, "refused");
  return std::move(listing.paths);
}

}  // namespace sparkwarden::probes::storage
