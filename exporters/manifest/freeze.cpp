// SPDX-License-Identifier: Apache-2.0
#include "exporters/manifest/freeze.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/core/python_version.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden::exporters {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string direct_reference(const Distribution& distribution, const DirectUrl& url) {
  if (url.editable) return "-e " + url.url;
  std::string line = distribution.raw_name + " @ ";
  if (!url.commit.empty()) return line + "git+" + url.url + "@" + url.commit;
  line += url.url;
  if (!url.hash.empty()) line += "#" + url.hash;
  return line;
}

std::string line_of(const Distribution& distribution) {
  if (distribution.direct_url) return direct_reference(distribution, *distribution.direct_url);
  const bool legacy = !parse_version(distribution.version);
  return distribution.raw_name + (legacy ? "===" : "==") + distribution.version;
}

}  // namespace

std::string freeze_text(const PythonManifest& python) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const Distribution& distribution : python.distributions) {
    lines.emplace_back(lower(distribution.raw_name), printable(line_of(distribution)));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& [name, line] : lines) text += line + "\n";
  return text;
}

}  // namespace sparkwarden::exporters
