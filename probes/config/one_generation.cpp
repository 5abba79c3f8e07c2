// SPDX-License-Identifier: Apache-2.0
#include "probes/config/one_generation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kThroughData = "..data/";

}  // namespace

tl::expected<std::string, io::FileError> OneGeneration::read(const std::string& path,
                                                             std::size_t bytes_max) const {
  const std::size_t slash = path.rfind('/');
  const auto key = files_.link_target(path);
  if (slash == std::string::npos || !key || !key->starts_with(kThroughData))
    return files_.read(path, bytes_max);
  const std::string directory = path.substr(0, slash);
  if (!data_.contains(directory)) {
    const auto target = files_.link_target(directory + "/..data");
    if (!target || target->starts_with('/')) return files_.read(path, bytes_max);
    data_.emplace(directory, *target);
  }
  auto content = files_.read(
      directory + "/" + data_.at(directory) + "/" + key->substr(kThroughData.size()), bytes_max);
  if (!content) content.error().path = path;
  return content;
}

bool OneGeneration::outdated() const {
  return std::any_of(data_.begin(), data_.end(), [&](const auto& each) {
    return files_.link_target(each.first + "/..data") != each.second;
  });
}

}  // namespace sparkwarden::probes::config
