// SPDX-License-Identifier: Apache-2.0
#include "agent/core/compare.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace sparkwarden {
namespace {

using Differences = std::vector<Difference>;

/// Texts that both sides can tell and that are not the same version.
void versions(Differences& out,
              DifferenceKind kind,
              std::string subject,
              const std::string& driver,
              const std::string& executor) {
  if (driver.empty() || executor.empty()) return;
  const VersionPart part = differs_in(driver, executor);
  if (part != VersionPart::none) out.push_back({kind, std::move(subject), driver, executor, part});
}

void words(Differences& out,
           DifferenceKind kind,
           std::string subject,
           const std::string& driver,
           const std::string& executor) {
  if (driver.empty() || executor.empty() || driver == executor) return;
  out.push_back({kind, std::move(subject), driver, executor});
}

/// `version` without the numbers beyond `count`.
std::string_view first_numbers(std::string_view version, std::ptrdiff_t count) {
  std::size_t end = 0;
  for (; count > 0 && end != std::string_view::npos; --count) end = version.find('.', end + 1);
  return version.substr(0, end);
}

/// Some interpreters tell 3.11 only; they are compared as far as both can tell.
VersionPart python_part(std::string_view driver, std::string_view executor) {
  const std::ptrdiff_t told =
      1 + std::min(std::ranges::count(driver, '.'), std::ranges::count(executor, '.'));
  return differs_in(first_numbers(driver, told), first_numbers(executor, told));
}

void interpreter(const PythonManifest& driver, const PythonManifest& executor, Differences& out) {
  using enum DifferenceKind;
  words(out, python_implementation, "python", driver.implementation, executor.implementation);
  words(out, python_machine, "python", driver.machine, executor.machine);
  const bool told = !driver.version.empty() && !executor.version.empty();
  const VersionPart part = told ? python_part(driver.version, executor.version) : VersionPart::none;
  if (part != VersionPart::none) {
    out.push_back({python_version, "python", driver.version, executor.version, part});
  }
  // Another minor version or implementation is another ABI: once is enough.
  const bool same_line = part != VersionPart::major && part != VersionPart::minor &&
                         driver.implementation == executor.implementation;
  if (same_line) words(out, python_abi, "python", driver.abi, executor.abi);
}

void pyspark(const PythonManifest& driver, const PythonManifest& executor, Differences& out) {
  using enum DifferenceKind;
  if (!driver.pyspark) return;
  if (executor.pyspark) {
    const PySpark& here = *executor.pyspark;
    versions(out, pyspark_version, "pyspark", driver.pyspark->version, here.version);
    versions(out, pyspark_py4j, "py4j", driver.pyspark->py4j, here.py4j);
    versions(
        out, pyspark_cloudpickle, "cloudpickle", driver.pyspark->cloudpickle, here.cloudpickle);
  } else if (executor.complete) {
    out.push_back({pyspark_missing, "pyspark", driver.pyspark->version, ""});
  }
}

using Source = std::pair<std::string, std::string>;

/// Where two installations of one version part, as far as both can tell; empty: nowhere.
Source sources(const Distribution& driver, const Distribution& executor) {
  const DirectUrl left = driver.direct_url.value_or(DirectUrl{});
  const DirectUrl right = executor.direct_url.value_or(DirectUrl{});
  const auto apart = [](const std::string& one, const std::string& other) {
    return !one.empty() && !other.empty() && one != other;
  };
  if (left.editable != right.editable) {
    return {left.editable ? "editable" : "not editable",
            right.editable ? "editable" : "not editable"};
  }
  if (apart(left.commit, right.commit)) {
    return {"commit " + left.commit, "commit " + right.commit};
  }
  if (apart(left.hash, right.hash)) return {"archive " + left.hash, "archive " + right.hash};
  if (apart(driver.record_sha256, executor.record_sha256)) {
    return {"RECORD sha256 " + driver.record_sha256, "RECORD sha256 " + executor.record_sha256};
  }
  return {};
}

/// The first of each name, as import has it.
std::map<std::string_view, const Distribution*> by_name(const PythonManifest& python) {
  std::map<std::string_view, const Distribution*> all;
  for (const Distribution& one : python.distributions) all.emplace(one.name, &one);
  return all;
}

/// What an incomplete inventory does not list may be there all the same: that is not told here.
void packages(const PythonManifest& driver, const PythonManifest& executor, Differences& out) {
  using enum DifferenceKind;
  const auto theirs = by_name(driver);
  const auto ours = by_name(executor);
  for (const auto& [name, one] : theirs) {
    const auto found = ours.find(name);
    if (found == ours.end()) {
      if (executor.complete) out.push_back({package_missing, one->name, one->version, ""});
      continue;
    }
    const std::size_t before = out.size();
    versions(out, package_version, one->name, one->version, found->second->version);
    const Source source = sources(*one, *found->second);
    if (out.size() == before && !source.first.empty()) {
      out.push_back({package_content, one->name, source.first, source.second});
    }
  }
  for (const auto& [name, one] : ours) {
    if (driver.complete && !theirs.contains(name)) {
      out.push_back({package_extra, one->name, "", one->version});
    }
  }
}

void pythons(const PythonManifest& driver, const PythonManifest& executor, Differences& out) {
  if (driver.executable.empty()) return;
  if (executor.executable.empty()) {
    if (executor.complete) {
      out.push_back({DifferenceKind::python_missing, "python", driver.version, ""});
    }
    return;
  }
  interpreter(driver, executor, out);
  pyspark(driver, executor, out);
  packages(driver, executor, out);
}

/// The jars that only one side has by name: artefact -> versions, in order.
struct LoneJars {
  std::vector<std::string> names;
  std::vector<std::string> versions;
};
using ByArtefact = std::map<std::string, LoneJars>;
using BySize = std::map<std::string_view, std::uint64_t>;

BySize by_size(const RuntimeManifest& runtime) {
  BySize all;
  for (const Jar& jar : runtime.jars) all.emplace(jar.name, jar.bytes);
  return all;
}

ByArtefact only_in(const BySize& one, const BySize& other) {
  ByArtefact all;
  for (const auto& [name, bytes] : one) {
    if (other.contains(name)) continue;
    JarName split = split_jar_name(name);
    LoneJars& jars = all[split.artefact];
    jars.names.emplace_back(name);
    jars.versions.push_back(std::move(split.version));
  }
  return all;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

void jars(const RuntimeManifest& driver, const RuntimeManifest& executor, Differences& out) {
  using enum DifferenceKind;
  if (driver.jars.empty() || executor.jars.empty()) return;  // no $SPARK_HOME/jars was found
  const BySize theirs = by_size(driver);
  const BySize ours = by_size(executor);
  for (const auto& [name, bytes] : theirs) {
    const auto found = ours.find(name);
    if (found == ours.end() || found->second == bytes) continue;
    out.push_back({jar_content,
                   std::string(name),
                   std::to_string(bytes) + " bytes",
                   std::to_string(found->second) + " bytes"});
  }
  const ByArtefact missing = only_in(theirs, ours);
  const ByArtefact extra = only_in(ours, theirs);
  for (const auto& [artefact, jars] : missing) {
    if (const auto other = extra.find(artefact); other != extra.end()) {
      const std::string left = joined(jars.versions);
      const std::string right = joined(other->second.versions);
      out.push_back({jar_version, artefact, left, right, differs_in(left, right)});
    } else if (executor.complete) {
      for (const std::string& name : jars.names) out.push_back({jar_missing, name, name, ""});
    }
  }
  for (const auto& [artefact, jars] : extra) {
    if (missing.contains(artefact) || !driver.complete) continue;
    for (const std::string& name : jars.names) out.push_back({jar_extra, name, "", name});
  }
}

void runtimes(const RuntimeManifest& driver, const RuntimeManifest& executor, Differences& out) {
  using enum DifferenceKind;
  versions(out, spark_version, "spark", driver.spark, executor.spark);
  words(out, spark_build, "spark", driver.spark_build, executor.spark_build);
  versions(out, scala_version, "scala", driver.scala, executor.scala);
  versions(out, hadoop_version, "hadoop", driver.hadoop, executor.hadoop);
  versions(out, java_version, "java", driver.java, executor.java);
  jars(driver, executor, out);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `m3`, `jre`, `SNAPSHOT`: part of a version, where `linux` and `core` are classifiers.
bool is_qualifier(std::string_view word) {
  static constexpr std::array<std::string_view, 15> kQualifiers{"alpha",
                                                                "android",
                                                                "b",
                                                                "beta",
                                                                "cr",
                                                                "final",
                                                                "ga",
                                                                "incubating",
                                                                "jre",
                                                                "m",
                                                                "preview",
                                                                "rc",
                                                                "snapshot",
                                                                "sp",
                                                                "v"};
  std::string letters;
  for (const char c : word) {
    if (is_digit(c) || c == '.') break;
    letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const bool rest_is_numbers =
      word.substr(letters.size()).find_first_not_of("0123456789.") == std::string_view::npos;
  return rest_is_numbers && std::ranges::find(kQualifiers, letters) != kQualifiers.end();
}

struct Words {
  std::vector<std::string_view> all;
  [[nodiscard]] std::string join(std::size_t begin, std::size_t end) const {
    std::string text;
    for (std::size_t i = begin; i < end; ++i) {
      text += (i == begin ? "" : "-") + std::string(all[i]);
    }
    return text;
  }
};

Words split_words(std::string_view text) {
  Words words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    words.all.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

JarName split_jar_name(std::string_view file_name) {
  if (file_name.ends_with(".jar")) file_name.remove_suffix(4);
  const Words words = split_words(file_name);
  const std::size_t count = words.all.size();
  // The last word with numbers and a dot; `hadoop-aws-3.3.4-amzn-1` ends with more of its version.
  std::size_t version = 0;
  for (const bool dotted : {true, false}) {
    for (std::size_t i = count - 1; i > 0 && version == 0; --i) {
      const std::string_view word = words.all[i];
      const bool fits = !dotted || word.find('.') != std::string_view::npos;
      if (!word.empty() && is_digit(word.front()) && fits) version = i;
    }
  }
  if (version == 0) return {.artefact = std::string(file_name), .version = {}};
  std::size_t end = version + 1;
  for (std::size_t i = end; i < count; ++i) {
    const bool number = !words.all[i].empty() && is_digit(words.all[i].front());
    if (number || is_qualifier(words.all[i])) end = i + 1;
  }
  const std::string classifier = words.join(end, count);
  return {.artefact = words.join(0, version) + (classifier.empty() ? "" : "-" + classifier),
          .version = words.join(version, end)};
}

std::vector<Difference> compare(const Manifest& driver, const Manifest& executor) {
  Differences all;
  if (driver.python != nullptr && executor.python != nullptr) {
    pythons(*driver.python, *executor.python, all);
  }
  if (driver.runtime != nullptr && executor.runtime != nullptr) {
    runtimes(*driver.runtime, *executor.runtime, all);
  }
  for (const auto& [file, digest] : driver.config) {
    const auto here = executor.config.find(file);
    if (here != executor.config.end()) {
      words(all, DifferenceKind::config_file, file, digest, here->second);
    }
  }
  std::ranges::stable_sort(
      all, {}, [](const Difference& one) { return std::tie(one.kind, one.subject); });
  return all;
}

}  // namespace sparkwarden
