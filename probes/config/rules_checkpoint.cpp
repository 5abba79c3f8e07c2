// SPDX-License-Identifier: Apache-2.0
// Rules about the volume that holds the checkpoint location, in executors and in the driver.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"
#include "probes/config/spark_pod.hpp"

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

Finding not_mounted(const SparkPod& built, const CheckpointPath& checkpoint) {
  Finding finding = found_at_setting(
      kCheckpointVolumeMissing,
      built.deployment(),
      checkpoint,
      shown_text(checkpoint.path) + " lies on no volume of the Spark container in the template");
  const TemplateContainer* spark = built.spark();
  Location container{.path = built.template_path()};
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

std::vector<Finding> volume_findings(const SparkPod& built,
                                     const CheckpointPath& checkpoint,
                                     const TemplateMount& mount) {
  const TemplateVolume* volume = built.pod()->volume(mount.volume.text);
  if (volume == nullptr) return {};
  const std::string name = "\"" + shown_text(volume->name.text) + "\"";
  const Span mounted{locate(built.template_path(), mount.path.at), "mounted here"};
  const Span declared{locate(built.template_path(), volume->name.at), "declared here"};
  if (private_to_pod(volume->kind)) {
    Finding finding =
        found_at_setting(kCheckpointVolumeNotShared,
                         built.deployment(),
                         checkpoint,
                         "volume " + name + " is of kind " + shown_text(volume->kind));
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  if (mount.read_only || (volume->nfs && volume->nfs->read_only)) {
    Finding finding = found_at_setting(kCheckpointVolumeReadOnly,
                                       built.deployment(),
                                       checkpoint,
                                       "volume " + name + " is mounted with readOnly: true");
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  if (volume->kind == "hostPath") {
    Finding finding = found_at_setting(kCheckpointHostPath,
                                       built.deployment(),
                                       checkpoint,
                                       "volume " + name + " is " + shown_text(volume->source.text) +
                                           " of whatever node a pod runs on");
    finding.related = {mounted, declared};
    return {std::move(finding)};
  }
  return {};
}

/// Where a volume of either kind holds a path.
struct Holding {
  const TemplateMount* mount = nullptr;
  std::optional<NativeVolume> native = {};
};

Holding holding(const SparkPod& built, std::string_view path) {
  const TemplateContainer* spark = built.spark();
  const std::vector<NativeVolume> all = built.native();
  const NativeVolume* native = holding(all, path);
  Holding held{.mount = spark == nullptr ? nullptr : mount_holding(*spark, path)};
  if (native != nullptr) held.native = *native;
  return held;
}

std::vector<Finding> judge_checkpoint(const SparkPod& built, const CheckpointPath& checkpoint) {
  const Deployment& deployment = built.deployment();
  const Holding held = holding(built, checkpoint.path);
  const DefaultFs fs = checkpoint.has_scheme ? DefaultFs::local : default_fs(deployment);
  if (fs == DefaultFs::remote && built.is_driver()) {
    // One line of settings is about both sides, and said once.
    const Holding executors = holding(SparkPod(deployment, Side::executor), checkpoint.path);
    if (executors.mount != nullptr || executors.native) return {};
  }
  if (fs == DefaultFs::remote && held.mount != nullptr) {
    const Location at = locate(built.template_path(), held.mount->path.at);
    return {on_default_fs(deployment, checkpoint, held.mount->volume.text, at)};
  }
  if (fs == DefaultFs::remote && held.native) {
    const Location at = locate(built.settings_path(), held.native->mount_path.at);
    return {on_default_fs(deployment, checkpoint, held.native->name, at)};
  }
  if (fs != DefaultFs::local || held.native || built.pod() == nullptr) return {};
  if (held.mount == nullptr) return {not_mounted(built, checkpoint)};
  return volume_findings(built, checkpoint, *held.mount);
}

/// What lies behind a volume, as far as two can be compared: an export or a claim.
struct Source {
  std::string text = {};  // empty: not comparable
  Location location = {};
};

Source source_of(const SparkPod& built, const NativeVolume& volume) {
  const auto option = [&](std::string_view name) {
    const Property* property = volume.option(name);
    return property == nullptr ? std::string() : property->value.text;
  };
  Source source{.location = locate(built.settings_path(), volume.mount_path.at)};
  const std::string below = option("mount.subPath");
  if (volume.type == "nfs") {
    source.text = option("options.server") + ":" + canonical(option("options.path") + "/" + below);
  } else if (volume.type == "persistentVolumeClaim" && option("options.claimName") != "OnDemand") {
    source.text = "claim " + option("options.claimName") + (below.empty() ? "" : "/" + below);
  }
  return source;
}

Source source_of(const SparkPod& built, const TemplateMount& mount) {
  const TemplateVolume* volume = built.pod()->volume(mount.volume.text);
  Source source{.location = locate(built.template_path(), mount.path.at)};
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

/// What a pod has at `path`: of the template, else by property.
Source source_at(const SparkPod& built, std::string_view path) {
  const Holding held = holding(built, path);
  if (held.mount != nullptr) return source_of(built, *held.mount);
  return held.native ? source_of(built, *held.native) : Source{};
}

}  // namespace

std::vector<Finding> checkpoint_differs(const Deployment& deployment) {
  if (!deployment.defaults) return {};
  const Property* mode = deployment.setting("spark.submit.deployMode");
  if (mode != nullptr && mode->value.text == "client") return {};
  const SparkPod driver(deployment, Side::driver);
  const SparkPod executor(deployment, Side::executor);
  std::vector<Finding> findings;
  for (const CheckpointPath& checkpoint : checkpoint_paths(deployment)) {
    const Source ours = source_at(driver, checkpoint.path);
    const Source theirs = source_at(executor, checkpoint.path);
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

std::vector<Finding> checkpoint_volume(const SparkPod& built) {
  Judgement all;
  for (const CheckpointPath& checkpoint : checkpoint_paths(built.deployment())) {
    all.add(judge_checkpoint(built, checkpoint));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
