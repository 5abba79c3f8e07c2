// SPDX-License-Identifier: Apache-2.0
// A real NFS server in user space (nfs-ganesha, FSAL VFS), with verbs for what goes wrong with one.
#pragma once

#include <csignal>
#include <cstddef>
#include <memory>
#include <string>

#include "tests/support/network_namespace.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

struct GaneshaOptions {
  int version = 4;                            // 3 needs `network`
  const NetworkNamespace* network = nullptr;  // null: the host's loopback
  bool read_only = false;
  std::string squash = "No_Root_Squash";
  bool privileged_port = false;
  bool graceless = true;
  int minor_version = 0;           // of version 4: this one alone, or 0 and 1
  std::string filesystem_id = {};  // "1.1"; empty: the real one
  std::string pseudo = {};         // what version 4 calls the export; empty: its path
  unsigned mode = 0777;            // of the exported directory
  std::size_t tmpfs_bytes = 0;     // export a file system of this size instead of a directory
};

/// Serves one directory as `path()`, over version 3 and 4 alike. Root, and the package
/// nfs-ganesha-vfs.
class Ganesha {
 public:
  explicit Ganesha(GaneshaOptions options = {});
  Ganesha(const Ganesha&) = delete;
  Ganesha& operator=(const Ganesha&) = delete;

  [[nodiscard]] int nfs_port() const { return nfs_port_; }
  [[nodiscard]] int mount_port() const { return mount_port_; }
  /// What clients mount.
  [[nodiscard]] std::string path() const;
  /// The same directory as this test sees it; in the server's mounts while the server runs.
  [[nodiscard]] std::string backing() const;
  [[nodiscard]] std::string log() const;

  void freeze();  // returns when no thread of it runs any more
  void thaw() const { server_->signal(SIGCONT); }
  void kill() { server_->kill(); }
  void restart();
  /// Restarts it with the directory moved away and a new one in its place.
  void replace_directory();
  /// Restarts it with another identity of the same directory.
  void change_filesystem_id(const std::string& id);
  /// Re-exports the live server's directory; returns when the server has read it.
  void set_read_only(bool read_only);

 private:
  void start();
  [[nodiscard]] std::string configuration() const;
  [[nodiscard]] bool wait_ready();
  [[nodiscard]] bool answers() const;

  GaneshaOptions options_;
  TempDir home_;
  int nfs_port_ = 0;
  int mount_port_ = 0;
  std::size_t starts_ = 0;  // in the log, before this one
  std::unique_ptr<Process> server_;
};

/// Why no ganesha can run here; empty when one can.
[[nodiscard]] std::string why_no_ganesha();

}  // namespace sparkwarden::tests
