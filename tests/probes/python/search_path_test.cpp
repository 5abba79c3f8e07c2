// SPDX-License-Identifier: Apache-2.0
#include "probes/python/search_path.hpp"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/python/a_tree.hpp"
#include "tests/probes/python/a_zip.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSite = "/py/lib/python3.11/site-packages";

class Paths : public testing::TestWithParam<bool> {
 protected:
  Paths() {
    base_.prefix = base_.base_prefix = "/py";
    base_.standard_library = "lib/python3.11";
    base_.version = "3.11.2";
    base_.implementation = "cpython";
    base_.abi = "cp311";
    root_.make_directory(kSite);
  }

  [[nodiscard]] SearchPath path(const std::string& spark_home = "") const {
    io::Tree tree = root_.tree();
    if (GetParam()) tree = std::move(tree).without_openat2();
    return search_path(tree, place_, base_, spark_home);
  }

  void be_virtual(bool system) {
    base_.virtual_environment = true;
    base_.system_site_packages = system;
    base_.prefix = "/venv";
    root_.make_directory("/venv/lib/python3.11/site-packages");
  }

  ATree root_;
  io::Place place_;
  Interpreter base_;
};

INSTANTIATE_TEST_SUITE_P(Walks, Paths, testing::Bool(), [](const auto& row) {
  return row.param ? "by_hand" : "by_kernel";
});

TEST_P(Paths, SparkThenPythonPathThenUserThenSite) {
  root_.put("/opt/spark/python/lib/pyspark.zip", a_zip({}));
  root_.put("/opt/spark/python/lib/py4j-0.10.9.9-src.zip", a_zip({}));
  root_.put("/opt/spark/python/lib/PY4J_LICENSE.txt", "");
  root_.make_directory("/libs/b");
  root_.make_directory("/home/me/.local/lib/python3.11/site-packages");
  place_.environment = {{"PYTHONPATH", "/libs/a:/libs/./x/../b/:relative::/libs/b"},
                        {"HOME", "/home/me"}};

  EXPECT_THAT(path("/opt/spark").entries,
              ElementsAre("/opt/spark/python/lib/pyspark.zip",
                          "/opt/spark/python/lib/py4j-0.10.9.9-src.zip",
                          "/libs/b",
                          "/home/me/.local/lib/python3.11/site-packages",
                          kSite));
  place_.environment["SPARK_HOME"] = "/other";
  place_.environment["PYTHONNOUSERSITE"] = "1";
  EXPECT_THAT(path("/opt/spark").entries, ElementsAre("/libs/b", kSite));
}

TEST_P(Paths, TheUsersOwnMayBeElsewhere) {
  root_.make_directory("/u/lib/python3.11/site-packages");
  place_.environment = {{"HOME", "/home/me"}, {"PYTHONUSERBASE", "/u"}};

  EXPECT_THAT(path().entries, ElementsAre("/u/lib/python3.11/site-packages", kSite));
}

TEST_P(Paths, AVirtualEnvironmentHasItsOwnAndTheOthersOnlyIfItSaysSo) {
  root_.make_directory("/home/me/.local/lib/python3.11/site-packages");
  place_.environment = {{"HOME", "/home/me"}};

  be_virtual(false);
  EXPECT_THAT(path().entries, ElementsAre("/venv/lib/python3.11/site-packages"));
  be_virtual(true);
  EXPECT_THAT(path().entries,
              ElementsAre("/venv/lib/python3.11/site-packages",
                          "/home/me/.local/lib/python3.11/site-packages",
                          kSite));
}

TEST_P(Paths, Lib64IsLookedAtWhereTheLibraryIsThere) {
  root_.link("/py/lib64", "lib");
  EXPECT_THAT(path().entries, ElementsAre(kSite));

  base_.standard_library = "lib64/python3.11";
  EXPECT_THAT(path().entries, ElementsAre("/py/lib64/python3.11/site-packages")) << "one place";
  base_.prefix = base_.base_prefix = "/usr";
  root_.make_directory("/usr/lib64/python3.11/site-packages");
  root_.make_directory("/usr/lib/python3.11/site-packages");
  EXPECT_THAT(
      path().entries,
      ElementsAre("/usr/lib64/python3.11/site-packages", "/usr/lib/python3.11/site-packages"));
}

