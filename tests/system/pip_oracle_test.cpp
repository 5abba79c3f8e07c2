// SPDX-License-Identifier: Apache-2.0
// The list of `sparkwarden manifest`, which runs nothing, held against the one of the interpreter's
// own pip. Names are compared as PEP 503 does; of distributions that hide each other pip tells the
// first, too.
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/python_name.hpp"
#include "tests/support/agent.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::Contains;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kDebian = "/usr/bin/python3";
using Variables = std::map<std::string, std::string>;
using Versions = std::map<std::string, std::string>;

/// Makes wheels and source trees below its argument: a name with dots and underscores, a local
/// version, a .pth file whose directory holds one more distribution, two editable projects and one
/// that comes without pyproject.toml.
constexpr const char* kMakePackages = R"py(
import base64, hashlib, os, sys, zipfile

def wheel(name, version, files, extra=""):
    stem = f"{name.replace('.', '_').lower()}-{version}"
    info = f"{stem}.dist-info"
    files = dict(files)
    files[f"{info}/METADATA"] = (f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}\n"
                                 "Name: description\nVersion: 0\n")
    files[f"{info}/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
                              "Tag: py3-none-any\n")
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join(rows + [f"{info}/RECORD,,", ""])
    file_name = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(file_name, "w", zipfile.ZIP_DEFLATED) as out:
        for path, text in files.items():
            out.writestr(path, text)
    return file_name

def tree(directory, files):
    for path, text in files.items():
        path = os.path.join(directory, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)

def main():
    wheel("plain", "1.0", {"plain.py": ""})
    wheel("plain", "2.0", {"plain.py": "", "plain-2.0.dist-info/entry_points.txt":
                           "[console_scripts]\nplain = plain:main\n"})
    wheel("My.Pkg_X", "2.0.1", {"my/pkg_x.py": ""}, "Requires-Dist: plain\n")
    wheel("torchy", "2.1.0+cu121", {"torchy/a,b.py": ""})
    wheel("with_pth", "0.3", {
        "with_pth.pth": "# a comment\n\nextra_dir\nmissing_dir\nimport sys\n",
        "extra_dir/deep_one-3.0.dist-info/METADATA":
            "Metadata-Version: 2.1\nName: Deep_One\nVersion: 3.0\n"})
    setup = "from setuptools import setup\nsetup(name='{0}', version='{1}', py_modules=['{0}'])\n"
    tree("old_style", {"setup.py": setup.format("old_style", "0.1.dev3"), "old_style.py": ""})
    tree("old_editable", {"setup.py": setup.format("old_editable", "4.5"), "old_editable.py": ""})
    tree("new_editable", {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "make"\n'
                          'backend-path = ["."]\n',
        "make.py": open(sys.argv[0]).read() + '''
def build_editable(directory, config_settings=None, metadata_directory=None):
    here = os.getcwd()
    os.chdir(directory)
    return wheel("new_editable", "6.7", {"new_editable.pth": here + "\\n"})
'''})

if __name__ == "__main__":
    os.chdir(sys.argv[1])
    main()
)py";

Versions versions_of(const json::array& list) {
  Versions versions;
  for (const json::value& one : list) {
    versions.emplace(normalized_name(std::string_view(one.at("name").as_string())),
                     std::string(one.at("version").as_string()));
  }
  return versions;
}

class PipOracle : public testing::Test {
 protected:
  PipOracle() {
    fs::create_directories(place_.path() / "home");
    fs::create_directories(place_.path() / "nothing");
  }

  [[nodiscard]] std::string in_place(const std::string& name) const {
    return (place_.path() / name).string();
  }

  [[nodiscard]] Variables variables(const Variables& more = {}) const {
    // Nothing from outside, and nothing that tells the time, a mirror or a newer pip.
    Variables all{{"PATH", "/usr/bin:/bin"},
                  {"HOME", in_place("home")},
                  {"PIP_CONFIG_FILE", "/dev/null"},
                  {"PIP_NO_INDEX", "1"},
                  {"PIP_NO_CACHE_DIR", "1"},
                  {"PIP_DISABLE_PIP_VERSION_CHECK", "1"}};
    for (const auto& [name, value] : more) all[name] = value;
    return all;
  }

