// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry for the parser that SPARKWARDEN_FUZZ_PARSER names.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/parsers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto& parser : sparkwarden::fuzz::parsers()) {
    if (parser.name != SPARKWARDEN_FUZZ_PARSER) continue;
    parser.check({reinterpret_cast<const char*>(data), size});
  }
  return 0;
}
