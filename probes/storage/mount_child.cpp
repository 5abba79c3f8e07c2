// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_child.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/io/child_entry.hpp"
#include "agent/io/child_protocol.hpp"
#include "agent/io/descriptor.hpp"
#include "probes/storage/mount_canary.hpp"
#include "probes/storage/mount_request.hpp"
#include "probes/storage/mount_step.hpp"
#include "probes/storage/mount_tokens.hpp"

namespace sparkwarden::probes::storage {
namespace {

std::string device_text(dev_t device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

// Unmounted meanwhile, the path is a directory of the container's own disk: nothing may be written
// there, and nothing said about it.
Wire<void> open_root(const MountRequest& request, io::Descriptor& root) {
  root = io::Descriptor(::open(request.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return system_failure();
  struct stat status {};
  if (::fstatat(root.get(), "", &status, AT_EMPTY_PATH) != 0) return system_failure();
  const std::string device = device_text(status.st_dev);
  if (device == request.device) return {};
  return own_failure(kAnotherMount,
                     "device " + device + ", where the mount table has " + request.device);
}

bool measure(const io::Descriptor& root) {
  struct statvfs space {};
  const bool measured = mount_step("statvfs", [&]() -> Wire<void> {
    if (::fstatvfs(root.get(), &space) != 0) return system_failure();
    return {};
  });
  if (!measured) return false;
  tell_fact("space.total", std::to_string(std::uint64_t{space.f_blocks} * space.f_frsize));
  tell_fact("space.available", std::to_string(std::uint64_t{space.f_bavail} * space.f_frsize));
  return true;
}

}  // namespace

int run_mount_child() {
  if (!io::enter_child({})) return 1;
  const auto line = io::read_child_input();
  if (!line) return 2;
  const Result<MountRequest> request = parse_mount_request(*line);
  if (!request) return 2;
  // The agent's own directory may be on the mount; nothing of this process may.
  if (::chdir("/") != 0) return 1;
  ::umask(0);

  {
    io::Descriptor root;
    const bool there = mount_step("stat", [&] { return open_root(*request, root); });
    if (there && measure(root)) {
      if (!request->token.look_up.empty()) look_up_token(root, request->token);
      if (request->write) write_mount_canary(root, *request);
    }
  }
  io::tell(io::ChildDone{});
  return 0;
}

}  // namespace sparkwarden::probes::storage
