// SPDX-License-Identifier: Apache-2.0
#include "probes/config/declared_storage.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

Deployment deployment(const std::string& mounts,
                      const std::string& volumes,
                      const std::string& defaults) {
  return {.defaults = DefaultsFile{"d", parse_properties(defaults)},
          .pod_template =
              TemplateFile{"t",
                           parse_pod_template("spec:\n  containers:\n    - name: spark\n"
                                              "      volumeMounts: [" +
                                              mounts + "]\n  volumes: [" + volumes + "]\n")}};
}

std::string nfs(const std::string& name) {
  return "{name: " + name + ", nfs: {server: h, path: /e/" + name + "}}";
}
std::string mount(const std::string& name, const std::string& path) {
  return "{name: " + name + ", mountPath: " + path + "}";
}

struct Case {
  const char* name;
  std::string mounts;
  std::string volumes;
  std::string defaults;
  std::vector<std::string> told;  // name export mount [ro] [checkpoint]
};

class Declared : public testing::TestWithParam<Case> {};

TEST_P(Declared, VolumesAreTold) {
  const Case& c = GetParam();

  const DeclaredStorage declared =
      declared_storage(deployment(c.mounts, c.volumes, c.defaults), {"d", "t"});

  std::vector<std::string> told;
  for (const NfsVolume& volume : declared.volumes) {
    told.push_back(volume.name + " " + volume.export_path + " " + volume.mount_path +
                   (volume.read_only ? " ro" : "") + (volume.checkpoint ? " checkpoint" : ""));
  }
  EXPECT_EQ(told, c.told);
  EXPECT_EQ(declared.sources, (std::vector<std::string>{"d", "t"}));
}

const std::string kLocation = "spark.sql.streaming.checkpointLocation file:///data/x\n";

INSTANTIATE_TEST_SUITE_P(
    Templates,
    Declared,
    testing::Values(
        Case{"None", mount("a", "/a"), "{name: a, emptyDir: {}}", "", {}},
        Case{"HoldsTheLocation",
             mount("a", "/a") + "," + mount("b", "/data/"),
             nfs("a") + "," + nfs("b"),
             kLocation,
             {"a /e/a /a", "b /e/b /data checkpoint"}},
        Case{"DeepestMountHoldsTheLocation",
             mount("a", "/data") + "," + mount("b", "/data/x"),
             nfs("a") + "," + nfs("b"),
             kLocation,
             {"a /e/a /data", "b /e/b /data/x checkpoint"}},
        Case{"OnlyOneAtACheckpointPath",
             mount("a", "/a") + "," + mount("b", "/mnt/Spark-Checkpoints"),
             nfs("a") + "," + nfs("b"),
             "",
             {"a /e/a /a", "b /e/b /mnt/Spark-Checkpoints checkpoint"}},
        Case{"TwoAtCheckpointPaths",
             mount("a", "/checkpoint1") + "," + mount("b", "/checkpoint2"),
             nfs("a") + "," + nfs("b"),
             "",
             {"a /e/a /checkpoint1", "b /e/b /checkpoint2"}},
        Case{"NeverMounted", "", nfs("checkpoint"), "", {"checkpoint /e/checkpoint "}},
        Case{"ReadOnlyMount",
             "{name: a, mountPath: /a, readOnly: true}",
             nfs("a"),
             "",
             {"a /e/a /a ro"}},
        Case{"SubPathIsPartOfTheExport",
             "{name: a, mountPath: /data, subPath: team/x}",
             nfs("a"),
             kLocation,
             {"a /e/a/team/x /data checkpoint"}},
        Case{"SubPathExprIsNotKnown",
             "{name: a, mountPath: /data, subPathExpr: $(X)}",
             nfs("a"),
             kLocation,
             {"a /e/a "}},
        Case{"MountThatHoldsTheLocationIsTold",
             mount("a", "/first") + "," + mount("a", "/data"),
             nfs("a"),
             kLocation,
             {"a /e/a /data checkpoint"}},
        Case{"NfsWithoutServer", mount("a", "/a"), "{name: a, nfs: {path: /e}}", "", {}}),
    by_name);

TEST(Declared, PlaceIsTheVolumesName) {
  const DeclaredStorage declared = declared_storage(deployment("", nfs("a"), ""), {});

  EXPECT_EQ(declared.volumes.front().declared_at, (Location{"t", 5, 20, 21}));
}

TEST(Declared, MalformedTemplateDeclaresNothing) {
  const Deployment broken{.pod_template = TemplateFile{"t", parse_pod_template("- a")}};

  EXPECT_EQ(declared_storage(broken, {"t"}), (DeclaredStorage{.volumes = {}, .sources = {"t"}}));
}

TEST(Declared, VolumesAreBounded) {
  std::string volumes = nfs("v");
  for (int i = 0; i < 100; ++i) volumes += "," + nfs("v" + std::to_string(i));

  EXPECT_EQ(declared_storage(deployment("", volumes, ""), {}).volumes.size(), 64);
}

}  // namespace
}  // namespace sparkwarden::probes::config
