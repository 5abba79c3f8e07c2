// SPDX-License-Identifier: Apache-2.0
// Keys and values of spark-defaults.conf, one case a line.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/rules.hpp"
#include "probes/config/spark_keys.hpp"
#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Finding> settings(const std::string& text) {
  return judge_settings(defaults_of(text));
}
std::vector<Told> told_of(const std::string& text) {
  return told(settings(text));
}

TEST(SparkKeys, TheTableIsSortedAndHoldsWhatEverybodyUses) {
  ASSERT_NE(spark_key("spark.executor.memory"), nullptr);
  EXPECT_EQ(spark_key("spark.executor.memory")->type, KeyType::bytes);
  EXPECT_EQ(spark_key("spark.executor.memory")->unit, "m");
  EXPECT_EQ(spark_key("spark.checkpoint.dir")->since, "4.0.0");
  EXPECT_FALSE(spark_key("spark.checkpoint.dir")->in_3);
  EXPECT_TRUE(spark_key("spark.kubernetes.container.image.pullPolicy")->exact);
  EXPECT_EQ(spark_key("spark.yarn.executor.memoryOverhead")->replacement,
            "spark.executor.memoryOverhead");
  EXPECT_EQ(spark_key("spark.executor.memor"), nullptr);
  EXPECT_TRUE(is_free_form("spark.sql.catalog.lake.uri"));
  EXPECT_TRUE(is_free_form("spark.com.example.Filter.param.user"));
  EXPECT_FALSE(is_free_form("spark.executor.cores"));
}

TEST(SparkKeys, AMisspeltOneIsToldWithTheOneThatIsMeant) {
  const std::vector<Finding> findings = settings(
      "spark.executor.memory 4g\n"
      "spark.exectuor.cores 2\n"
      "spark.executor.memory.overhead 1g\n"
      "spark.dynamicallocation.enabled true\n"
      "spark.kubernetes.executor.podTemplatFile /x.yaml\n");

  EXPECT_THAT(
      told(findings),
      ElementsAre(
          Told{"config.key.misspelt", "warning", "spark.exectuor.cores", "spark-defaults.conf:2:1"},
          Told{"config.key.misspelt",
               "warning",
               "spark.executor.memory.overhead",
               "spark-defaults.conf:3:1"},
          Told{"config.key.misspelt",
               "warning",
               "spark.dynamicallocation.enabled",
               "spark-defaults.conf:4:1"},
          Told{"config.key.misspelt",
               "warning",
               "spark.kubernetes.executor.podTemplatFile",
               "spark-defaults.conf:5:1"}));
  EXPECT_EQ(findings.at(0).fix, "write spark.executor.cores");
  EXPECT_EQ(findings.at(1).fix, "write spark.executor.memoryOverhead");
  EXPECT_EQ(findings.at(2).fix, "write spark.dynamicAllocation.enabled");
  EXPECT_EQ(findings.at(3).fix, "write spark.kubernetes.executor.podTemplateFile");
}

TEST(SparkKeys, AnUnknownOneIsNewsOnlyAmongSparksOwn) {
  EXPECT_THAT(told_of("spark.kubernetes.executor.sidecar.image x\n"),
              ElementsAre(Told{"config.key.unknown",
                               "info",
                               "spark.kubernetes.executor.sidecar.image",
                               "spark-defaults.conf:1:1"}));
  EXPECT_THAT(told_of("spark.myjob.input s3a://lake/in\n"
                      "spark.sql.iceberg.vectorization.enabled false\n"
                      "spark.delta.logStore.class x\n"
                      "spark.hadoop.fs.s3a.endpoint http://minio\n"
                      "spark.executorEnv.PYTHONPATH\n"
                      "spark.kubernetes.driverEnv.TZ UTC\n"
                      "spark.kubernetes.executor.label.team data\n"
                      "spark.metrics.conf.*.sink.graphite.class x\n"
                      "spark.sql.catalog.lake org.apache.iceberg.spark.SparkCatalog\n"
                      "spark.kubernetes.authenticate.driver.serviceAccountName spark\n"
                      "spark.kubernetes.authenticate.submission.oauthTokenFile /t\n"
                      "spark.ssl.ui.keyStore /k\n"
                      "spark.ui.filters com.example.Filter\n"
                      "spark.com.example.Filter.param.user a\n"
                      "spark.executor.resource.gpu.amount 1\n"),
              IsEmpty());
}

TEST(SparkKeys, DigitsAloneAreNoSlip) {
  EXPECT_THAT(told_of("spark.sql.legacy.something.version1 1\n"), IsEmpty());
}

TEST(SparkKeys, OldOnesAreToldWithWhatReplacedThem) {
  const std::vector<Finding> findings = settings(
      "spark.yarn.executor.memoryOverhead 384\n"
      "spark.sql.execution.arrow.enabled true\n"
      "spark.shuffle.spill true\n"
      "spark.kubernetes.executor.docker.image spark:2.2\n");

  EXPECT_THAT(
      told(findings),
      ElementsAre(
          Told{"config.key.deprecated",
               "info",
               "spark.yarn.executor.memoryOverhead",
               "spark-defaults.conf:1:1"},
          Told{"config.key.deprecated",
               "info",
               "spark.sql.execution.arrow.enabled",
               "spark-defaults.conf:2:1"},
          Told{"config.key.unused", "warning", "spark.shuffle.spill", "spark-defaults.conf:3:1"},
          Told{"config.key.unused",
               "warning",
               "spark.kubernetes.executor.docker.image",
               "spark-defaults.conf:4:1"}));
  EXPECT_EQ(findings.at(1).expected, "spark.sql.execution.arrow.pyspark.enabled");
  EXPECT_EQ(findings.at(3).expected, "spark.kubernetes.executor.container.image");
}

