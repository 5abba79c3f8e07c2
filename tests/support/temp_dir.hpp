// SPDX-License-Identifier: Apache-2.0
// A directory of the test's own, gone with everything in it when the test ends.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sparkwarden::tests {

class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file below the directory, with the directories it needs, and returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace sparkwarden::tests
