// SPDX-License-Identifier: Apache-2.0
// Rules about the volume that holds the checkpoint location in executors.
#include <algorithm>
#include <array>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

/// Kinds of volumes that each pod has for itself. hostPath is not among them: the nodes may share
/// it.
bool private_to_pod(std::string_view kind) {
  constexpr std::array<std::string_view, 5> kKinds{
      "emptyDir", "configMap", "secret", "downwardAPI", "projected"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

bool held_by_native(const Deployment& deployment, std::string_view path) {
  const std::vector<NativeVolume> native = deployment.native();
  return std::any_of(native.begin(), native.end(), [&](const NativeVolume& volume) {
    return is_below(path, volume.mount_path.text);
  });
}

Finding found_at_setting(const Code& row,
                         const Deployment& deployment,
                         const CheckpointPath& checkpoint,
                         std::string message) {
  const std::string key = shown_text(checkpoint.property->key.text);
  Finding finding = found(row, key, std::move(message));
  finding.location = locate(deployment.defaults->path, checkpoint.property->value.at);
  return finding;
}

Finding not_mounted(const Deployment& deployment, const CheckpointPath& checkpoint) {
  Finding finding = found_at_setting(
      kCheckpointVolumeMissing,
      deployment,
      checkpoint,
      shown_text(checkpoint.path) + " lies on no volume of the Spark container in the template");
  const TemplateContainer* spark = deployment.spark();
  Location container{.path = deployment.pod_template->path};
  if (spark != nullptr) container = locate(container.path, spark->name.at);
  finding.related.push_back({std::move(container), "the container that mounts nothing there"});
  return finding;
}

Finding on_default_fs(const Deployment& deployment,
                      const CheckpointPath& checkpoint,
                      const TemplateMount& mount) {
  const DefaultFsSetting setting = default_fs_setting(deployment);
  const std::string fs = shown_text(setting.value.text);
  Finding finding = found_at_setting(
      kCheckpointDefaultFs,
      deployment,
      checkpoint,
      shown_text(checkpoint.path) + " has no scheme and is looked up on " + fs +
          ", not on volume \"" + shown_text(mount.volume.text) + "\" mounted there");
  finding.related.push_back({locate(setting.path, setting.value.at), "fs.defaultFS is set here"});
  finding.related.push_back(
      {locate(deployment.pod_template->path, mount.path.at), "the volume is mounted here"});
  finding.fix = "write file://" + shown_text(checkpoint.path);
  return finding;
}

std::vector<Finding> volume_findings(const Deployment& deployment,
                                     const CheckpointPath& checkpoint,
                                     const TemplateMount& mount) {
  const TemplateVolume* volume = deployment.pod()->volume(mount.volume.text);
  if (volume == nullptr) return {};
  const std::string name = "\"" + shown_text(volume->name.text) + "\"";
  const Span mounted{locate(deployment.pod_template->path, mount.path.at), "mounted here"};
  const Span declared{locate(deployment.pod_template->path, volume->name.at), "declared here"};
  if (private_to_pod(volume->kind)) {
    Finding finding =
        found_at_setting(kCheckpointVolumeNotShared,
                         deployment,
                         checkpoint,
                         "volume " + name + " is of kind " + shown_text(volume->kind));
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  if (mount.read_only || (volume->nfs && volume->nfs->read_only)) {
    Finding finding = found_at_setting(kCheckpointVolumeReadOnly,
                                       deployment,
                                       checkpoint,
                                       "volume " + name + " is mounted with readOnly: true");
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  if (volume->kind == "hostPath") {
    Finding finding = found_at_setting(kCheckpointHostPath,
                                       deployment,
                                       checkpoint,
                                       "volume " + name + " is " + shown_text(volume->source.text) +
                                           " of whatever node a pod runs on");
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  return {};
}

std::vector<Finding> judge_checkpoint(const Deployment& deployment,
                                      const CheckpointPath& checkpoint) {
  const TemplateContainer* spark = deployment.spark();
  const TemplateMount* mount = spark == nullptr ? nullptr : mount_holding(*spark, checkpoint.path);
  const DefaultFs fs = checkpoint.has_scheme ? DefaultFs::local : default_fs(deployment);
  if (fs == DefaultFs::remote && mount != nullptr) {
    return {on_default_fs(deployment, checkpoint, *mount)};
  }
  if (fs != DefaultFs::local || held_by_native(deployment, checkpoint.path)) return {};
  if (mount == nullptr) return {not_mounted(deployment, checkpoint)};
  return volume_findings(deployment, checkpoint, *mount);
}

}  // namespace

std::vector<Finding> checkpoint_volume(const Deployment& deployment) {
  if (deployment.pod() == nullptr) return {};
  Judgement all;
  for (const CheckpointPath& checkpoint : checkpoint_paths(deployment)) {
    all.add(judge_checkpoint(deployment, checkpoint));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
