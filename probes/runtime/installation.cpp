// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/installation.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/manifest.hpp"
#include "probes/runtime/surroundings.hpp"

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::size_t kReleaseMax = 64 * 1024;
constexpr std::size_t kReasonsMax = 100;  // more tell nobody more, and a manifest has bounds

/// As the wildcard of a class path takes them (OpenJDK,
/// src/java.base/share/native/libjli/wildcard.c).
bool is_jar_name(std::string_view name) {
  const bool jar = name.ends_with(".jar") || name.ends_with(".JAR");
  return jar && name.size() > 4 && name.find(':') == std::string_view::npos;
}

void list_jars(const io::Tree& tree, const std::string& directory, RuntimeManifest& runtime) {
  // No manifest holds more, and Spark has three hundred.
  const auto entries = tree.list(directory, kManifestListMax);
  if (!entries) return runtime.incomplete.push_back(told(entries.error()));
  for (const io::DirectoryEntry& entry : *entries) {
    if (!is_jar_name(entry.name)) continue;
    const std::string path = directory + "/" + entry.name;
    const auto status = tree.status(path);
    if (status) {
      // Java takes a directory for one of classes.
      if (status->kind != io::EntryKind::file) continue;
      runtime.jars.push_back({.name = entry.name, .bytes = status->bytes});
      continue;
    }
    if (runtime.incomplete.size() >= kReasonsMax) continue;
    // Another container may have the volume that a dangling link leads to.
    const auto target = tree.link_target(path);
    const bool dangling = target && status.error().trouble == io::FileTrouble::missing;
    runtime.incomplete.push_back(dangling ? path + ": a link to " + *target + ", which is not there"
                                          : told(status.error()));
  }
}

/// Of the jars of `artefact`, or of those that begin with it where it ends in `_`: nullopt where
/// there is none, empty where they do not agree.
std::optional<std::string> version_of(const RuntimeManifest& runtime, std::string_view artefact) {
  std::optional<std::string> version;
  for (const Jar& jar : runtime.jars) {
    if (!jar.name.starts_with(artefact)) continue;
    JarName name = split_jar_name(jar.name);
    if (!artefact.ends_with('_') && name.artefact != artefact) continue;
    // `spark-core_2.13-4.0.1-tests.jar` is another artefact.
    if (artefact.ends_with('_') && name.artefact.find('-', artefact.size()) != std::string::npos) {
      continue;
    }
    if (version && *version != name.version) return std::string();
    version = std::move(name.version);
  }
  return version;
}

}  // namespace

ReleaseFile parse_release(std::string_view text) {
  constexpr std::string_view kSpark = "Spark ";
  constexpr std::string_view kRevision = "(git revision ";
  const std::string_view line = text.substr(0, text.find('\n'));
  if (!line.starts_with(kSpark)) return {};
  ReleaseFile release{.spark = word_at_start(line.substr(kSpark.size()))};
  if (const std::size_t at = line.find(kRevision); at != std::string_view::npos) {
    release.revision = word_at_start(line.substr(at + kRevision.size()));
  }
  return release;
}

void read_installation(const io::Tree& tree,
                       const std::string& spark_home,
                       RuntimeManifest& runtime) {
  runtime.spark_home = spark_home;
  list_jars(tree, spark_home + "/jars", runtime);
  ReleaseFile release;
  if (const auto text = tree.read(spark_home + "/RELEASE", kReleaseMax)) {
    release = parse_release(*text);
  } else if (text.error().trouble != io::FileTrouble::missing) {
    runtime.incomplete.push_back(told(text.error()));
  }
  runtime.spark_build = std::move(release.revision);
  runtime.spark = version_of(runtime, "spark-core_").value_or(release.spark);
  runtime.scala = version_of(runtime, "scala-library").value_or("");
  // RELEASE says which Hadoop Spark was built for, and not which one is there.
  const auto client = version_of(runtime, "hadoop-client-api");
  runtime.hadoop = client ? *client : version_of(runtime, "hadoop-common").value_or("");
}

}  // namespace sparkwarden::probes::runtime
