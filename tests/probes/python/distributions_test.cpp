// SPDX-License-Identifier: Apache-2.0
#include "probes/python/distributions.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/python/a_tree.hpp"
#include "tests/probes/python/a_zip.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kHeaders = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n\n";

struct File {
  std::string path;  // below /site
  std::string text;
};

/// What one directory holds, and what is told of it as `name==version`, `kind subject: detail`.
struct Case {
  std::string name;
  std::vector<File> files;
  std::vector<std::string> installed;
  std::vector<std::string> notes = {};
  std::vector<std::string> shadowed = {};
};

std::vector<std::string> names_of(const std::vector<Distribution>& installed) {
  std::vector<std::string> names;
  for (const auto& one : installed) names.push_back(one.name + "==" + one.version);
  return names;
}

std::vector<std::string> names_of(const std::vector<Shadowed>& shadowed) {
  std::vector<std::string> names;
  for (const auto& one : shadowed) names.push_back(one.name + "==" + one.version);
  return names;
}

std::vector<std::string> texts_of(const std::vector<PythonNote>& notes) {
  std::vector<std::string> texts;
  for (const auto& one : notes) {
    texts.push_back(std::string(to_string(one.kind)) + " " + one.subject + ": " + one.detail);
  }
  return texts;
}

class Directories : public testing::TestWithParam<Case> {};

TEST_P(Directories, HoldWhatPipWouldList) {
  const ATree root;
  root.make_directory("/site");
  for (const File& file : GetParam().files) root.put("/site/" + file.path, file.text);

  const Distributions by_kernel = find_distributions(root.tree(), {"/site"});
  const Distributions by_hand = find_distributions(root.tree().without_openat2(), {"/site"});

  EXPECT_EQ(names_of(by_kernel.installed), GetParam().installed);
  EXPECT_EQ(names_of(by_kernel.shadowed), GetParam().shadowed);
  EXPECT_EQ(texts_of(by_kernel.notes), GetParam().notes);
  EXPECT_THAT(by_kernel.incomplete, IsEmpty());
  EXPECT_EQ(by_hand, by_kernel);
}

