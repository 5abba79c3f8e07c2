// SPDX-License-Identifier: Apache-2.0
// Settings that are to be the same in all applications of a repository.
#include "agent/lint/across.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/lint/codes.hpp"
#include "tests/lint/lint_files.hpp"
#include "tests/support/agent.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::brief;
using tests::briefs;
using tests::Files;

std::vector<Finding> findings_in(const Files& files, const std::vector<std::string>& same) {
  std::vector<Finding> found;
  for (const Linted& linted :
       lint(tests::sources_of(files), [&](const std::string&) { return &same; })) {
    for (const Finding& finding : linted.findings) {
      if (finding.code == kSettingDiffers.code) found.push_back(finding);
    }
  }
  return found;
}

const Files kThree{
    {"a/spark-defaults.conf", "spark.sql.catalog.lake.uri thrift://one:9083\n"},
    {"b/spark-defaults.conf", "spark.app.name b\nspark.sql.catalog.lake.uri thrift://two:9083\n"},
    {"c/conf.yaml",
     "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  spark-defaults.conf: |\n"
     "    spark.sql.catalog.lake.uri thrift://one:9083\n"},
};

TEST(Across, TheOneThatWasForgottenIsNamed) {
  const std::vector<Finding> found = findings_in(kThree, {"spark.sql.catalog.lake."});

  ASSERT_THAT(briefs(found), ElementsAre("b/spark-defaults.conf:2:28 lint.setting.differs"));
  EXPECT_EQ(found[0].subject, "spark.sql.catalog.lake.uri");
  EXPECT_THAT(found[0].message, HasSubstr("is thrift://two:9083 in 1 application"));
  ASSERT_THAT(found[0].related, SizeIs(1));
  EXPECT_THAT(found[0].related[0].message, HasSubstr("thrift://one:9083 in 2 applications"));
}

TEST(Across, NothingIsComparedThatNobodyAskedFor) {
  EXPECT_THAT(findings_in(kThree, {}), IsEmpty());
  EXPECT_THAT(findings_in(kThree, {"spark.sql.catalog.lake"}), IsEmpty()) << "a key, not a prefix";
  EXPECT_THAT(findings_in(kThree, {"spark.executor."}), IsEmpty());
  EXPECT_THAT(findings_in({{"a/spark-defaults.conf", "spark.executor.cores 4\n"},
                           {"b/spark-defaults.conf", "spark.executor.memory 4g\n"}},
                          {"spark.executor."}),
              IsEmpty())
      << "who does not set it does not differ";
}

TEST(Across, CoreSiteSpeaksOfTheSameKeys) {
  const Files files{
      {"a/core-site.xml",
       "<configuration><property><name>fs.s3a.endpoint</name><value>http://a</value></property>"
       "</configuration>\n"},
      {"b/spark-defaults.conf", "spark.hadoop.fs.s3a.endpoint http://b\n"}};

  EXPECT_THAT(findings_in(files, {"spark.hadoop.fs.s3a.endpoint"}), SizeIs(1));
}

TEST(Across, ASecretIsComparedAndNotShown) {
  const Files files{{"a/spark-defaults.conf", "spark.hadoop.fs.s3a.secret.key first-secret-1\n"},
                    {"b/spark-defaults.conf", "spark.hadoop.fs.s3a.secret.key other-secret-2\n"}};

  const std::vector<Finding> found = findings_in(files, {"spark.hadoop."});

  ASSERT_THAT(found, SizeIs(1));
  for (const std::string& text :
       {found[0].message, found[0].actual.value_or(""), found[0].related.at(0).message}) {
    EXPECT_THAT(text, Not(HasSubstr("secret-1")));
    EXPECT_THAT(text, Not(HasSubstr("secret-2")));
  }
}

TEST(Across, AValueThatIsKnownLaterIsNotCompared) {
  const Files files{{"a/spark-defaults.conf", "spark.sql.catalog.lake.uri ${spark.lake}\n"},
                    {"b/spark-defaults.conf", "spark.sql.catalog.lake.uri thrift://two:9083\n"}};

  EXPECT_THAT(findings_in(files, {"spark.sql.catalog."}), IsEmpty());
}

TEST(Across, TheCommandReadsWhatToCompareFromTheSettingsAboveTheFiles) {
  const tests::TempDir place;
  for (const auto& [path, text] : kThree) place.write(path, text);
  const std::string tree = place.path().string();
  const std::vector<std::string> command{"lint", "--format", "short", tree};
  EXPECT_THAT(tests::run_sparkwarden(command).out, Not(HasSubstr("lint.setting.differs")));

  place.write(".sparkwarden.yaml", "version: 1\nsame: [spark.sql.catalog.lake.]\n");

  const tests::Finished lint = tests::run_sparkwarden(command);
  EXPECT_THAT(lint.out, HasSubstr("/b/spark-defaults.conf:2:28: warning[lint.setting.differs]"))
      << lint.err;
}

}  // namespace
}  // namespace sparkwarden::lint
