// SPDX-License-Identifier: Apache-2.0
#include "probes/python/interpreter.hpp"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/python/a_tree.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two ways to walk the tree: by the kernel, and by hand on kernels without openat2.
class Interpreters : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] Interpreter find(const std::string& requested = "", bool driver = false) const {
    io::Tree tree = root_.tree();
    if (GetParam()) tree = std::move(tree).without_openat2();
    return find_interpreter(tree, place_, requested, driver);
  }

  /// A prefix as `make install` leaves it.
  void install(const std::string& prefix, const std::string& minor) const {
    root_.put_program(prefix + "/bin/python" + minor);
    root_.link(prefix + "/bin/python3", "python" + minor);
    root_.link(prefix + "/bin/python", "python3");
    root_.put(prefix + "/lib/python" + minor + "/os.py", "");
  }

  void put_header(const std::string& prefix, const std::string& version) const {
    const std::string minor = version.substr(0, version.rfind('.'));
    root_.put(prefix + "/include/python" + minor + "/patchlevel.h",
              "#define PY_VERSION_HEX 1\n#define PY_VERSION      \t\"" + version + "\"\n");
  }

  ATree root_;
  io::Place place_;
};

INSTANTIATE_TEST_SUITE_P(Walks, Interpreters, testing::Bool(), [](const auto& row) {
  return row.param ? "by_hand" : "by_kernel";
});

TEST_P(Interpreters, TheFirstOnThePathIsTaken) {
  install("/usr/local", "3.11");
  put_header("/usr/local", "3.11.4");
  install("/usr", "3.9");

  const Interpreter found = find();

  EXPECT_EQ(found.requested, "python3");
  EXPECT_EQ(found.executable, "/usr/local/bin/python3");
  EXPECT_EQ(found.prefix, "/usr/local");
  EXPECT_EQ(found.base_prefix, "/usr/local");
  EXPECT_EQ(found.standard_library, "lib/python3.11");
  EXPECT_EQ(found.implementation, "cpython");
  EXPECT_EQ(found.version, "3.11.4");
  EXPECT_EQ(found.abi, "cp311");
  EXPECT_FALSE(found.virtual_environment);
  EXPECT_FALSE(found.debian);
  EXPECT_THAT(found.incomplete, IsEmpty());
}

TEST_P(Interpreters, RequestThenVariableThenDefault) {
  install("/a", "3.10");
  install("/b", "3.11");
  install("/usr", "3.12");

  EXPECT_EQ(find().executable, "/usr/bin/python3");
  place_.environment["PYSPARK_PYTHON"] = "/a/bin/python";
  EXPECT_EQ(find().executable, "/a/bin/python");
  EXPECT_EQ(find("/b/bin/python3.11").executable, "/b/bin/python3.11");
  place_.environment = {{"PATH", "relative:/none:/b/bin:/usr/bin"}};
  EXPECT_EQ(find("python3").executable, "/b/bin/python3");
}

TEST_P(Interpreters, ARelativePathIsBelowTheWorkingDirectory) {
  install("/srv/job/environment", "3.11");
  install("/opt/spark/work-dir/environment", "3.12");
  place_.environment["PYSPARK_PYTHON"] = "./environment/bin/python";

  EXPECT_EQ(find().executable, "/opt/spark/work-dir/environment/bin/python");
  EXPECT_EQ(find().version, "3.12");
  place_.working_directory = "/srv/job";
  EXPECT_EQ(find().version, "3.11");
}

TEST_P(Interpreters, NoneIsEvidenceOnlyWhereThePathIsKnown) {
  EXPECT_EQ(find().executable, "");
  EXPECT_THAT(find().incomplete, ElementsAre(HasSubstr("PATH of its image is not known")));

  place_.environment["PATH"] = "/usr/bin";
  EXPECT_EQ(find().executable, "");
  EXPECT_THAT(find().incomplete, IsEmpty());
  EXPECT_THAT(find("/opt/none/python").incomplete, IsEmpty());
}