struct ValueCase {
  const char* line;
  Told expected;  // empty: the value is fine
  const char* effect = "";
};

TEST(SparkValues, AreReadAsSparkReadsThem) {
  const std::vector<ValueCase> table{
      {"spark.executor.memory 4g", {}},
      {"spark.executor.memory 4GB", {}},
      {"spark.executor.memory 4096", {}},
      {"spark.executor.memory ${env:MEMORY}", {}},
      {"spark.executor.memory 4 g",
       Told{"config.value.invalid", "error", "spark.executor.memory", "spark-defaults.conf:1:23"},
       "java.lang.NumberFormatException: Size must be specified as bytes (b), kibibytes (k)"},
      {"spark.executor.memory 1.5g",
       Told{"config.value.invalid", "error", "spark.executor.memory", "spark-defaults.conf:1:23"},
       "It should be a/an 'bytes in MiB' value."},
      {"spark.executor.memory 4Gi",
       Told{"config.value.invalid", "warning", "spark.executor.memory", "spark-defaults.conf:1:23"},
       "Spark 3.5"},
      {"spark.network.timeout 120", {}},
      {"spark.network.timeout 2min", {}},
      {"spark.network.timeout 120sec",
       Told{"config.value.invalid", "error", "spark.network.timeout", "spark-defaults.conf:1:23"},
       "Time must be specified as seconds (s)"},
      {"spark.dynamicAllocation.enabled TRUE", {}},
      {"spark.dynamicAllocation.enabled yes",
       Told{"config.value.invalid",
            "error",
            "spark.dynamicAllocation.enabled",
            "spark-defaults.conf:1:33"},
       "spark.dynamicAllocation.enabled should be boolean, but was yes"},
      {"spark.dynamicAllocation.enabled true # for batch",
       Told{"config.value.invalid",
            "error",
            "spark.dynamicAllocation.enabled",
            "spark-defaults.conf:1:33"},
       "should be boolean, but was true # for batch"},
      {"spark.executor.cores 2", {}},
      {"spark.executor.cores 2.5",
       Told{"config.value.invalid", "error", "spark.executor.cores", "spark-defaults.conf:1:22"},
       "spark.executor.cores should be int, but was 2.5"},
      {"spark.sql.shuffle.partitions 0",
       Told{"config.value.invalid",
            "error",
            "spark.sql.shuffle.partitions",
            "spark-defaults.conf:1:30"},
       "'0' in spark.sql.shuffle.partitions is invalid"},
      {"spark.memory.fraction .5", {}},
      {"spark.memory.fraction 0,6",
       Told{"config.value.invalid", "error", "spark.memory.fraction", "spark-defaults.conf:1:23"},
       "should be double"},
      {"spark.kubernetes.container.image.pullPolicy always",
       Told{"config.value.invalid",
            "error",
            "spark.kubernetes.container.image.pullPolicy",
            "spark-defaults.conf:1:45"},
       "should be one of Always, Never, IfNotPresent, but was always"},
      {"spark.sql.sources.partitionOverwriteMode dynamic", {}},
      {"spark.serializer org.example.Any", {}},
      {"spark.driver.memory 4g", {}},
      {"spark.driver.memory 4gb",
       Told{"config.value.heap", "error", "spark.driver.memory", "spark-defaults.conf:1:21"},
       "Invalid maximum heap size: -Xmx4gb"},
      {"spark.driver.memory 4096",
       Told{"config.value.heap", "error", "spark.driver.memory", "spark-defaults.conf:1:21"},
       "Too small maximum heap"},
      {"spark.driver.memory 4294967296", {}},
      {"spark.executor.extraJavaOptions -Xms1g -XX:+UseG1GC -Dlog.spark=x", {}},
      {"spark.driver.extraJavaOptions -Dspark.x=y", {}},
      {"spark.executor.extraJavaOptions -XX:+UseG1GC -Xmx4g",
       Told{"config.value.java-options",
            "error",
            "spark.executor.extraJavaOptions",
            "spark-defaults.conf:1:33"},
       "is not allowed to specify max heap memory settings"},
      {"spark.executor.extraJavaOptions -Dspark.x=y",
       Told{"config.value.java-options",
            "error",
            "spark.executor.extraJavaOptions",
            "spark-defaults.conf:1:33"},
       "is not allowed to set Spark options"},
      {"spark.memory.offHeap.size 4g", {}},
      {"spark.memory.offHeap.size 512",
       Told{"config.value.unit",
            "warning",
            "spark.memory.offHeap.size",
            "spark-defaults.conf:1:27"}},
      {"spark.driver.maxResultSize 0", {}},
      {"spark.sql.autoBroadcastJoinThreshold -1", {}},
  };
  for (const ValueCase& c : table) {
    SCOPED_TRACE(c.line);
    const std::vector<Finding> findings = settings(c.line);
    if (c.expected == Told{}) {
      EXPECT_THAT(told(findings), IsEmpty());
      continue;
    }
    ASSERT_THAT(told(findings), ElementsAre(c.expected));
    EXPECT_THAT(findings.front().effect, HasSubstr(c.effect));
    EXPECT_FALSE(findings.front().fix.empty());
  }
}

TEST(SparkValues, ThatAreSetAgainAreNeverRead) {
  EXPECT_THAT(told_of("spark.executor.memory 4 g\nspark.executor.memory 4g\n"), IsEmpty());
}

TEST(SparkKeys, AFileOfWrongKeysIsJudgedInBoundedTime) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "spark.sql.wrong.key.number" + std::to_string(i) + " 1\n";

  EXPECT_THAT(told_of(text), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::config
