// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/find_java.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::size_t kReleaseMax = 64 * 1024;
constexpr std::size_t kJvmsMax = 256;
constexpr std::string_view kTemurin = "/opt/java/openjdk";  // the base of Spark's own images
constexpr std::string_view kDebianJvms = "/usr/lib/jvm";
constexpr std::string_view kVersionKey = "JAVA_VERSION=\"";

class Search {
 public:
  explicit Search(const Surroundings& around) : around_(around) {}

  Java run() {
    if (const std::string home = around_.variable("JAVA_HOME"); !home.empty()) {
      take_home(home);
    } else if (around_.knows_environment()) {
      take_first_on_path();
    } else {
      take_what_all_agree_on();
    }
    if (found_.version.empty() && found_.incomplete.empty()) explain();
    return std::move(found_);
  }

 private:
  /// A place that could not be looked into matters only where no other has Java: Spark, which is
  /// the same user, passes it over too.
  void explain() {
    found_.incomplete = std::move(troubles_);
    if (found_.incomplete.empty() && around_.running) {
      found_.incomplete.push_back("java: not found, although a Spark process runs from here");
    }
  }

  [[nodiscard]] bool is_program(const std::string& file) {
    const auto status = around_.tree.status(file);
    if (!status && status.error().trouble != io::FileTrouble::missing) {
      troubles_.push_back(told(status.error()));
    }
    return status && status->kind == io::EntryKind::file && status->executable;
  }

  /// A `release` file lies in the home of a JDK or of a JRE that stands by itself; the JRE inside a
  /// JDK 8 has it one directory up.
  [[nodiscard]] std::string version_in(const std::string& home) const {
    for (const std::string& directory : {home, directory_of(home)}) {
      const auto text = around_.tree.read(directory + "/release", kReleaseMax);
      if (!text) continue;
      const std::size_t key = text->find(kVersionKey);
      if (key == std::string::npos) continue;
      const std::string_view value = std::string_view(*text).substr(key + kVersionKey.size());
      std::string version = word_at_start(value);
      if (!version.empty() && value.substr(version.size()).starts_with('"')) return version;
    }
    return {};
  }

  /// Java is there; its version may be somebody's secret all the same.
  void take_version(const std::string& program, const std::string& home) {
    found_.version = version_in(home);
    if (const auto real = around_.tree.real_path(program); real && found_.version.empty()) {
      found_.version = version_in(directory_of(directory_of(*real)));  // JAVA_HOME=/usr
    }
    if (found_.version.empty()) {
      found_.incomplete.push_back(program + ": no file `release` beside it tells its version");
    }
  }

  void take_home(const std::string& home) {
    const std::string program = home + "/bin/java";
    if (!home.starts_with('/')) {
      found_.incomplete.push_back("JAVA_HOME: " + home + " is no absolute path");
    } else if (is_program(program)) {
      take_version(program, home);
    }
  }

  void take_first_on_path() {
    for (const std::string& directory : around_.path()) {
      const std::string program = directory + "/java";
      if (!is_program(program)) continue;
      return take_version(program, directory_of(directory));
    }
  }

  void take_what_all_agree_on() {
    std::vector<std::string> homes{std::string(kTemurin)};
    for (const std::string& directory : around_.path()) {
      if (const auto real = around_.tree.real_path(directory + "/java")) {
        homes.push_back(directory_of(directory_of(*real)));
      }
    }
    if (const auto jvms = around_.tree.list(std::string(kDebianJvms), kJvmsMax)) {
      for (const io::DirectoryEntry& jvm : *jvms) {
        homes.push_back(std::string(kDebianJvms) + "/" + jvm.name);
      }
    }
    std::vector<std::string> versions;
    for (const std::string& home : homes) {
      std::string version = version_in(home);
      if (!version.empty()) versions.push_back(std::move(version));
    }
    std::ranges::sort(versions);
    versions.erase(std::ranges::unique(versions).begin(), versions.end());
    if (versions.size() == 1) {
      found_.version = versions.front();
    } else {
      found_.incomplete.push_back(
          versions.empty() ? "java: not in the usual places, and the JAVA_HOME and PATH of its "
                             "image are not known"
                           : "java: " + versions[0] + " and " + versions[1] +
                                 " are there, and nothing says which of them Spark would start");
    }
  }

  const Surroundings& around_;
  Java found_;
  std::vector<std::string> troubles_;
};

}  // namespace

Java find_java(const Surroundings& around) {
  return Search(around).run();
}

}  // namespace sparkwarden::probes::runtime
