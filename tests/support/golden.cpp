// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace sparkwarden::tests {

std::string golden(const std::string& name, std::string_view actual) {
  const std::string path = std::string(SPARKWARDEN_SOURCE_DIR) + "/tests/golden/" + name;
  if (const char* update = std::getenv("SPARKWARDEN_UPDATE_GOLDEN");
      update != nullptr && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << actual;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return "no golden file " + path + "; run with SPARKWARDEN_UPDATE_GOLDEN=1";
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sparkwarden::tests
