// SPDX-License-Identifier: Apache-2.0
#include "probes/config/pod_template.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

using Kind = TemplateProblem::Kind;

TEST(TemplateReading, GivesContainersMountsAndVolumesWithTheirPlaces) {
  const PodTemplate pod = parse_pod_template(R"(spec:
  initContainers:
    - name: wait
  containers:
    - name: spark
      volumeMounts:
        - name: data
          mountPath: "/mnt/data"
          subPath: a/b
          readOnly: true
        - {mountPath: /x, name: data, subPathExpr: $(POD)}
  volumes:
    - name: data
      nfs:
        server: 10.10.0.10
        path: /volume1/data
        readOnly: true
    - emptyDir: {}
      name: scratch
)");

  const PodTemplate expected{.containers = {{.name = {"spark", {5, 13, 18}},
                                             .mounts = {{.volume = {"data", {7, 17, 21}},
                                                         .path = {"/mnt/data", {8, 22, 33}},
                                                         .sub_path = "a/b",
                                                         .read_only = true},
                                                        {.volume = {"data", {11, 33, 37}},
                                                         .path = {"/x", {11, 23, 25}},
                                                         .sub_path_expr = true}}}},
                             .init_containers = {{.name = {"wait", {3, 13, 17}}}},
                             .volumes = {{.name = {"data", {13, 13, 17}},
                                          .kind = "nfs",
                                          .nfs = NfsSource{.server = {"10.10.0.10", {15, 17, 27}},
                                                           .path = {"/volume1/data", {16, 15, 28}},
                                                           .read_only = true}},
                                         {.name = {"scratch", {19, 13, 20}}, .kind = "emptyDir"}},
                             .keys = 21};
  EXPECT_EQ(pod.problems, expected.problems);
  EXPECT_EQ(pod, expected);
}

TEST(TemplateReading, TakesJson) {
  const PodTemplate pod = parse_pod_template(
      R"({"spec": {"containers": [{"name": "spark"}], "volumes": [{"name": "a", "emptyDir": {}}]}})");

  EXPECT_TRUE(pod.problems.empty());
  EXPECT_EQ(pod.containers.front().name.text, "spark");
  EXPECT_EQ(pod.volumes.front().kind, "emptyDir");
}

TEST(TemplateReading, TakesATemplateWithoutContainers) {
  const PodTemplate pod = parse_pod_template("spec:\n  serviceAccountName: spark\n");

  EXPECT_TRUE(pod.problems.empty());
  EXPECT_EQ(spark_container(pod, ""), std::nullopt);
}

TEST(TemplateReading, SkipsEmptyDocuments) {
  const PodTemplate pod = parse_pod_template("---\n# nothing\n---\nspec: {}\n---\n");

  EXPECT_TRUE(pod.problems.empty());
}

struct Case {
  const char* name;
  std::string text;
  TemplateProblem problem;
};

class BadTemplates : public testing::TestWithParam<Case> {};

TEST_P(BadTemplates, TellsPlaceAndReason) {
  const Case& c = GetParam();

  const PodTemplate pod = parse_pod_template(c.text);

  EXPECT_EQ(pod.problems, std::vector{c.problem});
  EXPECT_EQ(pod, PodTemplate{.problems = pod.problems});
}

INSTANTIATE_TEST_SUITE_P(
    Problems,
    BadTemplates,
    testing::Values(
        Case{"NoMapping",
             "- spec\n",
             {.at = {1, 1, 0}, .reason = "a pod template must be a mapping, here it is a list"}},
        Case{"NoSpec", "metadata: {}\n", {.at = {1, 1, 0}, .reason = "the template has no `spec`"}},
        Case{"EmptySpec", "kind: Pod\nspec:\n", {.at = {2, 1, 5}, .reason = "`spec` is empty"}},
        Case{"TwoDocuments",
             "spec: {}\n---\nspec: {}\n",
             {.at = {3, 1, 0},
              .reason = "a second YAML document; Spark loads a list where it needs one pod"}},
        Case{"OnlyComments", "# nothing\n", {.reason = "there is nothing in it"}},
        Case{"DuplicateKey",
             "spec:\n  containers: []\n  containers: []\n",
             {.at = {3, 3, 13}, .reason = "found duplicate key containers", .related = {2, 3, 13}}},
        Case{"ContainersAreNoList",
             "spec:\n  containers:\n    name: spark\n",
             {.at = {3, 5, 0}, .reason = "`containers` must be a list, here it is a mapping"}},
        Case{"VolumeIsNoMapping",
             "spec:\n  volumes:\n    - data\n",
             {.at = {3, 7, 11},
              .reason = "an item of `volumes` must be a mapping, here it is a single value"}},
        Case{"NfsIsNoMapping",
             "spec:\n  volumes:\n    - name: a\n      nfs: server\n",
             {.at = {4, 12, 18}, .reason = "`nfs` must be a mapping, here it is a single value"}},
        Case{"Aliases",
             "spec:\n  volumes: &v []\n  containers: *v\n",
             {.kind = Kind::declined, .reason = "it uses YAML aliases"}}),
    by_name);

TEST(BadTemplates, SyntaxErrorsHaveAPlace) {
  const PodTemplate pod = parse_pod_template("spec:\n\tcontainers: []\n");

  ASSERT_EQ(pod.problems.size(), 1);
  EXPECT_EQ(pod.problems.front().at.line, 2);
  EXPECT_FALSE(pod.problems.front().reason.empty());
}

struct ChoiceCase {
  const char* name;
  std::string wanted;
  std::size_t chosen;
};

class SparkContainer : public testing::TestWithParam<ChoiceCase> {};

TEST_P(SparkContainer, IsTheOnlyOneOfThatNameElseTheFirst) {
  const PodTemplate pod = parse_pod_template(
      "spec: {containers: [{name: a}, {name: b}, {name: twice}, {name: twice}]}");

  EXPECT_EQ(spark_container(pod, GetParam().wanted), GetParam().chosen);
}

INSTANTIATE_TEST_SUITE_P(Choices,
                         SparkContainer,
                         testing::Values(ChoiceCase{"Named", "b", 1},
                                         ChoiceCase{"NotSet", "", 0},
                                         ChoiceCase{"Unknown", "c", 0},
                                         ChoiceCase{"Ambiguous", "twice", 0}),
                         by_name);

}  // namespace
}  // namespace sparkwarden::probes::config
