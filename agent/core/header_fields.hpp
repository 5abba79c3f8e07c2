// SPDX-License-Identifier: Apache-2.0
// The shape of the headers that agents send one another: `v=1, key=value, key=value`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace sparkwarden {

struct HeaderField {
  std::string_view key;
  std::string_view value;  // as it stands; who reads it decodes it
};

/// The fields after the version, views into `header`. None if the version is not 1 or does not come
/// first (what follows another one is not for us to read), if something has no `=`, or if a key is
/// given twice: which one would be meant?
[[nodiscard]] std::optional<std::vector<HeaderField>> header_fields(std::string_view header);

}  // namespace sparkwarden
