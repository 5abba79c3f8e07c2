// SPDX-License-Identifier: Apache-2.0
#include "probes/config/place.hpp"

#include <algorithm>

namespace sparkwarden::probes::config {

LineIndex::LineIndex(std::string_view text) : size_(text.size()), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || (text[i] == '\r' && !pair)) starts_.push_back(i + 1);
  }
}

Place LineIndex::place(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, size_);
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), begin);
  const std::size_t start = *(next - 1);
  const std::size_t line_end = next == starts_.end() ? size_ : std::max(begin, *next - 1);
  const std::size_t last = std::clamp(end, begin, line_end);
  return {static_cast<int>(next - starts_.begin()),
          static_cast<int>(begin - start) + 1,
          static_cast<int>(last - start) + 1};
}

}  // namespace sparkwarden::probes::config
