// SPDX-License-Identifier: Apache-2.0
#include "probes/config/hadoop_refusal.hpp"

#include <algorithm>
#include <array>

#include "agent/core/shown_value.hpp"

namespace sparkwarden::probes::config {
namespace {

struct HadoopFile {
  std::string_view name;
  bool by_place;  // by a URL, not by its name on the class path
  std::string_view stops;
};

constexpr std::array<HadoopFile, 5> kFiles{
    {{"core-site.xml", false, "Spark does not start, neither drivers nor executors"},
     {"hdfs-site.xml", false, "Spark starts, and the first job fails"},
     {"hive-site.xml", true, "the driver makes no SparkSession"},
     {"mapred-site.xml", false, "the driver makes no SparkSession"},
     {"yarn-site.xml", false, "the driver makes no SparkSession"}}};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

const HadoopFile* known(std::string_view path) {
  const auto* file = std::ranges::find(kFiles, base_name(path), &HadoopFile::name);
  return file == kFiles.end() ? nullptr : file;
}

}  // namespace

std::string hadoop_name(std::string_view path) {
  const HadoopFile* file = known(path);
  const bool by_place = file == nullptr || file->by_place;
  return (by_place ? "file:/.../" : "") + shown_text(base_name(path));
}

std::string hadoop_refusal(std::string_view path, std::string_view words) {
  const HadoopFile* file = known(path);
  return "ERROR Configuration: error parsing conf " + hadoop_name(path) +
         "; java.lang.RuntimeException: " + std::string(words) + "; " +
         std::string(file == nullptr ? "whatever reads this file fails" : file->stops);
}

}  // namespace sparkwarden::probes::config
