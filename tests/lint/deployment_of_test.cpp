// SPDX-License-Identifier: Apache-2.0
// What the rules are given for an application.
#include "agent/lint/deployment_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kManifests =
    "kind: Namespace\n"
    "metadata: {name: etl, labels: {pod-security.kubernetes.io/enforce: restricted}}\n"
    "---\n"
    "kind: ConfigMap\n"
    "metadata: {name: conf, namespace: etl}\n"
    "data:\n"
    "  spark-defaults.conf: |\n"
    "    spark.executor.cores 4\n"
    "    spark.executor.memory 2g\n"
    "    spark.local.dir /x\n"
    "---\n"
    "kind: Job\n"
    "metadata: {name: nightly, namespace: etl}\n"
    "spec:\n"
    "  template:\n"
    "    spec:\n"
    "      containers:\n"
    "        - name: spark\n"
    "          args: [--conf, spark.executor.cores=8, --conf, spark.local.dir=$(DIR)]\n"
    "          volumeMounts: [{name: c, mountPath: /opt/spark/conf}]\n"
    "      volumes: [{name: c, configMap: {name: conf}}]\n";

struct Built {
  std::vector<Source> sources;
  BuiltDeployment built;
};

/// The first application of `files`.
Built build(const tests::Files& files) {
  Built made{.sources = tests::sources_of(files), .built = {}};
  made.built = deployment_of(applications(made.sources).at(0), pod_security(made.sources));
  return made;
}

std::string value_of(const probes::config::Deployment& deployment, std::string_view key) {
  const probes::config::Property* property = deployment.setting(key);
  return property == nullptr ? "(unset)" : property->value.text;
}

TEST(DeploymentOf, AWorkloadHasTheSettingsInForce) {
  const Built nightly = build({{"k8s.yaml", kManifests}});
  const probes::config::Deployment& deployment = nightly.built.deployment;

  EXPECT_EQ(value_of(deployment, "spark.executor.cores"), "8");
  EXPECT_EQ(value_of(deployment, "spark.executor.memory"), "2g");
  EXPECT_EQ(value_of(deployment, "spark.local.dir"), "(unset)");
}

TEST(DeploymentOf, WhatDoesNotCountIsKeptBeside) {
  const Built nightly = build({{"k8s.yaml", kManifests}});

  ASSERT_THAT(nightly.built.deployment.others, SizeIs(1));
  EXPECT_EQ(nightly.built.deployment.others[0].path, "k8s.yaml#conf/spark-defaults.conf");
}

TEST(DeploymentOf, APlainFileIsItself) {
  const Built loose = build({{"conf/spark-defaults.conf", "spark.executor.cores 4\n"}});

  EXPECT_EQ(loose.built.deployment.defaults->path, "conf/spark-defaults.conf");
  EXPECT_THAT(loose.built.deployment.others, IsEmpty());
  EXPECT_FALSE(loose.built.arguments.has_value());
}

TEST(DeploymentOf, TheNamespaceSaysWhatItsPodsMayDo) {
  EXPECT_EQ(build({{"k8s.yaml", kManifests}}).built.deployment.pod_security, "restricted");
}

TEST(DeploymentOf, ASparkApplicationSaysImageAndVersion) {
  const Built app = build({{"app.yaml",
                            "kind: SparkApplication\n"
                            "metadata: {name: a}\n"
                            "spec:\n"
                            "  image: registry.example.org/spark:4.0.1\n"
                            "  sparkVersion: 4.0.1\n"}});

  EXPECT_EQ(value_of(app.built.deployment, "spark.kubernetes.container.image"),
            "registry.example.org/spark:4.0.1");
  EXPECT_EQ(app.built.deployment.spark_version, "4.0.1");
}

constexpr const char* kWithOperator =
    "kind: SparkApplication\n"
    "metadata: {name: etl}\n"
    "spec:\n"
    "  sparkConfigMap: etl-conf\n"
    "  sparkConf: {spark.executor.cores: \"8\"}\n"
    "---\n"
    "kind: ConfigMap\n"
    "metadata: {name: etl-conf}\n"
    "data:\n"
    "  spark-defaults.conf: |\n"
    "    spark.executor.cores ";

TEST(DeploymentOf, AnOperatorsDriverReadsNoDefaults) {
  const std::string manifest = std::string(kWithOperator) + "4\n    spark.local.dir /x\n";

  EXPECT_EQ(value_of(build({{"app.yaml", manifest}}).built.deployment, "spark.local.dir"),
            "(unset)");
  EXPECT_THAT(
      tests::briefs(tests::findings_in({{"app.yaml", manifest}})),
      testing::Contains("app.yaml:10:24 " + std::string(probes::config::kDefaultsIgnored.code)));
}

TEST(DeploymentOf, DefaultsThatRepeatTheApplicationAreNotMissed) {
  EXPECT_THAT(tests::findings_in({{"app.yaml", std::string(kWithOperator) + "8\n"}}), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::lint
