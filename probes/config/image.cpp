// SPDX-License-Identifier: Apache-2.0
#include "probes/config/image.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace sparkwarden::probes::config {

std::string_view Image::base() const {
  const std::size_t slash = repository.rfind('/');
  return std::string_view(repository).substr(slash == std::string::npos ? 0 : slash + 1);
}

bool Image::floats() const {
  return digest.empty() && (tag.empty() || tag == "latest");
}

Image image_from(std::string_view name) {
  Image image;
  const std::size_t at = name.find('@');
  if (at != std::string_view::npos) image.digest = name.substr(at + 1);
  name = name.substr(0, at);
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) image.tag = name.substr(colon + 1);
  image.repository = name.substr(0, colon);
  return image;
}

bool is_placeholder(std::string_view name) {
  return name.empty() || name.find_first_of("${}<>()") != std::string_view::npos;
}

std::string spark_version_of(const Image& image) {
  constexpr std::array<std::string_view, 4> kOfficial{
      "apache/spark", "docker.io/apache/spark", "spark", "docker.io/library/spark"};
  if (std::find(kOfficial.begin(), kOfficial.end(), image.repository) == kOfficial.end()) return {};
  const std::size_t end = std::min(image.tag.find_first_not_of("0123456789."), image.tag.size());
  const std::string version = image.tag.substr(0, end);
  return std::count(version.begin(), version.end(), '.') == 2 && version.back() != '.' ? version
                                                                                       : "";
}

}  // namespace sparkwarden::probes::config
