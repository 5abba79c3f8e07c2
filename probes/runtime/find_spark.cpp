// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/find_spark.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::size_t kListMax = 4096;

class Search {
 public:
  explicit Search(const Surroundings& around) : around_(around) {}

  SparkHome run(const std::string& usual) {
    const std::string named = around_.variable("SPARK_HOME");
    const std::string& home = named.empty() ? usual : named;
    if (home.starts_with('/') && has_jars(home)) {
      found_.path = home;
    } else if (named.empty()) {
      look_for_pyspark();
    }
    if (found_.path.empty() && found_.incomplete.empty()) explain(named, usual);
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool has_jars(const std::string& home) {
    const auto status = around_.tree.status(home + "/jars");
    if (!status && status.error().trouble != io::FileTrouble::missing) {
      found_.incomplete.push_back(told(status.error()));
    }
    return status && status->kind == io::EntryKind::directory;
  }

  /// Below the prefixes of Python installations that the environment names, and those of the
  /// programs on PATH. Which of several is imported is the interpreter's business, and not told
  /// here.
  void look_for_pyspark() {
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) look_below(around_.variable(name));
    for (const std::string& directory : around_.path()) {
      if (directory.ends_with("/bin")) look_below(directory_of(directory));
    }
    if (pysparks_.size() == 1) {
      found_.path = pysparks_.front();
    } else if (pysparks_.size() > 1) {
      found_.incomplete.push_back("more than one pyspark with jars: " + pysparks_[0] + ", " +
                                  pysparks_[1] + "; SPARK_HOME says which one counts");
    }
  }

  void look_below(const std::string& prefix) {
    if (!prefix.starts_with('/')) return;
    const std::string library = (prefix == "/" ? "" : prefix) + "/lib";
    const auto entries = around_.tree.list(library, kListMax);
    if (!entries) return;  // most prefixes have none
    for (const io::DirectoryEntry& entry : *entries) {
      if (!entry.name.starts_with("python3")) continue;
      for (const char* site : {"/site-packages", "/dist-packages"}) {
        add(library + "/" + entry.name + site + "/pyspark");
      }
    }
  }

  /// One place can be reached by several ways: /bin is /usr/bin on most images.
  void add(const std::string& pyspark) {
    const auto status = around_.tree.status(pyspark + "/jars");
    if (!status || status->kind != io::EntryKind::directory) return;
    if (seen_.insert({status->device, status->inode}).second) pysparks_.push_back(pyspark);
  }

  /// No Spark is certain only where a SPARK_HOME is known to lead to none. An image may set one
  /// that is not known here, or get its Spark from a volume that another container has.
  void explain(const std::string& named, const std::string& usual) {
    const std::string home = named.empty() ? usual : named;
    if (!home.starts_with('/')) {
      found_.incomplete.push_back("SPARK_HOME: " + home + " is no absolute path");
    } else if (around_.running) {
      found_.incomplete.push_back(home +
                                  "/jars: not there, although a Spark process runs from here");
    } else if (named.empty()) {
      found_.incomplete.push_back(home + "/jars: not there, and no SPARK_HOME is known");
    }
  }

  const Surroundings& around_;
  SparkHome found_;
  std::vector<std::string> pysparks_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
};

}  // namespace

SparkHome find_spark(const Surroundings& around, const std::string& usual) {
  return Search(around).run(usual);
}

}  // namespace sparkwarden::probes::runtime
