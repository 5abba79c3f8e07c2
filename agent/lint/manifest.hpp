// SPDX-License-Identifier: Apache-2.0
// One file of Kubernetes objects: the ConfigMaps and kustomizations that hold configuration, and
// the workloads that use it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/lint/origins.hpp"
#include "agent/lint/piece.hpp"
#include "agent/lint/submit_arguments.hpp"

namespace sparkwarden::lint {

/// `key` of a ConfigMap and the piece behind it, or the file that a generator takes it from.
struct DataEntry {
  std::string key;
  std::string path;
};

struct ConfigMap {
  std::string name;
  std::string name_space;
  std::string file;
  std::vector<DataEntry> entries = {};  // all keys; not each is a piece
};

/// Where a container sees a ConfigMap.
struct ConfigMount {
  std::string config_map;
  std::string path = {};                          // mountPath
  std::string sub_path = {};                      // then `path` is that one file
  std::map<std::string, std::string> items = {};  // key -> path below the mount; empty: every key
  bool guaranteed = true;                         // not optional, and the only source of the volume
};

/// What runs Spark: a container of a workload, or a SparkApplication.
struct Workload {
  std::string kind;
  std::string name;
  std::string name_space;
  std::string file;
  std::vector<ConfigMount> mounts = {};
  SubmitArguments arguments = {};
  std::string conf_dir = "/opt/spark/conf";
  bool reads_defaults = true;                  // else spark.properties, which an operator writes
  bool client_mode = false;                    // the driver runs in this very container
  std::string spark_version = {};              // a SparkApplication says it
  std::optional<TemplateFile> executors = {};  // a SparkApplication says it in place
  std::optional<TemplateFile> driver = {};     // likewise
};

struct Kustomization {
  std::string directory;
  std::vector<std::string> resources = {};  // files and directories, as normalised paths
};

struct Manifest {
  std::vector<ConfigMap> config_maps = {};
  std::vector<Workload> workloads = {};
  std::vector<Kustomization> kustomizations = {};
  std::map<std::string, std::string> pod_security = {};  // enforced level by namespace
  std::vector<Piece> pieces = {};                        // the values of ConfigMaps
  Origins origins = {};                                  // of those pieces
  probes::config::Judgement judgement = {};              // about the manifest itself
  bool templated = false;                                // for Helm or Jinja: nothing was read
};

/// What `text` holds. A file without Spark in it has nothing to say, also when it is malformed.
[[nodiscard]] Manifest read_manifest(const std::string& path, std::string_view text);

/// `path` without `.` and `..` as far as that can be told from it alone.
[[nodiscard]] std::string normal_path(std::string_view path);

/// The directory part; `.` when there is none.
[[nodiscard]] std::string directory_of(std::string_view path);

}  // namespace sparkwarden::lint
