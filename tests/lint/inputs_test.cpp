// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/inputs.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::lint {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class InputsTest : public testing::Test {
 protected:
  /// The files found, from the directory on.
  std::vector<std::string> found(const std::vector<std::string>& paths, InputBounds bounds = {}) {
    inputs = find_inputs(paths, {}, bounds);
    std::vector<std::string> names;
    for (const InputFile& file : inputs.files) {
      names.push_back(fs::path(file.path).lexically_relative(root()));
    }
    return names;
  }
  [[nodiscard]] std::string root() const { return directory.path(); }

  tests::TempDir directory;
  Inputs inputs;
};

TEST_F(InputsTest, ADirectoryGivesWhatCanBeConfiguration) {
  directory.write("conf/spark-defaults.conf", "");
  directory.write("conf/core-site.xml", "");
  directory.write("k8s/app.yaml", "");
  directory.write("k8s/app.py", "");
  directory.write("README.md", "");

  EXPECT_THAT(found({root()}),
              ElementsAre("conf/core-site.xml", "conf/spark-defaults.conf", "k8s/app.yaml"));
}

TEST_F(InputsTest, RepositoriesOfVersionControlAreSkipped) {
  directory.write(".git/refs/spark-defaults.conf", "");
  directory.write("a/.git/x.yaml", "");
  directory.write("node_modules/x/y.yaml", "");

  EXPECT_THAT(found({root()}), IsEmpty());
}

TEST_F(InputsTest, ANamedFileCountsWhateverItIsCalled) {
  const std::string path = directory.write("settings.txt", "");

  EXPECT_THAT(found({path}), ElementsAre("settings.txt"));
  EXPECT_TRUE(inputs.files.front().named);
}

TEST_F(InputsTest, APatternFindsBelowItsDirectory) {
  directory.write("a/one.conf", "");
  directory.write("a/b/two.conf", "");
  directory.write("a/b/two.xml", "");

  EXPECT_THAT(found({root() + "/**/*.conf"}), ElementsAre("a/b/two.conf", "a/one.conf"));
}

TEST_F(InputsTest, WhatDoesNotExistIsToldApart) {
  EXPECT_THAT(found({root() + "/nowhere", root() + "/*.conf"}), IsEmpty());
  EXPECT_THAT(inputs.missing, ElementsAre(root() + "/nowhere", root() + "/*.conf"));
}

TEST_F(InputsTest, AMountedConfigMapIsReadThroughItsLinksOnce) {
  directory.write("..2026_01_01/core-site.xml", "");
  fs::create_directory_symlink("..2026_01_01", directory.path() / "..data");
  fs::create_symlink("..data/core-site.xml", directory.path() / "core-site.xml");

  EXPECT_THAT(found({root()}), ElementsAre("core-site.xml"));
}

TEST_F(InputsTest, NoLinkLeadsOut) {
  const tests::TempDir elsewhere;
  elsewhere.write("secret.conf", "");
  fs::create_symlink(elsewhere.path() / "secret.conf", directory.path() / "link.conf");
  fs::create_directory_symlink(elsewhere.path(), directory.path() / "dir");

  EXPECT_THAT(found({root()}), IsEmpty());
}

TEST_F(InputsTest, ALinkInACircleEnds) {
  directory.write("a/x.conf", "");
  fs::create_directory_symlink("..", directory.path() / "a/up");

  EXPECT_THAT(found({root()}), ElementsAre("a/x.conf"));
}

TEST_F(InputsTest, WhatIsBeyondABoundIsTold) {
  directory.write("a/b/c/x.conf", "");
  directory.write("y.conf", "");
  directory.write("z.conf", "");

  EXPECT_THAT(found({root()}, {.depth = 1}), ElementsAre("y.conf", "z.conf"));
  EXPECT_THAT(inputs.left_out, ElementsAre(root() + "/a/b: nested too deeply"));
  EXPECT_THAT(found({root()}, {.files = 2}), SizeIs(2));
  EXPECT_THAT(inputs.left_out, SizeIs(1));
}

TEST_F(InputsTest, WhatIsExcludedIsNotLookedInto) {
  directory.write("vendor/x.conf", "");
  directory.write("y.conf", "");
  const std::string vendor = root() + "/vendor";

  const Inputs found =
      find_inputs({root()}, [&](const std::string& path) { return path == vendor; });

  ASSERT_THAT(found.files, SizeIs(1));
  EXPECT_EQ(found.files.front().path, root() + "/y.conf");
}

}  // namespace
}  // namespace sparkwarden::lint
