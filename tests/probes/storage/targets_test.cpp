// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/targets.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

const Location kDeclaredAt{.path = "executor-pod-template.yaml", .line = 12, .column = 7};

NfsVolume volume(std::string name, std::string export_path, std::string mount_path) {
  return NfsVolume{.name = std::move(name),
                   .server = "10.10.0.10",
                   .export_path = std::move(export_path),
                   .mount_path = std::move(mount_path),
                   .declared_at = kDeclaredAt};
}

const NfsVolume kCheckpoints = volume("checkpoints", "/volume1/cp", "/mnt/spark-checkpoints");
const NfsVolume kInput = volume("input", "/volume1/input", "/mnt/input");

std::string line(const std::string& path,
                 const std::string& source,
                 const std::string& options = "rw") {
  return "1 2 0:3 / " + path + " rw - nfs4 " + source + " " + options + "\n";
}

class Targets : public testing::Test {
 protected:
  Targets() {
    sources_.settings = &settings_;
    sources_.config_reported = true;
  }
  void declared(std::vector<NfsVolume> volumes) {
    sources_.declared =
        DeclaredStorage{.volumes = std::move(volumes), .sources = {"template.yaml"}};
  }
  void mounted(const std::string& text) { sources_.mounts = parse_mount_table(text); }
  TargetPlan plan() { return plan_targets(sources_); }

  // "server:/path at mount [written]"
  std::vector<std::string> shown(const TargetPlan& plan) {
    std::vector<std::string> result;
    for (const Target& target : plan.targets) {
      result.push_back(target.name() + " at " + target.mount_path +
                       (target.write ? " written" : "") + (target.mount ? " mounted" : ""));
    }
    return result;
  }

  Settings settings_;
  TargetSources sources_;
};

using Shown = std::vector<std::string>;

TEST_F(Targets, DriverTakesEveryDeclaredVolumeAndWritesToTheFlaggedOne) {
  NfsVolume flagged = kInput;
  flagged.checkpoint = true;
  declared({kCheckpoints, flagged});

  EXPECT_EQ(shown(plan()),
            (Shown{"10.10.0.10:/volume1/cp at /mnt/spark-checkpoints",
                   "10.10.0.10:/volume1/input at /mnt/input written"}));
}

const StorageView kDrivers{.server = "10.10.0.10",
                           .export_path = "/volume1/cp",
                           .mount_path = "/mnt/spark-checkpoints",
                           .fsid = "2a"};

TEST_F(Targets, AnExecutorThatKnowsNothingProbesWhatItsDriverProbes) {
  sources_.role = Role::executor;
  sources_.driver = kDrivers;

  EXPECT_EQ(shown(plan()), Shown{"10.10.0.10:/volume1/cp at /mnt/spark-checkpoints written"});
}

TEST_F(Targets, AnExecutorsMountAtTheDriversPathIsTheCheckpoint) {
  sources_.role = Role::executor;
  sources_.driver = kDrivers;
  mounted(line("/mnt/input", "10.10.0.10:/volume1/input") +
          line("/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp"));

  EXPECT_EQ(shown(plan()),
            (Shown{"10.10.0.10:/volume1/cp at /mnt/spark-checkpoints written mounted",
                   "10.10.0.10:/volume1/input at /mnt/input mounted"}));
}

TEST_F(Targets, AnExecutorsMountOfOtherStorageThanTheDriversIsAFinding) {
  sources_.role = Role::executor;
  sources_.driver = kDrivers;
  mounted(line("/mnt/spark-checkpoints", "10.10.0.99:/other"));

  const TargetPlan made = plan();

  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.findings[0].code, "storage.target.differs");
  EXPECT_EQ(made.findings[0].message,
            "the driver uses 10.10.0.10:/volume1/cp at /mnt/spark-checkpoints, and this container "
            "has 10.10.0.99:/other there");
}

TEST_F(Targets, WithoutAFlagTheOnlyCheckpointPathIsWrittenTo) {
  declared({kInput, kCheckpoints});

  EXPECT_EQ(shown(plan()),
            (Shown{"10.10.0.10:/volume1/input at /mnt/input",
                   "10.10.0.10:/volume1/cp at /mnt/spark-checkpoints written"}));
}