TEST_P(Interpreters, WhatCannotBeStartedIsNone) {
  root_.put("/usr/bin/python3", "no program");  // without an x bit
  root_.make_directory("/usr/local/bin/python3");
  root_.link("/bin/python3", "/none");
  place_.environment["PATH"] = "/usr/bin:/usr/local/bin:/bin";

  EXPECT_EQ(find().executable, "");
}

TEST_P(Interpreters, ScriptsAndZipFilesAreNotFollowed) {
  root_.put_program("/usr/bin/python3", "#!/bin/sh\nexec python3.11\n");
  EXPECT_THAT(find().incomplete, ElementsAre(HasSubstr("a script")));

  root_.put_program("/x.pex", "PK\x03\x04");
  EXPECT_THAT(find("/x.pex").incomplete, ElementsAre(HasSubstr("PEX")));
}

TEST_P(Interpreters, AScriptLeadsToTheInterpreterThatItsFirstLineNames) {
  install("/opt/venv", "3.11");
  install("/usr", "3.12");
  place_.environment["PATH"] = "/usr/bin";
  const auto version_of = [&](const std::string& first_line) {
    root_.put_program("/opt/venv/bin/ipython", first_line + "\nimport IPython\n");
    return find("/opt/venv/bin/ipython").version;
  };

  EXPECT_EQ(version_of("#!/opt/venv/bin/python"), "3.11");
  EXPECT_EQ(version_of("#! /opt/venv/bin/python -s"), "3.11");
  EXPECT_EQ(version_of("#!/usr/bin/env python3"), "3.12");
  for (const char* other : {"#!/bin/sh",
                            "#!/usr/bin/env bash",
                            "#!venv/bin/python",
                            "#!/opt/none/bin/python",
                            "#!/usr/bin/env",
                            "#!"}) {
    EXPECT_EQ(version_of(other), "") << other;
    EXPECT_THAT(find("/opt/venv/bin/ipython").incomplete, ElementsAre(HasSubstr("a script")));
  }
}

TEST_P(Interpreters, ADriverMayHaveAPythonOfItsOwn) {
  install("/usr", "3.12");
  install("/opt/venv", "3.11");
  place_.environment["PYSPARK_PYTHON"] = "/usr/bin/python3";
  place_.environment["PYSPARK_DRIVER_PYTHON"] = "/opt/venv/bin/python3";
  const auto version_for = [&](bool driver) { return find("", driver).version; };

  EXPECT_EQ(version_for(false), "3.12");
  EXPECT_EQ(version_for(true), "3.11");
  place_.environment.erase("PYSPARK_DRIVER_PYTHON");
  EXPECT_EQ(version_for(true), "3.12");
}

TEST_P(Interpreters, APyenvShimLeadsToTheVersionThatPyenvWouldStart) {
  const std::string root = "/root/.pyenv";
  install(root + "/versions/3.10.13", "3.10");
  install(root + "/versions/3.11.7", "3.11");
  put_header(root + "/versions/3.11.7", "3.11.7");
  root_.put_program(root + "/shims/python3", "#!/usr/bin/env bash\nexec pyenv exec\n");
  place_.environment["PATH"] = root + "/shims:/usr/bin";

  EXPECT_THAT(find().incomplete, ElementsAre(HasSubstr("a script"))) << "no version is set";

  root_.put(root + "/version", "3.11.7\n3.10.13\n");
  EXPECT_EQ(find().executable, root + "/shims/python3");
  EXPECT_EQ(find().prefix, root + "/versions/3.11.7");
  EXPECT_EQ(find().version, "3.11.7");
  EXPECT_THAT(find().incomplete, IsEmpty());

  root_.put("/srv/.python-version", "3.10.13\n");
  place_.working_directory = "/srv/app";
  EXPECT_EQ(find().prefix, root + "/versions/3.10.13");

  place_.environment["PYENV_VERSION"] = "3.11.7:3.10.13";
  EXPECT_EQ(find().prefix, root + "/versions/3.11.7");
  for (const char* other : {"system", "3.11", "../../evil", "..", "3.9.1"}) {
    place_.environment["PYENV_VERSION"] = other;
    EXPECT_THAT(find().incomplete, ElementsAre(HasSubstr("a script"))) << other;
  }
}

