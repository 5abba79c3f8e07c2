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

/// The deepest of `volumes` that is mounted above `path`.
const NativeVolume* holding(const std::vector<NativeVolume>& volumes, std::string_view path) {
  const NativeVolume* deepest = nullptr;
  for (const NativeVolume& volume : volumes) {
    if (volume.mount_path.text.empty() || !is_below(path, volume.mount_path.text)) continue;
    const auto depth = [](const NativeVolume& each) {
      return canonical(each.mount_path.text).size();
    };
    if (deepest == nullptr || depth(volume) > depth(*deepest)) deepest = &volume;
  }
  return deepest;
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
                      std::string_view volume,
                      Location mounted_at) {
  const DefaultFsSetting setting = default_fs_setting(deployment);
  const std::string fs = shown_text(setting.value.text);
  Finding finding =
      found_at_setting(kCheckpointDefaultFs,
                       deployment,
                       checkpoint,
                       shown_text(checkpoint.path) + " has no scheme and is looked up on " + fs +
                           ", not on volume \"" + shown_text(volume) + "\" mounted there");
  finding.related.push_back({locate(setting.path, setting.value.at), "fs.defaultFS is set here"});
  finding.related.push_back({std::move(mounted_at), "the volume is mounted here"});
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
  const std::vector<NativeVolume> all = deployment.native();
  const NativeVolume* native = holding(all, checkpoint.path);
  const DefaultFs fs = checkpoint.has_scheme ? DefaultFs::local : default_fs(deployment);
  if (fs == DefaultFs::remote && mount != nullptr) {
    const Location at = locate(deployment.pod_template->path, mount->path.at);
    return {on_default_fs(deployment, checkpoint, mount->volume.text, at)};
  }
  if (fs == DefaultFs::remote && native != nullptr) {
    const Location at = locate(deployment.defaults->path, native->mount_path.at);
    return {on_default_fs(deployment, checkpoint, native->name, at)};
  }
  if (fs != DefaultFs::local || native != nullptr || deployment.pod() == nullptr) return {};
  if (mount == nullptr) return {not_mounted(deployment, checkpoint)};
  return volume_findings(deployment, checkpoint, *mount);
}

/// What lies behind a volume, as far as two can be compared: an export or a claim.
struct Source {
  std::string text = {};  // empty: not comparable
  Location location = {};
};

Source source_of(const Deployment& deployment, const NativeVolume& volume) {
  const auto option = [&](std::string_view name) {
    const Property* property = volume.option(name);
    return property == nullptr ? std::string() : property->value.text;
  };
  Source source{.location = locate(deployment.defaults->path, volume.mount_path.at)};
  const std::string below = option("mount.subPath");
  if (volume.type == "nfs") {
    source.text = option("options.server") + ":" + canonical(option("options.path") + "/" + below);
  } else if (volume.type == "persistentVolumeClaim" && option("options.claimName") != "OnDemand") {
    source.text = "claim " + option("options.claimName") + (below.empty() ? "" : "/" + below);
  }
  return source;
}

Source source_of(const Deployment& deployment, const TemplateMount& mount) {
  const TemplateVolume* volume = deployment.pod()->volume(mount.volume.text);
  Source source{.location = locate(deployment.pod_template->path, mount.path.at)};
  if (volume == nullptr || mount.sub_path_expr) return source;
  if (volume->nfs) {
    source.text =
        volume->nfs->server.text + ":" + canonical(volume->nfs->path.text + "/" + mount.sub_path);
  } else if (volume->kind == "persistentVolumeClaim") {
    source.text =
        "claim " + volume->source.text + (mount.sub_path.empty() ? "" : "/" + mount.sub_path);
  }
  return source;
}

/// What executors have at `path`: of the template, else by property.
Source executors_source(const Deployment& deployment, std::string_view path) {
  const TemplateContainer* spark = deployment.spark();
  const TemplateMount* mount = spark == nullptr ? nullptr : mount_holding(*spark, path);
  if (mount != nullptr) return source_of(deployment, *mount);
  const std::vector<NativeVolume> native = deployment.native();
  const NativeVolume* volume = holding(native, path);
  return volume == nullptr ? Source{} : source_of(deployment, *volume);
}

}  // namespace

std::vector<Finding> checkpoint_differs(const Deployment& deployment) {
  if (!deployment.defaults) return {};
  const Property* mode = deployment.setting("spark.submit.deployMode");
  if (mode != nullptr && mode->value.text == "client") return {};
  const auto driver = native_volumes(deployment.defaults->content, kDriverVolumes);
  std::vector<Finding> findings;
  for (const CheckpointPath& checkpoint : checkpoint_paths(deployment)) {
    const NativeVolume* volume = holding(driver, checkpoint.path);
    if (volume == nullptr) continue;
    const Source ours = source_of(deployment, *volume);
    const Source theirs = executors_source(deployment, checkpoint.path);
    if (ours.text.empty() || theirs.text.empty() || ours.text == theirs.text) continue;
    Finding finding = found_at_setting(kCheckpointDiffers,
                                       deployment,
                                       checkpoint,
                                       "the driver has " + shown_text(ours.text) + " at " +
                                           shown_text(checkpoint.path) + ", executors have " +
                                           shown_text(theirs.text));
    finding.related.push_back({ours.location, "the driver's"});
    finding.related.push_back({theirs.location, "the executors'"});
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> checkpoint_volume(const Deployment& deployment) {
  Judgement all;
  for (const CheckpointPath& checkpoint : checkpoint_paths(deployment)) {
    all.add(judge_checkpoint(deployment, checkpoint));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