TEST_P(Paths, FreeThreadedAndPyPyHaveNamesOfTheirOwn) {
  root_.make_directory("/py/lib/python3.13t/site-packages");
  root_.make_directory("/py/lib/pypy3.10/site-packages");

  base_.standard_library = "lib/python3.13t";
  EXPECT_THAT(path().entries, ElementsAre("/py/lib/python3.13t/site-packages"));
  base_.standard_library = "lib/pypy3.10";
  EXPECT_THAT(path().entries, ElementsAre("/py/lib/pypy3.10/site-packages"));
  base_.standard_library = "";  // no standard library: by the version of pyvenv.cfg
  EXPECT_THAT(path().entries, ElementsAre(kSite));
}

TEST_P(Paths, DebianLooksIntoDistPackages) {
  base_.prefix = base_.base_prefix = "/usr";
  base_.debian = true;
  for (const char* directory : {"/usr/local/lib/python3.11/dist-packages",
                                "/usr/lib/python3/dist-packages",
                                "/usr/lib/python3.11/dist-packages",
                                "/usr/lib/python3.11/site-packages",
                                "/usr/local/lib/python3.11/site-packages"}) {
    root_.make_directory(directory);
  }

  EXPECT_THAT(path().entries,
              ElementsAre("/usr/local/lib/python3.11/dist-packages",
                          "/usr/lib/python3/dist-packages",
                          "/usr/lib/python3.11/dist-packages"));
  be_virtual(true);
  EXPECT_THAT(path().entries,
              ElementsAre("/venv/lib/python3.11/site-packages",
                          "/usr/lib/python3.11/site-packages",
                          "/usr/local/lib/python3.11/dist-packages",
                          "/usr/lib/python3/dist-packages",
                          "/usr/lib/python3.11/dist-packages"));
}

TEST_P(Paths, PthFilesAddWhatExistsInTheOrderOfTheirNames) {
  const std::string site = kSite;
  for (const char* name : {"/src/a", "/src/b", "/src/hidden", "/src/path"}) {
    root_.make_directory(name);
  }
  root_.make_directory(site + "/inside");
  root_.put(site + "/b.pth", "/src/b\n/none\ninside\n/src/b\n../site-packages\n");
  root_.put(site + "/a.pth", "# comment\n/src/a\n");
  root_.put(site + "/.hidden.pth", "/src/hidden\n");
  root_.put(site + "/c.txt", "/src/hidden\n");
  root_.put("/src/path/x.pth", "/src/hidden\n");  // not a site directory
  root_.put("/src/a/x.pth", "/src/hidden\n");
  place_.environment["PYTHONPATH"] = "/src/path";

  EXPECT_THAT(path().entries, ElementsAre("/src/path", site, "/src/a", "/src/b", site + "/inside"));
  EXPECT_THAT(path().incomplete, IsEmpty());
}

TEST_P(Paths, LinesThatRunCodeAreNotedUnlessEveryEnvironmentHasThem) {
  const std::string file = std::string(kSite) + "/odd.pth";
  root_.put(file, "# x\nimport os; os.x()\n");
  root_.put(std::string(kSite) + "/distutils-precedence.pth", "import os\n");

  EXPECT_THAT(path().notes, ElementsAre(PythonNote{NoteKind::dynamic_path, file, file + ":2"}));
}

TEST_P(Paths, WhatCannotBeReadIsTold) {
  root_.put(std::string(kSite) + "/large.pth", std::string(70'000, '#'));
  EXPECT_THAT(path().incomplete, ElementsAre(HasSubstr("large.pth: ")));
}

TEST_P(Paths, AHostilePthFileIsBounded) {
  std::string lines;
  for (int i = 0; i < 1010; ++i) {
    root_.make_directory("/d/" + std::to_string(i));
    lines += "/d/" + std::to_string(i) + "\n";
  }
  root_.put(std::string(kSite) + "/many.pth", lines);

  EXPECT_THAT(path().entries, SizeIs(1000));
  EXPECT_THAT(path().incomplete, ElementsAre(HasSubstr("more than 1000")));
}

}  // namespace
}  // namespace sparkwarden::probes::python
