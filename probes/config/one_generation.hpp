// SPDX-License-Identifier: Apache-2.0
// Files of ConfigMap volumes, all of one generation. The kubelet swaps the symbolic link `..data`
// to a new directory; two files read through it can be from before and after.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/io/files.hpp"

namespace sparkwarden::probes::config {

/// Reads `..data` of a directory once and every file below what it then named. A file that is no
/// link into `..data` is read as it stands. For one look: not for many, and not for two threads.
class OneGeneration final : public io::FileReader {
 public:
  /// `files` outlives it.
  explicit OneGeneration(const io::FileReader& files) : files_(files) {}

  [[nodiscard]] tl::expected<std::string, io::FileError> read(const std::string& path,
                                                              std::size_t bytes_max) const override;
  [[nodiscard]] std::optional<std::string> link_target(const std::string& path) const override {
    return files_.link_target(path);
  }
  [[nodiscard]] std::optional<bool> has_entries(const std::string& directory) const override {
    return files_.has_entries(directory);
  }

  /// Whether a `..data` that was followed names another directory by now.
  [[nodiscard]] bool outdated() const;

 private:
  const io::FileReader& files_;
  mutable std::map<std::string, std::string> data_;  // directory -> what its ..data named
};

}  // namespace sparkwarden::probes::config
