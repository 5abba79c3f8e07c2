// SPDX-License-Identifier: Apache-2.0
// A mounted file system that misbehaves on command (tests/support/hanging_fs/main.cpp). Needs root
// and FUSE.
#pragma once

#include <memory>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

/// Why there can be none here; empty: there can.
[[nodiscard]] std::string why_no_hanging_fs();

/// Mounted in a mount namespace of this process's own, which the first one makes: nothing is left
/// on the machine however the test ends.
class HangingFs {
 public:
  /// Mounts `backing` at `mount_point`, which is made; without one a directory of its own.
  explicit HangingFs(std::string mount_point, std::string backing = {});
  HangingFs(const HangingFs&) = delete;
  HangingFs& operator=(const HangingFs&) = delete;
  ~HangingFs();

  [[nodiscard]] const std::string& path() const { return mount_point_; }
  [[nodiscard]] const std::string& device() const { return device_; }  // major:minor
  [[nodiscard]] const std::string& backing() const { return backing_; }
  /// From now on; see main.cpp. Empty: well again.
  void command(const std::string& line);
  /// Somebody waits in an operation that was commanded to hang.
  [[nodiscard]] bool waited_for() const;
  /// Ends the process that serves it: everyone who waits gets an error.
  void kill();

 private:
  TempDir dir_;
  std::string mount_point_;
  std::string backing_;
  std::string device_;
  std::unique_ptr<Process> server_;
};

}  // namespace sparkwarden::tests
