// SPDX-License-Identifier: Apache-2.0
// No false positives: configurations that are right (tests/lint/valid), each with no error and no
// warning.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/lint/inputs.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kValid = fs::path(SPARKWARDEN_SOURCE_DIR) / "tests/lint/valid";

/// One line per error, warning, and thing that was not looked at.
std::vector<std::string> complaints(const std::vector<Source>& sources) {
  std::vector<std::string> all;
  for (const Linted& linted : lint(sources)) {
    for (const Finding& finding : linted.findings) {
      if (finding.severity == Severity::info) continue;
      all.push_back(tests::brief(finding) + " " + finding.message);
    }
    for (const Unlooked& unlooked : linted.unlooked) {
      all.push_back(unlooked.code + " " + unlooked.message);
    }
  }
  return all;
}

std::vector<Source> sources_below(const fs::path& directory) {
  return read_sources(find_inputs({directory.string()}).files, io::RealFiles(), 1 << 20);
}

TEST(Valid, ConfigurationsGiveNoErrorAndNoWarning) {
  int directories = 0;
  for (const auto& entry : fs::directory_iterator(kValid)) {
    if (!entry.is_directory()) continue;
    ++directories;
    const std::vector<Source> sources = sources_below(entry.path());
    const bool recognised = std::ranges::any_of(sources, &Source::recognised);

    EXPECT_TRUE(recognised) << entry.path();
    EXPECT_THAT(complaints(sources), IsEmpty()) << entry.path();
  }
  EXPECT_GE(directories, 20);
}

TEST(Valid, ConfigurationsStayApartWhenAllAreReadAtOnce) {
  EXPECT_THAT(complaints(sources_below(kValid)), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::lint