  /// What it printed. `python -m` looks into the working directory, so that one is empty.
  std::string run(const std::vector<std::string>& command, const Variables& more = {}) {
    std::vector<std::string> all{"env", "-i", "-C", in_place("nothing")};
    for (const auto& [name, value] : variables(more)) all.push_back(name + "=" + value);
    for (const char* word : {"sh", "-c", "exec \"$@\" 2>\"$0\""}) all.emplace_back(word);
    all.push_back(in_place("err"));
    all.insert(all.end(), command.begin(), command.end());
    fs::remove(in_place("out"));  // it would be appended to
    Process process(all, in_place("out"));
    const std::optional<int> status = process.wait(std::chrono::minutes(3));
    EXPECT_EQ(status, 0) << command[0] << " " << command.back() << "\n"
                         << read("out") << read("err");
    return read("out");
  }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(place_.path() / name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void pip(const std::string& python, std::vector<std::string> words, const Variables& more = {}) {
    std::vector<std::string> command{python, "-m", "pip", "-q"};
    command.insert(command.end(), words.begin(), words.end());
    static_cast<void>(run(command, more));
  }

  void make_packages() {
    run({kDebian, place_.write("make_packages.py", kMakePackages), in_place("")});
  }

  Versions pip_list(const std::string& python, const Variables& more = {}) {
    const std::string text = run({python, "-m", "pip", "list", "--format", "json"}, more);
    boost::system::error_code error;
    const json::value list = json::parse(text, error);
    EXPECT_FALSE(error) << text;
    return list.is_array() ? versions_of(list.get_array()) : Versions();
  }

  json::value scan(const std::string& python, const Variables& more = {}) {
    // A machine without Spark or Java has an incomplete runtime section, and the exit code of it.
    const Finished made = run_sparkwarden({"manifest", "--python", python}, variables(more));
    boost::system::error_code error;
    json::value manifest = json::parse(made.out, error);
    EXPECT_FALSE(error) << made.out << made.err;
    EXPECT_EQ(manifest.at_pointer("/python/complete"), true)
        << json::serialize(manifest.at_pointer("/python/incomplete"));
    return manifest.at("python");
  }

  /// The section, after it has been found equal to what pip says.
  json::value equal_lists(const std::string& python, const Variables& more = {}) {
    json::value section = scan(python, more);
    const Versions expected = pip_list(python, more);
    EXPECT_FALSE(expected.empty()) << python;
    EXPECT_EQ(versions_of(section.at("distributions").as_array()), expected) << python;
    return section;
  }

  /// sys.path entries that exist and are no standard library.
  json::array search_path(const std::string& python, const Variables& more = {}) {
    const std::string text = run({python,
                                  "-c",
                                  "import json, os, sys\n"
                                  "print(json.dumps([p for p in sys.path if os.path.exists(p) and "
                                  "p and not os.path.exists(p + '/os.py') and "
                                  "not os.path.basename(p).startswith(('lib-', 'plat-'))]))"},
                                 more);
    return json::parse(text).as_array();
  }

  std::string version(const std::string& python) {
    std::string text = run({python, "-c", "import platform; print(platform.python_version())"});
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
      text.pop_back();
    }
    return text;
  }

  TempDir place_;
};

TEST_F(PipOracle, DebiansOwnInterpreter) {
  const json::value python = equal_lists(kDebian);

  EXPECT_EQ(python.at("version").as_string(), version(kDebian));
  EXPECT_EQ(python.at("path").as_array(), search_path(kDebian));
}

TEST_F(PipOracle, AFreshVirtualEnvironment) {
  make_packages();
  run({kDebian, "-m", "venv", in_place("venv")});
  const std::string python = in_place("venv/bin/python");

  EXPECT_THAT(versions_of(equal_lists(python).at("distributions").as_array()),
              Contains(Pair("pip", testing::_)));

  pip(python,
      {"install",
       "--no-deps",
       in_place("plain-2.0-py3-none-any.whl"),
       in_place("my_pkg_x-2.0.1-py3-none-any.whl"),
       in_place("torchy-2.1.0+cu121-py3-none-any.whl"),
       in_place("with_pth-0.3-py3-none-any.whl")});
  pip(python, {"install", "--no-deps", in_place("old_style")});
  pip(python, {"install", "--no-deps", "-e", in_place("old_editable")});
  pip(python, {"install", "--no-deps", "-e", in_place("new_editable")});

  const json::value filled = equal_lists(python);
  const Versions versions = versions_of(filled.at("distributions").as_array());
  EXPECT_THAT(versions, Contains(Pair("plain", "2.0")));
  EXPECT_THAT(versions, Contains(Pair("my-pkg-x", "2.0.1")));
  EXPECT_THAT(versions, Contains(Pair("torchy", "2.1.0+cu121")));
  EXPECT_THAT(versions, Contains(Pair("deep-one", "3.0")));
  EXPECT_THAT(versions, Contains(Pair("old-style", "0.1.dev3")));
  EXPECT_THAT(versions, Contains(Pair("old-editable", "4.5")));
  EXPECT_THAT(versions, Contains(Pair("new-editable", "6.7")));
  EXPECT_EQ(filled.at("version").as_string(), version(python));
  EXPECT_EQ(filled.at("path").as_array(), search_path(python));
  for (const json::value& one : filled.at("distributions").as_array()) {
    const json::value* direct = one.as_object().if_contains("direct_url");
    if (one.at("name") == "new-editable") {
      ASSERT_NE(direct, nullptr);
      EXPECT_EQ(direct->at("editable"), true);
      EXPECT_EQ(direct->at("url").as_string(), "file://" + in_place("new_editable"));
    }
    if (one.at("name") == "plain") {
      EXPECT_EQ(one.at("record_sha256").as_string().size(), 64U);
    }
  }
}