TEST_F(Targets, TwoCheckpointPathsAreNotGuessedBetween) {
  declared({kCheckpoints, volume("other", "/volume2/cp", "/mnt/checkpoint2")});

  const TargetPlan both = plan();

  EXPECT_FALSE(both.targets.at(0).write);
  EXPECT_FALSE(both.targets.at(1).write);
}

TEST_F(Targets, AVolumeOfInputDataIsNeverWrittenTo) {
  declared({kInput});

  EXPECT_EQ(shown(plan()), (Shown{"10.10.0.10:/volume1/input at /mnt/input"}));
}

TEST_F(Targets, AVolumeDeclaredInTwoFilesIsOneTarget) {
  declared({kCheckpoints, kCheckpoints});

  EXPECT_EQ(plan().targets.size(), 1U);
}

TEST_F(Targets, DeclarationBringsItsPlaceAndTheMountAtItsPath) {
  declared({kCheckpoints});
  mounted(line("/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp"));

  const TargetPlan result = plan();

  ASSERT_EQ(result.targets.size(), 1U);
  EXPECT_EQ(result.targets[0].declared_at, kDeclaredAt);
  EXPECT_EQ(result.targets[0].volume, "checkpoints");
  ASSERT_TRUE(result.targets[0].mount.has_value());
  EXPECT_EQ(result.targets[0].mount->source, "10.10.0.10:/volume1/cp");
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(Targets, MountPathsAreLookedUpBelowTheRoot) {
  sources_.root = "/demo/";
  declared({kCheckpoints});
  mounted(line("/demo/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp"));

  EXPECT_TRUE(plan().targets.at(0).mount.has_value());
}

TEST_F(Targets, SettingsWinOverDeclarations) {
  declared({kCheckpoints});
  settings_.targets =
      std::vector<TargetSetting>{{.server = "nas", .export_path = "/a/", .mount_path = "/mnt/a"},
                                 {.server = "nas", .export_path = "/b", .write = false}};

  const TargetPlan result = plan();

  EXPECT_EQ(shown(result), (Shown{"nas:/a at /mnt/a written", "nas:/b at "}));
  EXPECT_TRUE(result.targets[0].checkpoint);
  EXPECT_FALSE(result.targets[1].checkpoint);
}

TEST_F(Targets, SettingsNeedNoConfigProbe) {
  sources_.config_reported = false;
  settings_.targets = std::vector<TargetSetting>{{.server = "nas", .export_path = "/a"}};

  EXPECT_EQ(plan().targets.size(), 1U);
}

TEST_F(Targets, DriverWaitsForTheConfigProbe) {
  sources_.config_reported = false;
  mounted(line("/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp"));

  const TargetPlan result = plan();

  EXPECT_TRUE(result.targets.empty());
  ASSERT_EQ(result.unlooked.size(), 1U);
  EXPECT_EQ(result.unlooked[0].code, "storage.target.pending");
}

TEST_F(Targets, ExecutorGoesByItsMountsWhenNoTemplateIsVisible) {
  sources_.role = Role::executor;
  sources_.config_reported = false;
  mounted("1 2 0:3 / /tmp rw - tmpfs tmpfs rw\n" + line("/mnt/spark-checkpoints", "nas:/cp") +
          line("/mnt/input", "nas:/input"));

  EXPECT_EQ(shown(plan()),
            (Shown{"nas:/cp at /mnt/spark-checkpoints written mounted",
                   "nas:/input at /mnt/input mounted"}));
}

TEST_F(Targets, ExecutorKeepsToTheDeclaredPathsWhenThereIsATemplate) {
  sources_.role = Role::executor;
  declared({kCheckpoints});
  mounted(line("/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp") +
          line("/mnt/more", "nas:/more"));

  EXPECT_EQ(shown(plan()),
            (Shown{"10.10.0.10:/volume1/cp at /mnt/spark-checkpoints written mounted"}));
}

TEST_F(Targets, ExecutorWithASubPathWorksWhereItsMountPoints) {
  sources_.role = Role::executor;
  declared({kCheckpoints});
  mounted(line("/mnt/spark-checkpoints", "10.10.0.10:/volume1/cp/app1"));

  const TargetPlan result = plan();

  EXPECT_EQ(shown(result),
            (Shown{"10.10.0.10:/volume1/cp/app1 at /mnt/spark-checkpoints written mounted"}));
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(Targets, ACoveredMountIsNoTarget) {
  sources_.role = Role::executor;
  mounted(line("/mnt/a", "old:/a") + line("/mnt/a", "nas:/a"));

  EXPECT_EQ(shown(plan()), (Shown{"nas:/a at /mnt/a mounted"}));
}

struct Disagreement {
  std::string name;
  std::string source;
  bool differs;
  std::string options = "rw";
};

class Disagreements : public Targets, public testing::WithParamInterface<Disagreement> {};

TEST_P(Disagreements, BetweenMountAndDeclarationAreFindings) {
  declared({kCheckpoints});
  mounted(line("/mnt/spark-checkpoints", GetParam().source, GetParam().options));

  const TargetPlan result = plan();

  ASSERT_EQ(result.findings.size(), GetParam().differs ? 1U : 0U);
  if (!GetParam().differs) return;
  EXPECT_EQ(result.findings[0].code, "storage.target.differs");
  EXPECT_EQ(result.findings[0].subject, "/mnt/spark-checkpoints");
  EXPECT_EQ(result.findings[0].location, kDeclaredAt);
  EXPECT_EQ(result.findings[0].expected, "10.10.0.10:/volume1/cp");
  EXPECT_EQ(result.findings[0].actual, GetParam().source);
}

INSTANTIATE_TEST_SUITE_P(
    Targets,
    Disagreements,
    testing::Values(
        Disagreement{"same", "10.10.0.10:/volume1/cp", false},
        Disagreement{"same_with_slash", "10.10.0.10:/volume1/cp/", false},
        Disagreement{"sub_path", "10.10.0.10:/volume1/cp/app", false},
        Disagreement{
            "name_of_same_address", "nas.example:/volume1/cp", false, "rw,addr=10.10.0.10"},
        Disagreement{"other_server", "10.10.0.11:/volume1/cp", true, "rw,addr=10.10.0.11"},
        Disagreement{"other_export", "10.10.0.10:/volume2/cp", true},
        Disagreement{"common_beginning", "10.10.0.10:/volume1/cp2", true},
        Disagreement{"above_the_export", "10.10.0.10:/volume1", true}),
    [](const auto& test) { return test.param.name; });

TEST_F(Targets, NothingAnywhereIsUnknownAndNamesThePlaces) {
  declared({});

  const TargetPlan result = plan();

  ASSERT_EQ(result.unlooked.size(), 1U);
  EXPECT_EQ(result.unlooked[0],
            (Unlooked{.code = "storage.target.unknown",
                      .subject = "targets",
                      .message = "no NFS storage found in probes.storage.targets, template.yaml, "
                                 "/proc/self/mountinfo"}));
}

TEST_F(Targets, AreBoundedAndThoseLeftOutAreUnknownButNeverTheCheckpoint) {
  std::vector<NfsVolume> volumes;
  for (int i = 0; i < 100; ++i) {
    volumes.push_back(volume("v", "/v" + std::to_string(i), "/mnt/" + std::to_string(i)));
  }
  volumes.back().checkpoint = true;
  declared(std::move(volumes));

  const TargetPlan result = plan();

  EXPECT_EQ(result.targets.size(), 16U);
  EXPECT_EQ(result.targets.front().export_path, "/v99");
  ASSERT_EQ(result.unlooked.size(), 1U);
  EXPECT_EQ(result.unlooked[0].code, "storage.target.too-many");
}

TEST(TargetName, HasItsServerInOneSpelling) {
  EXPECT_EQ((Target{.server = "NAS.Example.", .export_path = "/x"}).name(), "nas.example:/x");
  EXPECT_EQ((Target{.server = "fd00::1", .export_path = "/x"}).name(), "[fd00::1]:/x");
  EXPECT_EQ((Target{.server = "[fd00::1]", .export_path = "/x"}).name(), "[fd00::1]:/x");
}

}  // namespace
}  // namespace sparkwarden::probes::storage
