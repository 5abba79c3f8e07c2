// SPDX-License-Identifier: Apache-2.0
#include "agent/core/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sparkwarden {
namespace {

constexpr std::size_t kWordMax = 128;  // the distance costs length times length

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word,
                    std::span<const std::string> known,
                    std::size_t edits_max) {
  if (word.size() > kWordMax) return {};
  std::size_t best = std::min(edits_max, word.size() / 3) + 1;
  std::string answer;
  for (const std::string& candidate : known) {
    const std::size_t apart = distance(word, candidate);
    if (apart < best) {
      best = apart;
      answer = candidate;
    }
  }
  return answer;
}

}  // namespace sparkwarden
