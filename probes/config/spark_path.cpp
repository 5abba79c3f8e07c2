// SPDX-License-Identifier: Apache-2.0
#include "probes/config/spark_path.hpp"

#include <algorithm>
#include <cctype>

namespace sparkwarden::probes::config {
namespace {

bool scheme_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

}  // namespace

SparkPath parse_spark_path(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
  if (colon == std::string_view::npos || scheme.empty() ||
      !std::all_of(scheme.begin(), scheme.end(), scheme_char)) {
    return {.path = std::string(text)};
  }
  SparkPath result{.scheme = std::string(scheme), .path = std::string(text.substr(colon + 1))};
  std::transform(result.scheme.begin(), result.scheme.end(), result.scheme.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  const bool local = result.scheme == "file" || result.scheme == "local";
  if (local && result.path.starts_with("//")) {
    const std::size_t slash = result.path.find('/', 2);
    result.path = slash == std::string::npos ? "/" : result.path.substr(slash);
  }
  return result;
}

std::string canonical(std::string_view path) {
  std::string result;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (!part.empty() && part != ".") {
      if (!result.empty() || path.front() == '/') result += '/';
      result += part;
    }
    at = end + 1;
  }
  if (result.empty() && !path.empty()) return path.front() == '/' ? "/" : ".";
  return result;
}

bool is_below(std::string_view path, std::string_view directory) {
  const std::string inner = canonical(path);
  const std::string outer = canonical(directory);
  if (outer.empty() || inner.empty()) return false;
  if (inner == outer) return true;
  return inner.starts_with(outer == "/" ? outer : outer + "/");
}

bool has_variable(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

}  // namespace sparkwarden::probes::config
