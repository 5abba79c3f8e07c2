// SPDX-License-Identifier: Apache-2.0
// A file system in memory, with every trouble a test may want to have.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/io/files.hpp"

namespace sparkwarden::tests {

class MemoryFiles final : public io::FileReader {
 public:
  MemoryFiles() = default;
  /// Contents by path.
  explicit MemoryFiles(const std::map<std::string, std::string>& files);

  /// A regular file, and the directories above it.
  MemoryFiles& put(const std::string& path, std::string content);
  MemoryFiles& put_directory(const std::string& path);
  MemoryFiles& put_link(const std::string& path, std::string target);
  /// Every read of `path` fails like this from now on.
  MemoryFiles& fail(const std::string& path, io::FileTrouble trouble, std::string detail);
  MemoryFiles& remove(const std::string& path);

  [[nodiscard]] tl::expected<std::string, io::FileError> read(const std::string& path,
                                                              std::size_t bytes_max) const override;
  [[nodiscard]] std::optional<std::string> link_target(const std::string& path) const override;
  [[nodiscard]] std::optional<bool> has_entries(const std::string& directory) const override;

  /// The paths that were asked for, in order.
  [[nodiscard]] const std::vector<std::string>& reads() const { return reads_; }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> directories_{"/"};
  std::map<std::string, std::string> links_;
  std::map<std::string, io::FileError> errors_;
  mutable std::vector<std::string> reads_;
};

}  // namespace sparkwarden::tests
