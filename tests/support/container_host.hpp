// SPDX-License-Identifier: Apache-2.0
// Linux containers, made by podman in a process tree, mounts and a network of their own. The
// machine's own podman sees nothing of it, and all of it ends with this object; also when the test
// process is killed, but for empty cgroups and a directory in /tmp. Needs root.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

class ContainerHost {
 public:
  /// What is missing here, and where it comes from; empty when nothing is.
  [[nodiscard]] static std::string what_is_missing();

  ContainerHost();
  ContainerHost(const ContainerHost&) = delete;
  ContainerHost& operator=(const ContainerHost&) = delete;
  ~ContainerHost();

  /// `command` to be started among the containers.
  [[nodiscard]] std::vector<std::string> entering(std::vector<std::string> command) const;
  /// podman with these arguments, likewise.
  [[nodiscard]] std::vector<std::string> podman(std::vector<std::string> arguments) const;
  /// What podman prints. Errors: throws, with its words, when it fails or does not end.
  std::string run_podman(std::vector<std::string> arguments) const;

  /// Builds `image` from a Dockerfile; no registry is asked.
  void build(const std::string& image,
             const std::filesystem::path& dockerfile,
             const std::filesystem::path& context) const;
  /// Makes the pod of this YAML, as podman understands it, and starts nothing of it.
  void create_pod(const std::string& yaml);

  /// Lays a cable between the networks of two processes, as podman numbers them.
  void connect(int one,
               const std::string& address,
               int other,
               const std::string& its_address) const;

  /// /proc/PID of a process as podman numbers it, seen from here.
  [[nodiscard]] std::filesystem::path process(int pid) const;

  [[nodiscard]] const TempDir& world() const { return world_; }

 private:
  TempDir world_;
  std::unique_ptr<Process> outside_;  // the parent of process 1 in there
  pid_t first_ = -1;                  // that process 1, as it is numbered out here
  std::vector<std::string> pods_;     // their ids, which name their cgroups
};

}  // namespace sparkwarden::tests
