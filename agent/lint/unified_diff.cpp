// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "agent/core/shown_value.hpp"
#include "agent/lint/fixes.hpp"

namespace sparkwarden::lint {
namespace {

constexpr std::size_t kContext = 3;

/// Lines [begin, end) of the old file that one hunk shows.
struct Hunk {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Hunk> hunks_of(const Mended& mended) {
  std::vector<Hunk> hunks;
  for (std::size_t i = 0; i < mended.before.size(); ++i) {
    if (mended.after[i] == mended.before[i]) continue;
    const std::size_t begin = i > kContext ? i - kContext : 0;
    const std::size_t end = std::min(i + 1 + kContext, mended.before.size());
    if (!hunks.empty() && begin <= hunks.back().end) {
      hunks.back().end = end;
    } else {
      hunks.push_back({begin, end});
    }
  }
  return hunks;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  lines.push_back(text.substr(at));
  return lines;
}

/// Secrets stay masked here too: the diff is to be read, --fix is what applies it.
std::string line_of(char sign, const std::string& text) {
  return sign + shown_line(text) + '\n';
}

std::string range(std::size_t begin, std::size_t count) {
  return std::to_string(count == 0 ? begin : begin + 1) + ',' + std::to_string(count);
}

}  // namespace

std::string unified_diff(const Mended& mended) {
  std::string text = "--- " + mended.path + "\n+++ " + mended.path + '\n';
  std::size_t moved = 0;  // lines that went before this hunk
  for (const Hunk& hunk : hunks_of(mended)) {
    std::string body;
    std::size_t after = 0;
    for (std::size_t i = hunk.begin; i < hunk.end; ++i) {
      if (mended.after[i] == mended.before[i]) {
        body += line_of(' ', mended.before[i]);
        ++after;
        continue;
      }
      body += line_of('-', mended.before[i]);
      if (!mended.after[i]) continue;
      for (const std::string& line : split(*mended.after[i])) {
        body += line_of('+', line);
        ++after;
      }
    }
    const std::size_t before = hunk.end - hunk.begin;
    text += "@@ -" + range(hunk.begin, before) + " +" + range(hunk.begin - moved, after) + " @@\n";
    text += body;
    moved += before - after;
  }
  return text;
}

}  // namespace sparkwarden::lint
