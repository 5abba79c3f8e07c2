// SPDX-License-Identifier: Apache-2.0
// A root file system of a test's own, with what it needs of Python in it.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "agent/io/tree.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::python {

class ATree {
 public:
  /// `path` is absolute inside the root.
  void put(const std::string& path, const std::string& text) const {
    place_.write(path.substr(1), text);
  }
  void put_program(const std::string& path, const std::string& text = "no program\n") const {
    put(path, text);
    std::filesystem::permissions(real(path),
                                 std::filesystem::perms::owner_all |
                                     std::filesystem::perms::group_exec |
                                     std::filesystem::perms::others_exec);
  }
  void link(const std::string& path, const std::string& target) const {
    std::filesystem::create_directories(std::filesystem::path(real(path)).parent_path());
    std::filesystem::create_symlink(target, real(path));
  }
  void make_directory(const std::string& path) const {
    std::filesystem::create_directories(real(path));
  }
  /// `name-version.dist-info` in a directory.
  void install(const std::string& directory,
               const std::string& name,
               const std::string& version) const {
    put(directory + "/" + name + "-" + version + ".dist-info/METADATA",
        "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\nText.\n");
  }
  /// Where `path` is for this process.
  [[nodiscard]] std::string real(const std::string& path) const {
    return place_.path().string() + path;
  }
  [[nodiscard]] io::Tree tree() const {
    auto tree = io::Tree::open(place_.path().string());
    if (!tree) throw std::runtime_error(tree.error().detail);
    return std::move(*tree);
  }

 private:
  tests::TempDir place_;
};

}  // namespace sparkwarden::probes::python
