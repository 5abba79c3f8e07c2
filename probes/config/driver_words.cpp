// SPDX-License-Identifier: Apache-2.0
#include "probes/config/driver_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "probes/config/codes.hpp"

namespace sparkwarden::probes::config {
namespace {

/// What stands in a driver's finding for the effect and the fix of a row; empty: the row's own.
struct Words {
  const Code* row;
  std::string_view effect;
  std::string_view fix;
};

constexpr std::array<Words, 14> kWords{
    {{&kMountPathDuplicate,
      "",
      "keep one of the two mounts; with a pod template, delete the "
      "spark.kubernetes.driver.volumes.* keys"},
     {&kMountPathConfDir,
      "",
      "delete this mount: Spark ships the submitter's conf directory by itself, and no setting "
      "turns that off in a driver; a subPath mount of one file may stay"},
     {&kContainerImage,
      "the driver runs the image of spark.kubernetes.driver.container.image or "
      "spark.kubernetes.container.image",
      ""},
     {&kContainerEntrypoint,
      "the image's entrypoint expects `driver` as its first argument: \"Non-spark-on-k8s command "
      "provided, proceeding in pass-through mode...\" and no application runs",
      ""},
     {&kEnvOverridden,
      "",
      "set it by spark.kubernetes.driverEnv.*, or delete it here where it is Spark's own"},
     {&kPodRestartPolicy,
      "driver pods have restartPolicy Never; whatever submitted the application has to submit it "
      "again",
      ""},
     {&kServiceAccount,
      "the driver runs as the service account of the setting",
      "name the account in spark.kubernetes.authenticate.driver.serviceAccountName only"},
     {&kVolumeRestricted,
      "spark-submit fails: pods \"...\" is forbidden: violates PodSecurity \"restricted:latest\": "
      "restricted volume types",
      ""},
     {&kCheckpointVolumeMissing,
      "the driver writes offsets, commits and metadata into its own container: they are lost with "
      "the pod, and what executors write elsewhere is never found",
      ""},
     {&kCheckpointVolumeNotShared,
      "the driver writes into a volume of its own: \"Checkpoint RDD has a different number of "
      "partitions from original RDD\"; everything is lost with the pod",
      ""},
     {&kCheckpointHostPath,
      "the driver sees another directory than executors on other nodes, and after a restart "
      "perhaps "
      "than before, unless the nodes themselves share one",
      ""},
     {&kAgentRestart,
      "the pod waits for the agent to end, which it never does: Init:0/N for ever, and the "
      "application never starts",
      ""},
     {&kAgentMissing, "the gate waits for an agent until its own --timeout", ""},
     {&kAgentGateImage,
      "the inventory tells of Python packages and jars that the driver does not have",
      "write the image of spark.kubernetes.driver.container.image"}}};

}  // namespace

Finding told_of_driver(Finding finding) {
  finding.message = "in the driver's pod, " + finding.message;
  const auto words = std::find_if(kWords.begin(), kWords.end(), [&](const Words& each) {
    return each.row->code == finding.code;
  });
  if (words == kWords.end()) return finding;
  // What a rule said about this very case stays.
  if (!words->effect.empty() && finding.effect == words->row->effect)
    finding.effect = words->effect;
  if (!words->fix.empty() && finding.fix == words->row->fix) finding.fix = words->fix;
  return finding;
}

}  // namespace sparkwarden::probes::config
