// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/kinds.hpp"

#include <ostream>

#include <gtest/gtest.h>

namespace sparkwarden::lint {

void PrintTo(Kind kind, std::ostream* stream) {
  *stream << static_cast<int>(kind);
}

namespace {

struct KindCase {
  const char* name;
  const char* path;
  const char* text;
  Kind kind;
};

class Kinds : public testing::TestWithParam<KindCase> {};

TEST_P(Kinds, AreTold) {
  EXPECT_EQ(kind_of(GetParam().path, GetParam().text), GetParam().kind);
}

constexpr const char* kPod = "apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n";
constexpr const char* kNamedPod = "kind: Pod\nmetadata:\n  name: web\nspec: {}\n";

INSTANTIATE_TEST_SUITE_P(
    All,
    Kinds,
    testing::Values(
        KindCase{"defaults", "conf/spark-defaults.conf", "", Kind::defaults},
        KindCase{"cluster_mode", "spark.properties", "", Kind::defaults},
        KindCase{"of_an_environment", "spark-defaults-prod.conf", "", Kind::defaults},
        KindCase{"other_properties_of_spark",
                 "batch.properties",
                 "#x\nspark.a 1\nspark.b=2\n",
                 Kind::defaults},
        KindCase{"log4j",
                 "log4j2.properties",
                 "rootLogger.level = info\nlogger.a = spark.b\n",
                 Kind::other},
        KindCase{"metrics",
                 "metrics.properties",
                 "*.sink.prometheus.class=org.apache.spark.X\n",
                 Kind::other},
        KindCase{"core_site", "core-site.xml", "", Kind::hadoop_xml},
        KindCase{"hive_site", "hive-site.xml", "", Kind::hadoop_xml},
        KindCase{"xml_by_root",
                 "s3a.xml",
                 "<?xml version='1.0'?>\n<!-- <a> -->\n<configuration>",
                 Kind::hadoop_xml},
        KindCase{"other_xml", "pom.xml", "<project><configuration/></project>", Kind::other},
        KindCase{"pod_template", "executor-pod-template.yaml", kNamedPod, Kind::pod_template},
        KindCase{"nameless_pod", "executor.yaml", kPod, Kind::pod_template},
        KindCase{"json",
                 "executor-template.yaml",
                 "{\"spec\": {}, \"kind\" : \"Pod\"}",
                 Kind::pod_template},
        KindCase{"a_pod_that_runs", "web.yaml", kNamedPod, Kind::manifest},
        KindCase{
            "several_kinds", "template.yaml", "kind: Pod\n---\nkind: Service\n", Kind::manifest},
        KindCase{"kustomization", "kustomization.yaml", "resources: []\n", Kind::manifest},
        KindCase{"interpreter", "interpreter.json", "{}", Kind::zeppelin},
        KindCase{"interpreter_spec", "100-interpreter-spec.yaml", kPod, Kind::zeppelin},
        KindCase{"no_kubernetes", "values.yaml", "a: 1\n", Kind::other}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace sparkwarden::lint
