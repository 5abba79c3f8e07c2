// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/scan.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/compare.hpp"

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::size_t kJarsMax = 20'000;
constexpr std::size_t kReleaseMax = 64 * 1024;
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view kDebianJvms = "/usr/lib/jvm";

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

/// What stands between `before` and `after`; empty where `before` is not there.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + before.size());
  const std::size_t end = rest.find(after);
  if (end == std::string_view::npos || end > 128) return {};
  return std::string(rest.substr(0, end));
}

class Scan {
 public:
  Scan(const io::Tree& tree, const io::Place& place) : tree_(tree), place_(place) {}

  RuntimeManifest run(const std::string& spark_home) {
    find_spark(spark_home);
    if (!found_.spark_home.empty()) {
      list_jars();
      read_release();
    }
    find_java();
    found_.complete = found_.incomplete.empty();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string variable(const std::string& name) const {
    const auto found = place_.environment.find(name);
    return found == place_.environment.end() ? std::string() : found->second;
  }

  void miss(const io::FileError& error) {
    found_.incomplete.push_back(error.path + ": " + error.detail);
  }

  [[nodiscard]] bool is_directory(const std::string& path) {
    const auto status = tree_.status(path);
    if (!status && status.error().trouble != io::FileTrouble::missing) miss(status.error());
    return status && status->kind == io::EntryKind::directory;
  }

  void find_spark(const std::string& spark_home) {
    for (const std::string& home : {variable("SPARK_HOME"), spark_home}) {
      if (home.starts_with('/') && is_directory(home + "/jars")) {
        found_.spark_home = home;
        return;
      }
    }
  }

  void list_jars() {
    const std::string directory = found_.spark_home + "/jars";
    const auto entries = tree_.list(directory, kJarsMax);
    if (!entries) return miss(entries.error());
    for (const io::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".jar")) continue;
      const auto status = tree_.status(directory + "/" + entry.name);
      if (!status) {
        miss(status.error());
        continue;
      }
      found_.jars.push_back({.name = entry.name, .bytes = status->bytes});
    }
    found_.spark = version_of("spark-core_");
    found_.scala = version_of("scala-library");
    found_.hadoop = version_of("hadoop-client-api");
    if (found_.hadoop.empty()) found_.hadoop = version_of("hadoop-common");
  }

  /// Of the first jar whose artefact is `artefact`, or begins with it where it ends in `_`.
  [[nodiscard]] std::string version_of(std::string_view artefact) const {
    for (const Jar& jar : found_.jars) {
      JarName name = split_jar_name(jar.name);
      const bool with_scala = artefact.ends_with('_') && name.artefact.starts_with(artefact);
      if (with_scala || name.artefact == artefact) return std::move(name.version);
    }
    return {};
  }

  /// Spark 4.0.1 (git revision 29434ea766b) built for Hadoop 3.4.1
  void read_release() {
    const auto text = tree_.read(found_.spark_home + "/RELEASE", kReleaseMax);
    if (!text) {
      if (text.error().trouble != io::FileTrouble::missing) miss(text.error());
      return;
    }
    found_.spark_build = between(*text, "git revision ", ")");
    if (found_.spark.empty()) found_.spark = between(*text, "Spark ", " ");
    if (found_.hadoop.empty()) found_.hadoop = between(*text, "built for Hadoop ", "\n");
  }

  [[nodiscard]] std::string java_version(const std::string& home) const {
    const auto text = tree_.read(home + "/release", kReleaseMax);
    return text ? between(*text, "JAVA_VERSION=\"", "\"") : std::string();
  }

  /// JAVA_HOME, then the java that the PATH leads to, then the one of Debian's directory.
  void find_java() {
    if (const std::string home = variable("JAVA_HOME"); home.starts_with('/')) {
      found_.java = java_version(home);
      if (!found_.java.empty()) return;
    }
    const std::string path =
        variable("PATH").empty() ? std::string(kDefaultPath) : variable("PATH");
    std::string_view rest = path;
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      const std::string directory(rest.substr(0, colon));
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
      const auto java = tree_.real_path(directory + "/java");
      if (!directory.starts_with('/') || !java) continue;
      const std::string bin = directory_of(*java);
      for (const std::string& home : {directory_of(bin), directory_of(directory_of(bin))}) {
        found_.java = java_version(home);
        if (!found_.java.empty()) return;
      }
    }
    const auto jvms = tree_.list(std::string(kDebianJvms), 256);
    if (!jvms) return;
    for (const io::DirectoryEntry& jvm : *jvms) {
      found_.java = java_version(std::string(kDebianJvms) + "/" + jvm.name);
      if (!found_.java.empty()) return;
    }
  }

  const io::Tree& tree_;
  const io::Place& place_;
  RuntimeManifest found_;
};

}  // namespace

RuntimeManifest scan(const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
  return Scan(tree, place).run(request.spark_home);
}

int run_child() {
  return io::run_scan_child(
      [](const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
        return Manifest{.runtime =
                            std::make_shared<const RuntimeManifest>(scan(tree, place, request))};
      });
}

}  // namespace sparkwarden::probes::runtime
