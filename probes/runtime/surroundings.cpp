// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/surroundings.hpp"

#include <algorithm>
#include <cctype>

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::ptrdiff_t kWordMax = 128;

}  // namespace

std::string Surroundings::variable(std::string_view name) const {
  const auto found = place.environment.find(std::string(name));
  return found == place.environment.end() ? std::string() : found->second;
}

std::vector<std::string> Surroundings::path() const {
  const std::string known = variable("PATH");
  std::string_view rest = known.empty() ? kDefaultPath : std::string_view(known);
  std::vector<std::string> directories;
  while (!rest.empty()) {  // at most 8 KiB, see inventory_variables
    const std::size_t colon = rest.find(':');
    if (rest.starts_with('/')) directories.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return directories;
}

std::string told(const io::FileError& error) {
  return error.path + ": " + error.detail;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::string word_at_start(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    return !plain && c != '.' && c != '-' && c != '_' && c != '+';
  });
  if (end - text.begin() > kWordMax) return {};
  return {text.begin(), end};
}

}  // namespace sparkwarden::probes::runtime
