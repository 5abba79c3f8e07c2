// SPDX-License-Identifier: Apache-2.0
// A directory as the kubelet's atomic writer makes it of a ConfigMap: `key -> ..data/key` and
// `..data -> ..<generation>`, replaced by renaming a new link over `..data`.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace sparkwarden::tests {

class ConfigMapVolume {
 public:
  /// `directory` is made, with the directories above it.
  explicit ConfigMapVolume(std::filesystem::path directory);

  /// Puts another generation of keys in the place of what is there. An empty one leaves a directory
  /// without keys, as an optional ConfigMap does.
  void write(const std::map<std::string, std::string>& data);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  int generation_ = 0;
};

}  // namespace sparkwarden::tests
