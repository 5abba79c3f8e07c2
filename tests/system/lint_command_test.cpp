// SPDX-License-Identifier: Apache-2.0
// `sparkwarden lint` as people and pipelines call it.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/lint/codes.hpp"
#include "tests/support/agent.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string read(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class LintCommand : public testing::Test {
 protected:
  [[nodiscard]] std::string root() const { return directory.path(); }
  [[nodiscard]] Finished lint(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "lint");
    return run_sparkwarden(arguments);
  }

  TempDir directory;
};

constexpr const char* kNotSpark = "launcher.queue nightly\n";

TEST_F(LintCommand, OurOwnConfigurationIsClean) {
  const std::string source = SPARKWARDEN_SOURCE_DIR;

  const Finished done = lint({"--strict", source + "/configs", source + "/charts"});

  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("no findings in "));
}

TEST_F(LintCommand, ExitCodesSayWhatHappened) {
  const std::string warning = directory.write("warning/spark-defaults.conf", kNotSpark);
  const std::string error = directory.write("error/core-site.xml", "<configuration>");
  const std::string good = directory.write("good/spark-defaults.conf", "spark.a 1\n");

  EXPECT_EQ(lint({good}).code, 0);
  EXPECT_EQ(lint({warning}).code, 0);
  EXPECT_EQ(lint({"--strict", warning}).code, 1);
  EXPECT_EQ(lint({error}).code, 1);
  EXPECT_EQ(lint({root() + "/nowhere"}).code, 2);
  EXPECT_EQ(lint({}).code, 2);
  EXPECT_EQ(lint({"--format", "xml", good}).code, 2);
}

TEST_F(LintCommand, WhatCouldNotBeLookedAtIsThree) {
  // Deeper than lint goes.
  std::string path;
  for (int depth = 0; depth < 40; ++depth) path += "d/";
  directory.write(path + "spark-defaults.conf", "spark.a 1\n");

  const Finished done = lint({root()});

  EXPECT_EQ(done.code, 3) << done.out;
  EXPECT_THAT(done.out, HasSubstr("unknown[" + std::string(lint::kTreeLeftOut.code) + "]"));
}

TEST_F(LintCommand, StandardInputIsAFileOfTheNameGiven) {
  directory.write("in", kNotSpark);
  const std::string command = std::string(SPARKWARDEN_BINARY) +
                              " lint - --stdin-name conf/spark-defaults.conf --format gcc < " +
                              root() + "/in";
  const std::string out = root() + "/out";

  Process process({"sh", "-c", command}, out);
  ASSERT_TRUE(process.wait(std::chrono::seconds(30)).has_value());

  EXPECT_THAT(read(out), StartsWith("conf/spark-defaults.conf:1:1: warning: "));
}

TEST_F(LintCommand, TheNearestSettingsAboveAFileCount) {
  directory.write(".sparkwarden.yaml", "findings: {config.*: error}\n");
  directory.write("a/spark-defaults.conf", kNotSpark);
  directory.write("b/.sparkwarden.yaml",
                  "suppress:\n"
                  "  - {code: config.defaults.not-spark, reason: our launcher}\n"
                  "exclude: [old]\n");
  directory.write("b/spark-defaults.conf", kNotSpark);
  directory.write("b/old/core-site.xml", "<configuration>");

  const Finished done = lint({"--format", "short", root()});

  EXPECT_EQ(done.code, 1) << done.out;
  EXPECT_THAT(done.out, HasSubstr("a/spark-defaults.conf:1:1: error[config.defaults.not-spark]"));
  EXPECT_THAT(done.out, HasSubstr("1 error (1 suppressed) in 2 applications"));
}

TEST_F(LintCommand, SettingsThatAreWrongAreAUsageError) {
  directory.write("spark-defaults.conf", kNotSpark);
  const std::string wrong = directory.write("wrong.yaml", "findigns: {}\n");

  const Finished done = lint({"--config", wrong, root()});

  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.err, HasSubstr("wrong.yaml:1:1: findigns"));
  EXPECT_EQ(lint({"--config", root() + "/none.yaml", root()}).code, 2);
}

TEST_F(LintCommand, ABaselineLetsOnlyNewFindingsThrough) {
  directory.write("spark-defaults.conf", kNotSpark);
  const std::string baseline = root() + "/baseline.json";

  EXPECT_EQ(lint({"--write-baseline", baseline, root()}).code, 0);
  const Finished known = lint({"--strict", "--baseline", baseline, root()});
  directory.write("spark-defaults.conf", std::string("# moved\n") + kNotSpark + "launcher.new 1\n");
  const Finished with_new = lint({"--strict", "--baseline", baseline, root()});

  EXPECT_EQ(known.code, 0) << known.out;
  EXPECT_THAT(known.err, HasSubstr("1 known findings are in"));
  EXPECT_EQ(with_new.code, 1) << with_new.out;
  EXPECT_THAT(with_new.out, HasSubstr("1 warning in"));
  EXPECT_EQ(lint({"--baseline", root() + "/none.json", root()}).code, 2);
}

TEST_F(LintCommand, FixIsShownFirstAndChangesOnlyWhatItShowed) {
  const std::string path =
      directory.write("spark-defaults.conf", "spark.a 1\nspark.b 2\nspark.a 1\n");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);

  const Finished shown = lint({"--diff", root()});
  const std::string before = read(path);
  const Finished fixed = lint({"--fix", root()});
  const Finished again = lint({"--diff", root()});

  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.out, HasSubstr("@@ -1,3 +1,2 @@\n-spark.a 1\n spark.b 2\n spark.a 1\n"));
  EXPECT_EQ(before, "spark.a 1\nspark.b 2\nspark.a 1\n");
  EXPECT_EQ(fixed.code, 0) << fixed.out;
  EXPECT_THAT(fixed.err, HasSubstr("spark-defaults.conf:1: spark.a stands with the same value"));
  EXPECT_EQ(read(path), "spark.b 2\nspark.a 1\n");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640));
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.out, IsEmpty());
}

TEST_F(LintCommand, TemplatesAreCountedAndNotJudged) {
  directory.write("chart/templates/conf.yaml",
                  "kind: ConfigMap\ndata:\n{{- range .Values.spark }}\n  x: 1\n{{- end }}\n");

  const Finished done = lint({root()});

  EXPECT_EQ(done.code, 0) << done.out;
  EXPECT_THAT(done.err, HasSubstr("1 template was not read; render first"));
}

TEST_F(LintCommand, NothingToCheckIsSaid) {
  directory.write("web.yaml", "kind: Service\n");

  const Finished done = lint({root()});

  EXPECT_EQ(done.code, 0);
  EXPECT_THAT(done.err, HasSubstr("nothing of Spark was found"));
}

TEST_F(LintCommand, SecretsStayHiddenInEveryFormat) {
  directory.write("spark-defaults.conf",
                  "spark.hadoop.fs.s3a.secret.key hunter2hunter2\n"
                  "spark.hadoop.fs.s3a.secret.key hunter3hunter3\n"
                  "aws.secret.key hunter4hunter4\n");

  for (const char* format : {"text", "short", "json", "sarif", "junit", "github", "gcc"}) {
    const Finished done = lint({"--format", format, root()});

    EXPECT_THAT(done.out, HasSubstr("not-spark")) << format;
    EXPECT_THAT(done.out, Not(HasSubstr("hunter"))) << format;
  }
}

}  // namespace
}  // namespace sparkwarden::tests
