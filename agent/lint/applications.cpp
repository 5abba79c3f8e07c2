// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/applications.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::lint {
namespace {

/// Directories that kustomizations join: each has one representative.
class Joined {
 public:
  void join(const std::string& a, const std::string& b) { parent_[root(a)] = root(b); }

  [[nodiscard]] std::string root(std::string directory) const {
    for (auto up = parent_.find(directory); up != parent_.end() && up->second != directory;
         up = parent_.find(directory)) {
      directory = up->second;
    }
    return directory;
  }

 private:
  std::map<std::string, std::string> parent_;
};

bool lies_below(const std::string& path, const std::string& directory) {
  return directory == "." ? !path.starts_with('/') && !path.starts_with("..")
                          : path.starts_with(directory + "/");
}

class Grouping {
 public:
  explicit Grouping(const std::vector<Source>& sources) : sources_(sources) {
    for (const Source& source : sources) {
      if (source.piece) pieces_.emplace(source.piece->path, &*source.piece);
      for (const Piece& piece : source.manifest.pieces) pieces_.emplace(piece.path, &piece);
      for (const ConfigMap& map : source.manifest.config_maps) maps_[map.name].push_back(&map);
    }
    join_directories();
  }

  std::vector<Application> group() {
    for (const Source& source : sources_) {
      for (const Workload& workload : source.manifest.workloads) of_workload(workload);
    }
    for (const Source& source : sources_) {
      for (const ConfigMap& map : source.manifest.config_maps) of_map(map);
    }
    of_directories();
    return std::move(applications_);
  }

 private:
  void join_directories() {
    std::set<std::string> files;
    for (const Source& source : sources_) files.insert(source.path);
    for (const Source& source : sources_) {
      for (const Kustomization& kustomization : source.manifest.kustomizations) {
        for (const std::string& resource : kustomization.resources) {
          joined_.join(kustomization.directory,
                       files.contains(resource) ? directory_of(resource) : resource);
        }
      }
    }
  }

  /// 0 same file, 1 same directory, 2 joined, 3 one below the other, 4 too far.
  [[nodiscard]] int distance(const std::string& file, const ConfigMap& map) const {
    const std::string here = directory_of(file);
    const std::string there = directory_of(map.file);
    if (file == map.file) return 0;
    if (here == there) return 1;
    if (joined_.root(here) == joined_.root(there)) return 2;
    return lies_below(here, there) || lies_below(there, here) ? 3 : 4;
  }

  [[nodiscard]] const ConfigMap* meant(const Workload& workload, const std::string& name) const {
    const auto named = maps_.find(name);
    if (named == maps_.end()) return nullptr;
    int nearest = 4;
    const ConfigMap* best = nullptr;
    for (const ConfigMap* map : named->second) {
      const bool elsewhere = !map->name_space.empty() && !workload.name_space.empty() &&
                             map->name_space != workload.name_space;
      const int far = distance(workload.file, *map);
      if (elsewhere || far > nearest || far == 4) continue;
      best = far == nearest ? nullptr : map;
      nearest = far;
    }
    return best;
  }

  void add_pieces(const ConfigMap& map, Application& application) {
    for (const DataEntry& entry : map.entries) {
      const auto piece = pieces_.find(entry.path);
      if (piece == pieces_.end()) continue;
      if (std::ranges::find(application.pieces, piece->second) == application.pieces.end()) {
        application.pieces.push_back(piece->second);
      }
      taken_.insert(piece->second);
    }
  }

  void of_workload(const Workload& workload) {
    Application application{.name = workload.file + ": " + workload.kind + " " + workload.name,
                            .workload = &workload};
    for (const ConfigMount& mount : workload.mounts) {
      const ConfigMap* map = meant(workload, mount.config_map);
      if (map == nullptr) continue;
      application.mounted.push_back({&mount, map});
      add_pieces(*map, application);
      used_.insert(map);
    }
    const bool speaks = !workload.arguments.settings.empty() || workload.executors ||
                        workload.driver || !application.pieces.empty();
    if (speaks) applications_.push_back(std::move(application));
  }

  void of_map(const ConfigMap& map) {
    if (used_.contains(&map)) return;
    Application application{.name = map.file + ": ConfigMap " + map.name};
    add_pieces(map, application);
    if (!application.pieces.empty()) applications_.push_back(std::move(application));
  }

  /// One application a directory; where it holds several spark-defaults (one an environment), one
  /// for each of them.
  void of_directories() {
    std::map<std::string, std::vector<const Piece*>> directories;
    for (const Source& source : sources_) {
      if (!source.piece || taken_.contains(&*source.piece)) continue;
      directories[directory_of(source.path)].push_back(&*source.piece);
    }
    for (const auto& [directory, pieces] : directories) {
      std::vector<const Piece*> defaults;
      std::vector<const Piece*> others;
      for (const Piece* piece : pieces) {
        (piece->as<DefaultsFile>() != nullptr ? defaults : others).push_back(piece);
      }
      if (defaults.size() < 2) {
        applications_.push_back({.name = directory, .pieces = pieces});
        continue;
      }
      for (const Piece* one : defaults) {
        Application application{.name = one->path, .pieces = {one}};
        application.pieces.insert(application.pieces.end(), others.begin(), others.end());
        applications_.push_back(std::move(application));
      }
    }
  }

  const std::vector<Source>& sources_;
  Joined joined_;
  std::unordered_map<std::string, const Piece*> pieces_;
  std::map<std::string, std::vector<const ConfigMap*>> maps_;
  std::set<const Piece*> taken_;
  std::set<const ConfigMap*> used_;
  std::vector<Application> applications_;
};

}  // namespace

std::string MountedMap::path_of(std::string_view key) const {
  std::string below(key);
  if (!mount->items.empty()) {
    const auto item = mount->items.find(std::string(key));
    if (item == mount->items.end()) return {};
    below = item->second;
  }
  if (mount->sub_path.empty()) return probes::config::canonical(mount->path + "/" + below);
  return mount->sub_path == below ? probes::config::canonical(mount->path) : std::string();
}

std::vector<Application> applications(const std::vector<Source>& sources) {
  return Grouping(sources).group();
}

}  // namespace sparkwarden::lint