TEST_P(Interpreters, TheLibraryOfTheExecutablesOwnVersionCounts) {
  install("/usr", "3.11");
  root_.put("/usr/lib/python3.12/os.py", "");
  root_.put("/usr/lib/python3.9/os.py", "");
  root_.put("/usr/lib/python3.1/os.py", "");
  root_.make_directory("/usr/lib/python3");

  EXPECT_EQ(find().standard_library, "lib/python3.11");
  EXPECT_EQ(find().version, "3.11");
  EXPECT_THAT(find().incomplete, IsEmpty());
}

TEST_P(Interpreters, ALinkIsFollowedToItsOwnPrefix) {
  install("/opt/py312", "3.12");
  install("/usr", "3.11");
  root_.link("/usr/local/bin/python3", "/opt/py312/bin/python3");

  EXPECT_EQ(find().executable, "/usr/local/bin/python3");
  EXPECT_EQ(find().prefix, "/opt/py312");
  EXPECT_EQ(find().version, "3.12");
}

TEST_P(Interpreters, FreeThreadedOnesHaveALibraryOfTheirOwn) {
  install("/usr", "3.13");
  root_.put_program("/usr/bin/python3.13t");
  root_.put("/usr/lib/python3.13t/os.py", "");
  root_.put_program("/opt/t/bin/python3.13");
  root_.put("/opt/t/lib/python3.13t/os.py", "");

  EXPECT_EQ(find("python3.13").abi, "cp313");
  EXPECT_EQ(find("python3.13t").abi, "cp313t");
  EXPECT_EQ(find("python3.13t").standard_library, "lib/python3.13t");
  EXPECT_EQ(find("/opt/t/bin/python3.13").abi, "cp313t");
  EXPECT_EQ(find("/opt/t/bin/python3.13").version, "3.13");
}

TEST_P(Interpreters, PyPyIsNamedAsSuch) {
  root_.put_program("/opt/pypy/bin/pypy3.10");
  root_.link("/opt/pypy/bin/python3", "pypy3.10");
  root_.put("/opt/pypy/lib/pypy3.10/os.py", "");

  const Interpreter found = find("/opt/pypy/bin/python3");

  EXPECT_EQ(found.implementation, "pypy");
  EXPECT_EQ(found.version, "3.10");
  EXPECT_EQ(found.abi, "pp310");
}

TEST_P(Interpreters, DebianIsKnownByItsDistPackages) {
  install("/usr", "3.11");
  root_.link("/bin", "usr/bin");
  root_.make_directory("/usr/lib/python3/dist-packages");

  install("/usr/local", "3.12");

  EXPECT_TRUE(find("/bin/python3").debian);
  EXPECT_EQ(find("/bin/python3").prefix, "/usr");
  EXPECT_FALSE(find("/usr/local/bin/python3").debian) << "one that was built there is its own";
}

TEST_P(Interpreters, DebiansPackageTellsTheVersionThatNothingElseTells) {
  install("/usr", "3.10");
  const std::string head = "Package: bash\nStatus: install ok installed\nVersion: 5.1\n\n";
  for (const auto& [version, expected] : {std::pair{"3.10.12-1~22.04.11", "3.10.12"},
                                          std::pair{"1:3.10.6+dfsg-2", "3.10.6"},
                                          std::pair{"3.10.0~rc2-1", "3.10"},
                                          std::pair{"3.8.10-0ubuntu1", "3.10"}}) {
    root_.put("/var/lib/dpkg/status",
              head + "Package: python3.10-minimal\nStatus: install ok installed\nVersion: " +
                  version + "\n\n" + head);
    EXPECT_EQ(find().version, expected);
  }
  root_.put("/var/lib/dpkg/status",
            "Package: python3.10-minimal\nStatus: deinstall ok config-files\nVersion: 3.10.1-1\n");
  EXPECT_EQ(find().version, "3.10");
}

