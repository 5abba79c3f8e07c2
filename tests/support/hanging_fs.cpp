// SPDX-License-Identifier: Apache-2.0
#include "tests/support/hanging_fs.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace sparkwarden::tests {
namespace {

#ifdef SPARKWARDEN_HANGING_FS
constexpr const char* kProgram = SPARKWARDEN_HANGING_FS;
#else
constexpr const char* kProgram = nullptr;
#endif

constexpr std::chrono::seconds kMountLimit{60};

// Once for the process; "" or why not.
std::string enter_own_mounts() {
  static const std::string why = []() -> std::string {
    const auto failed = [](const char* what) {
      return what + (": " + std::generic_category().message(errno));
    };
    if (::unshare(CLONE_NEWNS) != 0) return failed("unshare(CLONE_NEWNS)");
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("mount");
    return {};
  }();
  return why;
}

// The third word of the mount table's line for `path`; empty: there is none.
std::string device_at(const std::string& path) {
  std::ifstream table("/proc/thread-self/mountinfo");
  std::string id, parent, device, root, mount_point, rest;
  while (table >> id >> parent >> device >> root >> mount_point && std::getline(table, rest)) {
    if (mount_point == path) return device;
  }
  return {};
}

// A poll on the mount table ends when the table changes.
std::string wait_for_mount(const std::string& path, Process& server) {
  const int table = ::open("/proc/thread-self/mountinfo", O_RDONLY | O_CLOEXEC);
  const auto end = std::chrono::steady_clock::now() + kMountLimit;
  std::string device = device_at(path);
  while (device.empty() && server.running() && std::chrono::steady_clock::now() < end) {
    pollfd change{.fd = table, .events = POLLPRI, .revents = 0};
    ::poll(&change, 1, 100);
    device = device_at(path);
  }
  ::close(table);
  return device;
}

}  // namespace

std::string why_no_hanging_fs() {
  if (kProgram == nullptr) return "built without libfuse3-dev";
  if (::geteuid() != 0) return "mounting needs root";
  const int device = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) return "/dev/fuse: " + std::generic_category().message(errno);
  ::close(device);
  return enter_own_mounts();
}

HangingFs::HangingFs(std::string mount_point, std::string backing)
    : mount_point_(std::move(mount_point)),
      backing_(backing.empty() ? (dir_.path() / "backing").string() : std::move(backing)) {
  std::filesystem::create_directories(backing_);
  std::filesystem::create_directories(mount_point_);
  const std::string control = dir_.write("control", "");
  const std::string log = dir_.path() / "log";
  server_ = std::make_unique<Process>(
      std::vector<std::string>{kProgram, mount_point_, backing_, control}, log);
  device_ = wait_for_mount(mount_point_, *server_);
  if (!device_.empty()) return;
  std::ifstream said(log);
  throw std::runtime_error("hanging_fs did not mount: " +
                           std::string(std::istreambuf_iterator<char>(said), {}));
}

HangingFs::~HangingFs() {
  ::umount2(mount_point_.c_str(), MNT_DETACH);
  kill();
}

void HangingFs::command(const std::string& line) {
  const std::string next = dir_.write("control.next", line + "\n");
  std::filesystem::rename(next, dir_.path() / "control");
}

bool HangingFs::waited_for() const {
  return std::filesystem::exists(dir_.path() / "control.waiting");
}

void HangingFs::kill() {
  server_->kill();
}

}  // namespace sparkwarden::tests