std::string headers(const std::string& name, const std::string& version) {
  return "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\n";
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures,
    Directories,
    testing::Values(
        Case{"dist_info", {{"foo-1.0.dist-info/METADATA", kHeaders}}, {"foo==1.0"}},
        Case{"egg_info_directory", {{"foo-1.0-py3.11.egg-info/PKG-INFO", kHeaders}}, {"foo==1.0"}},
        Case{"egg_info_without_version", {{"foo.egg-info/PKG-INFO", kHeaders}}, {"foo==1.0"}},
        Case{"egg_info_file", {{"foo-1.0.egg-info", kHeaders}}, {"foo==1.0"}},
        Case{"egg_info_with_metadata", {{"foo-1.0.egg-info/METADATA", kHeaders}}, {"foo==1.0"}},
        Case{"an_egg_that_is_on_no_path", {{"foo-1.0-py3.11.egg/EGG-INFO/PKG-INFO", kHeaders}}, {}},
        Case{"egg_link", {{"foo.egg-link", "/src/foo\n.\n"}}, {}},
        Case{"vendored",
             {{"setuptools/_vendor/wheel-0.43.0.dist-info/METADATA", headers("wheel", "0.43.0")},
              {"foo-1.0.dist-info/METADATA", kHeaders}},
             {"foo==1.0"}},
        Case{"leftover_of_an_interrupted_pip",
             {{"~ip-23.0.dist-info/METADATA", headers("pip", "23.0")}},
             {},
             {"leftover ~ip-23.0.dist-info: /site/~ip-23.0.dist-info"}},
        Case{"empty_dist_info",
             {{"foo-1.0.dist-info/REQUESTED", ""}},
             {},
             {"no-metadata foo: /site/foo-1.0.dist-info"}},
        Case{"no_name",
             {{"foo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nVersion: 1.0\n\nName: x\n"}},
             {},
             {"no-metadata foo: /site/foo-1.0.dist-info"}},
        Case{"no_possible_name",
             {{"foo-1.0.dist-info/METADATA", headers("foo bar/../x", "1.0")}},
             {},
             {"no-metadata foo: /site/foo-1.0.dist-info"}},
        Case{"name_and_version_in_the_description",
             {{"foo-1.0.dist-info/METADATA", kHeaders + "Name: bar\nVersion: 2\n"}},
             {"foo==1.0"}},
        Case{"crlf",
             {{"foo-1.0.dist-info/METADATA", "Name: foo\r\nVersion: 1.0\r\n\r\n"}},
             {"foo==1.0"}},
        Case{"two_versions",
             {{"foo-1.0.dist-info/METADATA", kHeaders},
              {"foo-2.0.dist-info/METADATA", headers("foo", "2.0")}},
             {"foo==1.0"},
             {"duplicate foo: 1.0 and 2.0"},
             {"foo==2.0"}},
        Case{"one_version_twice",
             {{"foo-1.0.dist-info/METADATA", kHeaders},
              {"foo-1.0.0.egg-info/PKG-INFO", headers("Foo", "1.0.0")}},
             {"foo==1.0.0"},
             {},
             {"foo==1.0"}},
        Case{"names_of_one_kind",
             {{"My.Pkg_X-1.dist-info/METADATA", headers("My.Pkg_X", "1")},
              {"my_pkg_x-2.dist-info/METADATA", headers("my-pkg-x", "2")}},
             {"my-pkg-x==1"},
             {"duplicate my-pkg-x: 1 and 2"},
             {"my-pkg-x==2"}},
        Case{"local_version",
             {{"torch-2.1.0+cu121.dist-info/METADATA", headers("torch", "2.1.0+cu121")}},
             {"torch==2.1.0+cu121"}},
        Case{"version_written_with_underscores",
             {{"foo-1.0_1.dist-info/METADATA", headers("foo", "1.0-1")}},
             {"foo==1.0-1"}},
        Case{"no_pep440",
             {{"foo-1.0_dev_x.dist-info/METADATA", headers("foo", "1.0_dev-x")}},
             {"foo==1.0_dev-x"},
             {"version-conflict foo: foo-1.0_dev_x.dist-info says foo 1.0_dev-x",
              "invalid-version foo: 1.0_dev-x"}},
        Case{"dash_in_the_name",
             {{"foo-bar-1.0.dist-info/METADATA", headers("foo-bar", "1.0")}},
             {"foo-bar==1.0"}},
        Case{"directory_and_metadata_disagree",
             {{"foo-9.9.dist-info/METADATA", kHeaders}},
             {"foo==1.0"},
             {"version-conflict foo: foo-9.9.dist-info says foo 1.0"}},
        Case{"came_with_python_once",
             {{"wsgiref-0.1.egg-info", headers("wsgiref", "0.1")},
              {"Python-3.11.egg-info", headers("Python", "3.11")}},
             {}},
        Case{"long_metadata",
             {{"foo-1.0.dist-info/METADATA",
               "Metadata-Version: 2.1\nSummary: " + std::string(5000, 'x') +
                   "\nName: foo\nVersion: 1.0\n\n" + std::string(140'000, 'y')}},
             {"foo==1.0"}},
        Case{"no_utf8",
             {{"foo-1.0.dist-info/METADATA", "Author: \xe9\xff\nName: foo\nVersion: 1.0\n\n\xff"}},
             {"foo==1.0"}},
        Case{"other_files",
             {{"numpy/__init__.py", ""}, {"six.py", ""}, {"foo.dist-info.txt", ""}},
             {}}),
    [](const auto& row) { return row.param.name; });

TEST(Distributions, EarlierEntriesHideLaterOnes) {
  const ATree root;
  root.install("/a", "foo", "2.0");
  root.install("/b", "Foo", "1.0");
  root.install("/b", "bar", "1.0");

  const Distributions found = find_distributions(root.tree(), {"/a", "/b"});

  EXPECT_THAT(
      found.installed,
      ElementsAre(Distribution{.name = "bar", .raw_name = "bar", .version = "1.0", .origin = 1},
                  Distribution{.name = "foo", .raw_name = "foo", .version = "2.0", .origin = 0}));
  EXPECT_THAT(found.shadowed, ElementsAre(Shadowed{.name = "foo", .version = "1.0", .origin = 1}));
  EXPECT_THAT(found.notes, IsEmpty()) << "that is what a search path is for";
}

TEST(Distributions, WhatStandsBesideMetadataIsRead) {
  const ATree root;
  root.install("/site", "foo", "1.0");
  const std::string info = "/site/foo-1.0.dist-info";
  root.put(info + "/INSTALLER", "pip\r\n");
  root.put(info + "/direct_url.json",
           R"({"url":"https://me:pw@h.example/a.whl","archive_info":{"hashes":{"sha256":"ff"}}})");
  root.put(info + "/RECORD", "\"foo/a,b.py\",sha256=AA,1\n");
  root.install("/site", "bar", "1.0");
  root.put("/site/bar-1.0.dist-info/direct_url.json", "{");

  const Distributions found = find_distributions(root.tree(), {"/site"});

  ASSERT_EQ(found.installed.size(), 2U);
  EXPECT_EQ(found.installed[0].direct_url, std::nullopt);
  EXPECT_EQ(found.installed[0].record_sha256, "") << "there is none, which is legal";
  EXPECT_EQ(found.installed[1].installer, "pip");
  EXPECT_EQ(found.installed[1].direct_url,
            (DirectUrl{.url = "https://h.example/a.whl", .hash = "sha256=ff"}));
  EXPECT_EQ(found.installed[1].record_sha256.size(), 64U);
}

TEST(Distributions, ACondaPrefixHasNoOriginOfItsBuild) {
  const ATree root;
  const std::string site = "/opt/conda/lib/python3.11/site-packages";
  root.put("/opt/conda/conda-meta/foo-1.0-py311.json", "{}");
  root.install(site, "foo", "1.0");
  root.put(site + "/foo-1.0.dist-info/INSTALLER", "conda");
  root.put(site + "/foo-1.0.dist-info/direct_url.json",
           R"({"dir_info":{},"url":"file:///croot/foo_1/work"})");

  const Distributions found = find_distributions(root.tree(), {site});

  ASSERT_EQ(found.installed.size(), 1U);
  EXPECT_EQ(found.installed[0].installer, "conda");
  EXPECT_EQ(found.installed[0].direct_url, std::nullopt);
}

TEST(Distributions, EggsCountWhereTheyAreOnThePath) {
  const ATree root;
  root.put("/site/foo-1.0-py3.11.egg/EGG-INFO/PKG-INFO", kHeaders);
  root.put("/site/bar-2.0-py3.11.egg",
           a_zip({{.name = "EGG-INFO/PKG-INFO", .content = headers("bar", "2.0"), .method = 8}}));
  root.make_directory("/site/none.egg");

  const Distributions found = find_distributions(
      root.tree(),
      {"/site", "/site/foo-1.0-py3.11.egg", "/site/bar-2.0-py3.11.egg", "/site/none.egg"});

  EXPECT_THAT(names_of(found.installed), ElementsAre("bar==2.0", "foo==1.0"));
  EXPECT_THAT(found.notes, IsEmpty());
  EXPECT_THAT(found.incomplete, IsEmpty());
}

TEST(Distributions, AZipMayHoldThemAtItsRoot) {
  const ATree root;
  root.put("/deps.zip",
           a_zip({{.name = "foo-1.0.dist-info/METADATA", .content = kHeaders, .method = 8},
                  {.name = "bar.egg-info/PKG-INFO", .content = headers("bar", "1")},
                  {.name = "baz-1.egg-info", .content = headers("baz", "1")},
                  {.name = "vendor/qux-1.dist-info/METADATA", .content = headers("qux", "1")},
                  {.name = "EGG-INFO/PKG-INFO", .content = headers("no", "1")},
                  {.name = "~ip-1.dist-info/METADATA", .content = headers("pip", "1")},
                  {.name = "bad-1.dist-info/METADATA", .content = "nothing"}}));

  const Distributions found = find_distributions(root.tree(), {"/deps.zip"});

  EXPECT_THAT(names_of(found.installed), ElementsAre("bar==1", "baz==1", "foo==1.0"));
  EXPECT_THAT(texts_of(found.notes),
              ElementsAre("leftover ~ip-1.dist-info: /deps.zip/~ip-1.dist-info",
                          "no-metadata bad: /deps.zip/bad-1.dist-info"));
}

TEST(Distributions, WhatCannotBeReadIsTold) {
  const ATree root;
  root.put("/damaged.zip", "PK\x03\x04 and nothing else, at least twenty-two bytes");
  root.link("/site/foo-1.0.dist-info/METADATA", "METADATA");
  root.put("/site/bar-1.0.dist-info/METADATA", "Summary: " + std::string(2 << 20, 'x'));
  root.install("/site", "good", "1");

  const Distributions found = find_distributions(root.tree(), {"/damaged.zip", "/site", "/gone"});

  EXPECT_THAT(names_of(found.installed), ElementsAre("good==1"));
  EXPECT_THAT(found.incomplete,
              ElementsAre(HasSubstr("/damaged.zip: "),
                          HasSubstr("bar-1.0.dist-info/METADATA: "),
                          HasSubstr("foo-1.0.dist-info/METADATA: "),
                          HasSubstr("/gone: ")));
}

TEST(Distributions, AFileThatIsNoZipHoldsNothing) {
  const ATree root;
  root.put("/some.txt", "text of a path entry that Python passes over\n");

  EXPECT_THAT(find_distributions(root.tree(), {"/some.txt"}).incomplete, IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::python
