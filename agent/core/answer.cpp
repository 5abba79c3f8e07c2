// SPDX-License-Identifier: Apache-2.0
#include "agent/core/answer.hpp"

#include <algorithm>

namespace sparkwarden {

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto found = std::ranges::find_if(headers, [&](const auto& header) {
    return std::ranges::equal(header.first, name, {}, lower, lower);
  });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace sparkwarden
