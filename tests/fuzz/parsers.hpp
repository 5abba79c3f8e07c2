// SPDX-License-Identifier: Apache-2.0
// What must hold for any bytes that a parser of configuration is given. Run by libFuzzer (preset
// `fuzz`), and on tests/fuzz/corpus by every build.
#pragma once

#include <span>
#include <string_view>

namespace sparkwarden::fuzz {

struct Parser {
  std::string_view name;                 // also of its corpus
  void (*check)(std::string_view text);  // throws std::logic_error where something does not hold
};

[[nodiscard]] std::span<const Parser> parsers();

}  // namespace sparkwarden::fuzz
