// SPDX-License-Identifier: Apache-2.0
#include "tests/support/config_map.hpp"

#include <fstream>
#include <utility>
#include <vector>

namespace sparkwarden::tests {

namespace fs = std::filesystem;

ConfigMapVolume::ConfigMapVolume(fs::path directory) : directory_(std::move(directory)) {
  fs::create_directories(directory_);
}

// In the kubelet's order: the files, the link, the keys' links, then the old directory goes.
void ConfigMapVolume::write(const std::map<std::string, std::string>& data) {
  const std::string name = "..2026_01_02_15_04_05." + std::to_string(++generation_);
  fs::create_directory(directory_ / name);
  for (const auto& [key, text] : data) std::ofstream(directory_ / name / key) << text;

  std::error_code none;
  const fs::path before = fs::read_symlink(directory_ / "..data", none);
  fs::create_directory_symlink(name, directory_ / "..data_tmp");
  fs::rename(directory_ / "..data_tmp", directory_ / "..data");

  for (const auto& [key, text] : data) {
    if (!fs::is_symlink(directory_ / key)) fs::create_symlink("..data/" + key, directory_ / key);
  }
  std::vector<fs::path> gone;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string key = entry.path().filename();
    if (!key.starts_with("..") && !data.contains(key)) gone.push_back(entry.path());
  }
  for (const fs::path& link : gone) fs::remove(link);
  if (!before.empty()) fs::remove_all(directory_ / before);
}

}  // namespace sparkwarden::tests
