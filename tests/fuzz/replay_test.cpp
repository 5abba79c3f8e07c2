// SPDX-License-Identifier: Apache-2.0
// The corpus of each fuzz target, in every build and under every sanitizer.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/parsers.hpp"

namespace sparkwarden::fuzz {
namespace {

namespace fs = std::filesystem;

class Corpus : public testing::TestWithParam<Parser> {};

TEST_P(Corpus, HoldsNothingThatAParserTripsOver) {
  const fs::path corpus = fs::path(SPARKWARDEN_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(corpus)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NO_THROW(GetParam().check(text)) << entry.path();
    // Cut anywhere a file is another one: an editor's, a full disk's.
    const std::size_t step = text.size() / 64 + 1;
    for (std::size_t end = 0; end < text.size(); end += step) {
      EXPECT_NO_THROW(GetParam().check(text.substr(0, end))) << entry.path() << " up to " << end;
    }
    ++files;
  }
  EXPECT_GT(files, 3);
}

INSTANTIATE_TEST_SUITE_P(Parsers, Corpus, testing::ValuesIn(parsers()), [](const auto& each) {
  return std::string(each.param.name);
});

}  // namespace
}  // namespace sparkwarden::fuzz