TEST_P(Interpreters, AVirtualEnvironmentTakesItsBaseFromItsConfiguration) {
  install("/opt/py", "3.11");
  put_header("/opt/py", "3.11.9");
  root_.link("/venv/bin/python3", "/opt/py/bin/python3");
  root_.put("/venv/pyvenv.cfg",
            "HOME = /opt/py/bin\r\ninclude-system-site-packages = False\r\nversion = 3.11.2\r\n");

  const Interpreter found = find("/venv/bin/python3");

  EXPECT_TRUE(found.virtual_environment);
  EXPECT_FALSE(found.system_site_packages);
  EXPECT_EQ(found.prefix, "/venv");
  EXPECT_EQ(found.base_prefix, "/opt/py");
  EXPECT_EQ(found.version, "3.11.9") << "the base was upgraded since";
  EXPECT_THAT(found.incomplete, IsEmpty());
}

TEST_P(Interpreters, WithoutTheSettingSystemPackagesAreSeen) {
  install("/usr", "3.11");
  root_.link("/venv/bin/python3", "/usr/bin/python3");
  root_.put("/venv/pyvenv.cfg", "home = /usr/bin\nuv = 0.5\nversion_info = 3.11.2\n");

  EXPECT_TRUE(find("/venv/bin/python3").system_site_packages);
  EXPECT_EQ(find("/venv/bin/python3").version, "3.11.2");
}

TEST_P(Interpreters, ALinkIntoAVirtualEnvironmentIsNotOne) {
  install("/usr", "3.11");
  root_.link("/venv/bin/python3", "/usr/bin/python3");
  root_.put("/venv/pyvenv.cfg", "home = /usr/bin\n");
  root_.link("/usr/local/bin/python3", "/venv/bin/python3");

  EXPECT_FALSE(find().virtual_environment);
  EXPECT_EQ(find().prefix, "/usr");
}

TEST_P(Interpreters, AHomeThatIsALinkOrGoneIsNoObstacle) {
  install("/usr", "3.9");
  install("/opt/py", "3.11");
  root_.link("/usr/local/bin/python3.11", "/opt/py/bin/python3.11");
  root_.link("/venv/bin/python3", "/usr/local/bin/python3.11");
  root_.put("/venv/pyvenv.cfg", "home = /usr/local/bin\n");
  EXPECT_EQ(find("/venv/bin/python3").base_prefix, "/opt/py") << "/usr has another version";

  root_.put("/venv/pyvenv.cfg", "home = /gone/bin\n");
  EXPECT_EQ(find("/venv/bin/python3").base_prefix, "/opt/py");
}

TEST_P(Interpreters, AVirtualEnvironmentWithoutItsBaseIsIncompleteAndStillLookedAt) {
  root_.put_program("/venv/bin/python3");  // made with --copies
  root_.put("/venv/pyvenv.cfg", "home = /gone/bin\nversion = 3.11.2\n");

  const Interpreter found = find("/venv/bin/python3");

  EXPECT_EQ(found.prefix, "/venv");
  EXPECT_EQ(found.version, "3.11.2");
  EXPECT_THAT(found.incomplete, ElementsAre(HasSubstr("no standard library")));
}

TEST_P(Interpreters, PythonHomeMovesTheLibrary) {
  install("/usr", "3.11");
  install("/moved", "3.11");
  place_.environment = {{"PATH", "/usr/bin"}, {"PYTHONHOME", "/moved:/exec"}};

  EXPECT_EQ(find().prefix, "/moved");
  place_.environment["PYTHONHOME"] = "/none";
  EXPECT_THAT(find().incomplete, ElementsAre(HasSubstr("PYTHONHOME")));
}

TEST_P(Interpreters, NothingIsFollowedOutOfTheTree) {
  root_.link("/usr/bin/python3", "/../../../../../../usr/bin/python3.11");
  root_.link("/usr/local/bin/python3", "python3");  // a loop
  place_.environment["PATH"] = "/usr/local/bin:/usr/bin";

  EXPECT_EQ(find().executable, "");
}

}  // namespace
}  // namespace sparkwarden::probes::python
