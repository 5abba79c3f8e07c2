// SPDX-License-Identifier: Apache-2.0
#include "agent/core/header_fields.hpp"

#include <algorithm>

namespace sparkwarden {

std::optional<std::vector<HeaderField>> header_fields(std::string_view header) {
  std::vector<HeaderField> fields;
  for (bool more = true; more;) {
    const std::size_t comma = header.find(',');
    std::string_view item = header.substr(0, comma);
    more = comma != std::string_view::npos;
    header.remove_prefix(more ? comma + 1 : header.size());
    while (item.starts_with(' ')) item.remove_prefix(1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const HeaderField field{.key = item.substr(0, equals), .value = item.substr(equals + 1)};
    if (fields.empty() && (field.key != "v" || field.value != "1")) return std::nullopt;
    if (std::ranges::find(fields, field.key, &HeaderField::key) != fields.end()) {
      return std::nullopt;
    }
    fields.push_back(field);
  }
  fields.erase(fields.begin());
  return fields;
}

}  // namespace sparkwarden
