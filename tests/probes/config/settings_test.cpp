// SPDX-License-Identifier: Apache-2.0
#include "probes/config/settings.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

struct Bound {
  Settings settings;
  settings::Problems problems;
  std::string shown;
};

Bound load(const std::string& text) {
  settings::Sources sources;
  sources.file = yaml::parse(text)->documents.at(0);
  sources.file_name = "agent.yaml";
  settings::Binder binder(sources);
  Bound bound;
  bound.settings.bind(binder);
  binder.finish();
  return {bound.settings, binder.problems(), binder.effective().at(0).value};
}

TEST(ConfigSettings, FilesAreAutoByDefault) {
  const Bound bound = load("{files: auto}");

  EXPECT_EQ(bound.settings.files, std::nullopt);
  EXPECT_EQ(bound.shown, "auto");
}

TEST(ConfigSettings, ListedFilesAreRequiredUnlessTheySayOtherwise) {
  const Bound bound = load(
      "files:\n"
      "  - {path: core-site.xml, kind: core-site}\n"
      "  - {path: /etc/d.conf, kind: spark-defaults, required: false}\n"
      "  - {path: t.yaml, kind: pod-template}\n");

  EXPECT_TRUE(bound.problems.empty());
  EXPECT_EQ(bound.settings.files,
            (std::vector<FileSpec>{{"core-site.xml", FileKind::core_site, true},
                                   {"/etc/d.conf", FileKind::spark_defaults, false},
                                   {"t.yaml", FileKind::pod_template, true}}));
}

TEST(ConfigSettings, ShownListCanBeReadBack) {
  const std::string list = "[{path: a b.xml, kind: core-site, required: false}]";

  const Bound once = load("{files: " + list + "}");
  const Bound again = load("{files: " + once.shown + "}");

  EXPECT_EQ(again.settings.files, once.settings.files);
  EXPECT_EQ(again.settings.files->front().path, "a b.xml");
}

struct Case {
  const char* name;
  std::string text;
  std::string key;
};

class BadConfigSettings : public testing::TestWithParam<Case> {};

TEST_P(BadConfigSettings, AreNamedByKey) {
  const Bound bound = load(GetParam().text);

  ASSERT_EQ(bound.problems.size(), 1);
  EXPECT_EQ(bound.problems.front().key, GetParam().key);
  EXPECT_EQ(bound.settings.files, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Problems,
    BadConfigSettings,
    testing::Values(Case{"NoList", "files: core-site.xml", "files"},
                    Case{"UnknownKind", "files: [{path: a, kind: yaml}]", "files.0.kind"},
                    Case{"EmptyPath", "files: [{path: \"\", kind: core-site}]", "files.0"},
                    Case{"UnknownField",
                         "files: [{path: a, kind: core-site, needed: true}]",
                         "files.0.needed"}),
    by_name);

}  // namespace
}  // namespace sparkwarden::probes::config
