// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.hpp"

#include <fstream>
#include <stdexcept>

#include <stdlib.h>

namespace sparkwarden::tests {

TempDir::TempDir(const std::filesystem::path& parent) {
  std::string name = (parent / "sparkwarden-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(std::string_view name, std::string_view text) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

}  // namespace sparkwarden::tests
