// SPDX-License-Identifier: Apache-2.0
// A directory of this machine that a mount table of the test's calls an NFS mount: there is no
// kernel NFS client in the tests' world, and the child through the mount sees no difference. With a
// directory that a server exports, both ways lead to the same files.
#pragma once

#include <filesystem>
#include <string>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

class LocalMount {
 public:
  /// `source` is `server:/path`, `at` the mount's path in the container.
  LocalMount(const std::string& directory, std::string source, const std::string& at)
      : source_(std::move(source)), mount_point_(root() + at) {
    std::filesystem::create_directories(std::filesystem::path(mount_point_).parent_path());
    lead_to(directory);
  }

  /// From now on another directory is mounted there.
  void lead_to(const std::string& directory) {
    std::filesystem::remove(mount_point_);
    std::filesystem::create_directory_symlink(directory, mount_point_);
    struct stat status {};
    device_ = ::stat(directory.c_str(), &status) == 0 ? text_of(status.st_dev) : "";
  }

  /// For `paths.root`: what stands in front of the mount's path.
  [[nodiscard]] std::string root() const { return dir_.path().string(); }
  /// Its line of the mount table.
  [[nodiscard]] std::string line() const {
    return "1 2 " + device_ + " / " + mount_point_ + " rw,relatime - nfs4 " + source_ +
           " rw,vers=4.1,hard,addr=10.0.0.1\n";
  }

 private:
  static std::string text_of(dev_t device) {
    return std::to_string(major(device)) + ":" + std::to_string(minor(device));
  }

  TempDir dir_;
  std::string source_;
  std::string mount_point_;
  std::string device_;
};

}  // namespace sparkwarden::tests
