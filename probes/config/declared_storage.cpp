// SPDX-License-Identifier: Apache-2.0
#include "probes/config/declared_storage.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

// Nobody probes more exports than this.
constexpr std::size_t kVolumesMax = 64;

bool names_checkpoint(std::string_view path) {
  std::string lower(path);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return lower.find("checkpoint") != std::string::npos;
}

/// The mount of the volume that is told to the storage probe: the one that holds a checkpoint
/// location, else the first one with a known path below the volume.
const TemplateMount* mount_to_tell(const TemplateContainer& spark,
                                   std::string_view volume,
                                   const std::vector<const TemplateMount*>& holding) {
  const auto of_volume = [&](const TemplateMount& mount) {
    return mount.volume.text == volume && !mount.sub_path_expr && mount.path.text.starts_with('/');
  };
  for (const TemplateMount* mount : holding) {
    if (of_volume(*mount)) return mount;
  }
  const auto first = std::find_if(spark.mounts.begin(), spark.mounts.end(), of_volume);
  return first == spark.mounts.end() ? nullptr : &*first;
}

NfsVolume told(const std::string& file, const TemplateVolume& volume, const TemplateMount* mount) {
  NfsVolume nfs{.name = volume.name.text,
                .server = volume.nfs->server.text,
                .export_path = canonical(volume.nfs->path.text),
                .mount_path = {},
                .read_only = volume.nfs->read_only,
                .checkpoint = false,
                .declared_at = locate(file, volume.name.at)};
  if (mount == nullptr) return nfs;
  nfs.mount_path = canonical(mount->path.text);
  nfs.read_only = nfs.read_only || mount->read_only;
  if (!mount->sub_path.empty())
    nfs.export_path = canonical(nfs.export_path + "/" + mount->sub_path);
  return nfs;
}

std::vector<const TemplateMount*> mounts_holding_checkpoints(const Deployment& deployment,
                                                             const TemplateContainer& spark) {
  std::vector<const TemplateMount*> mounts;
  for (const CheckpointPath& checkpoint : checkpoint_paths(deployment)) {
    if (const TemplateMount* mount = mount_holding(spark, checkpoint.path)) mounts.push_back(mount);
  }
  return mounts;
}

void mark_checkpoint(std::vector<NfsVolume>& volumes,
                     const std::vector<const TemplateMount*>& holding) {
  bool marked = false;
  for (NfsVolume& volume : volumes) {
    volume.checkpoint =
        std::any_of(holding.begin(), holding.end(), [&](const TemplateMount* mount) {
          return mount->volume.text == volume.name && !volume.mount_path.empty();
        });
    marked = marked || volume.checkpoint;
  }
  const auto by_name = [](const NfsVolume& volume) { return names_checkpoint(volume.mount_path); };
  if (marked || std::count_if(volumes.begin(), volumes.end(), by_name) != 1) return;
  std::find_if(volumes.begin(), volumes.end(), by_name)->checkpoint = true;
}

}  // namespace

DeclaredStorage declared_storage(const Deployment& deployment, std::vector<std::string> sources) {
  DeclaredStorage declared{.volumes = {}, .sources = std::move(sources)};
  if (!deployment.pod_template || !deployment.pod_template->content.problems.empty())
    return declared;
  const PodTemplate& pod = deployment.pod_template->content;
  const Property* wanted = deployment.setting(kContainerNameKey);
  const auto index = spark_container(pod, wanted == nullptr ? "" : wanted->value.text);
  const TemplateContainer spark = index ? pod.containers[*index] : TemplateContainer{};
  const auto holding = mounts_holding_checkpoints(deployment, spark);
  for (const TemplateVolume& volume : pod.volumes) {
    if (declared.volumes.size() == kVolumesMax) break;
    if (!volume.nfs || volume.nfs->server.text.empty()) continue;
    const TemplateMount* mount = mount_to_tell(spark, volume.name.text, holding);
    declared.volumes.push_back(told(deployment.pod_template->path, volume, mount));
  }
  mark_checkpoint(declared.volumes, holding);
  return declared;
}

}  // namespace sparkwarden::probes::config