TEST_F(PipOracle, AVirtualEnvironmentOfAVirtualEnvironment) {
  make_packages();
  run({kDebian, "-m", "venv", in_place("first")});
  run({in_place("first/bin/python"), "-m", "venv", "--without-pip", in_place("second")});
  pip(in_place("first/bin/python"),
      {"--python",
       in_place("second/bin/python"),
       "install",
       "--no-deps",
       in_place("plain-1.0-py3-none-any.whl")});

  const json::value python = scan(in_place("second/bin/python3"));

  EXPECT_EQ(versions_of(python.at("distributions").as_array()), (Versions{{"plain", "1.0"}}));
  EXPECT_EQ(python.at("path").as_array(), search_path(in_place("second/bin/python3")));
}

TEST_F(PipOracle, SystemSitePackagesTheUsersAndPythonPath) {
  make_packages();
  run({kDebian, "-m", "venv", "--without-pip", "--system-site-packages", in_place("venv")});
  const std::string python = in_place("venv/bin/python3");
  pip(kDebian,
      {"install",
       "--user",
       "--break-system-packages",
       "--no-deps",
       in_place("plain-1.0-py3-none-any.whl"),
       in_place("my_pkg_x-2.0.1-py3-none-any.whl")});
  pip(kDebian,
      {"install",
       "--no-deps",
       "--target",
       in_place("on_path"),
       in_place("plain-2.0-py3-none-any.whl")});
  const Variables path{{"PYTHONPATH", "relative:" + in_place("none") + ":" + in_place("on_path/")}};

  const json::value own = equal_lists(python);
  EXPECT_THAT(versions_of(own.at("distributions").as_array()), Contains(Pair("plain", "1.0")));
  EXPECT_THAT(versions_of(own.at("distributions").as_array()), Contains(Pair("pip", testing::_)));
  EXPECT_EQ(own.at("path").as_array(), search_path(python));

  const json::value with_path = equal_lists(python, path);
  EXPECT_THAT(versions_of(with_path.at("distributions").as_array()),
              Contains(Pair("plain", "2.0")));
  EXPECT_THAT(versions_of(with_path.at("shadowed").as_array()), Contains(Pair("plain", "1.0")));

  const json::value alone = equal_lists(python, {{"PYTHONNOUSERSITE", "1"}});
  EXPECT_THAT(versions_of(alone.at("distributions").as_array()),
              testing::Not(Contains(Pair("plain", testing::_))));
  equal_lists(kDebian, path);
}

TEST_F(PipOracle, EveryInterpreterOfThisMachine) {
  std::vector<fs::path> roots{"/usr", "/usr/local"};
  if (const char* pyenv = std::getenv("PYENV_ROOT")) {
    std::error_code none;
    for (const auto& version : fs::directory_iterator(fs::path(pyenv) / "versions", none)) {
      roots.push_back(version.path());
    }
  }
  int seen = 0;

  for (const fs::path& root : roots) {
    for (const char* name : {"python3", "python2.7"}) {
      const std::string python = (root / "bin" / name).string();
      if (!fs::exists(python)) continue;
      const json::value section = equal_lists(python);
      EXPECT_EQ(section.at("version").as_string(), version(python)) << python;
      EXPECT_EQ(section.at("path").as_array(), search_path(python)) << python;
      ++seen;
    }
  }

  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace sparkwarden::tests
