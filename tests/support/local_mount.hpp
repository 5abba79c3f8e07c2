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

/// The line of a mount table that calls `directory`, which is at `mount_point`, an NFS mount.
inline std::string nfs_line(const std::string& directory,
                            const std::string& mount_point,
                            const std::string& source) {
  struct stat status {};
  const bool there = ::stat(directory.c_str(), &status) == 0;
  const std::string device =
      std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  return "1 2 " + (there ? device : "0:0") + " / " + mount_point + " rw,relatime - nfs4 " + source +
         " rw,vers=4.1,hard,addr=10.0.0.1\n";
}

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
    line_ = nfs_line(directory, mount_point_, source_);
  }

  /// For `paths.root`: what stands in front of the mount's path.
  [[nodiscard]] std::string root() const { return dir_.path().string(); }
  /// Its line of the mount table.
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  TempDir dir_;
  std::string source_;
  std::string mount_point_;
  std::string line_;
};

}  // namespace sparkwarden::tests
