// SPDX-License-Identifier: Apache-2.0
#include "exporters/manifest/freeze.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::exporters {
namespace {

TEST(Freeze, LinesAreThoseOfPipSortedWithoutCase) {
  PythonManifest python;
  python.distributions = {
      {.name = "zope-interface", .raw_name = "zope.interface", .version = "6.1"},
      {.name = "babel", .raw_name = "Babel", .version = "2.10.3"},
      {.name = "legacy", .raw_name = "legacy", .version = "1.0_dev-x"},
      {.name = "archive",
       .raw_name = "archive",
       .version = "1",
       .direct_url = DirectUrl{.url = "https://example.org/a.whl", .hash = "sha256=ab"}},
      {.name = "fork",
       .raw_name = "fork",
       .version = "1",
       .direct_url = DirectUrl{.url = "https://example.org/fork.git", .commit = "c0ffee"}},
      {.name = "mine",
       .raw_name = "mine",
       .version = "1",
       .direct_url = DirectUrl{.url = "file:///src/mine", .editable = true}}};

  EXPECT_EQ(freeze_text(python),
            "archive @ https://example.org/a.whl#sha256=ab\n"
            "Babel==2.10.3\n"
            "fork @ git+https://example.org/fork.git@c0ffee\n"
            "legacy===1.0_dev-x\n"
            "-e file:///src/mine\n"
            "zope.interface==6.1\n");
}

TEST(Freeze, NothingInstalledIsAnEmptyFile) {
  EXPECT_EQ(freeze_text({}), "");
}

TEST(Freeze, AHostileNameCannotSteerATerminal) {
  PythonManifest python;
  python.distributions = {{.name = "x", .raw_name = "x\n\x1b[2J", .version = "1"}};

  EXPECT_EQ(freeze_text(python), "x\\n\\x1b[2J==1\n");
}

}  // namespace
}  // namespace sparkwarden::exporters
