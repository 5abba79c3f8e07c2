// SPDX-License-Identifier: Apache-2.0
// Rules about the keys of one file of Spark settings, and the values of those that Spark knows.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/in_force.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_keys.hpp"
#include "probes/config/spark_values.hpp"

namespace sparkwarden::probes::config {
namespace {

// A search for the nearest key costs some 20 us; a file of wrong keys gets no more than these.
constexpr std::size_t kSearchesMax = 64;

Finding found_at_key(const Code& row,
                     const DefaultsFile& file,
                     const Property& property,
                     std::string message) {
  Finding finding = found(row, shown_text(property.key.text), std::move(message));
  finding.location = locate(file.path, property.key.at);
  return finding;
}

Finding found_at_value(const Code& row,
                       const DefaultsFile& file,
                       const Property& property,
                       std::string message) {
  Finding finding = found_at_key(row, file, property, std::move(message));
  finding.location = locate(file.path, property.value.at);
  finding.actual = shown_value(property.key.text, property.value.text);
  return finding;
}

Finding misspelt(const DefaultsFile& file, const Property& property, const SparkKey& meant) {
  const std::string key = shown_text(property.key.text);
  const std::string name(meant.name);
  Finding finding =
      found_at_key(kKeyMisspelt, file, property, "Spark has no key " + key + "; it has " + name);
  finding.expected = name;
  finding.actual = key;
  finding.fix = "write " + name;
  return finding;
}

std::string since_words(const SparkKey& key) {
  return key.changed_in.empty() ? "" : " since " + std::string(key.changed_in);
}

Finding old_key(const DefaultsFile& file, const Property& property, const SparkKey& key) {
  const std::string name(key.name);
  const bool unused = key.state == KeyState::unused;
  const std::string what = unused                           ? "is read by no supported Spark"
                           : key.state == KeyState::renamed ? "is an old name"
                                                            : "is deprecated";
  Finding finding = found_at_key(
      unused ? kKeyUnused : kKeyDeprecated, file, property, name + " " + what + since_words(key));
  if (!key.replacement.empty()) {
    finding.expected = std::string(key.replacement);
    finding.fix = "use " + std::string(key.replacement) + " (look up its unit and its default)";
  } else if (!unused) {
    finding.fix = "delete the line once nothing needs it any more";
  }
  return finding;
}

}  // namespace

std::vector<Finding> spark_keys_of(const DefaultsFile& file) {
  std::vector<Finding> findings;
  std::size_t searches = 0;
  for (const Property* entry : in_force(file.content)) {
    const Property& property = *entry;
    const std::string& name = property.key.text;
    if (!name.starts_with("spark.")) continue;
    if (const SparkKey* key = spark_key(name)) {
      if (key->state != KeyState::current) findings.push_back(old_key(file, property, *key));
      continue;
    }
    if (is_free_form(name)) continue;
    const SparkKey* meant = same_letters(name);
    if (meant == nullptr && ++searches <= kSearchesMax) meant = nearest_key(name);
    if (meant != nullptr) {
      findings.push_back(misspelt(file, property, *meant));
    } else if (among_sparks_own(name)) {
      findings.push_back(found_at_key(
          kKeyUnknown, file, property, "no supported Spark has a key " + shown_text(name)));
    }
  }
  return findings;
}

std::vector<Finding> values_of_spark_keys(const DefaultsFile& file) {
  std::vector<Finding> findings;
  for (const Property* entry : in_force(file.content)) {  // what is set again is never read
    const Property& property = *entry;
    const SparkKey* key = spark_key(property.key.text);
    if (key == nullptr) continue;
    const std::string shown = shown_value(property.key.text, property.value.text);
    const auto trouble = value_trouble(*key, property.value.text, shown);
    if (!trouble) continue;
    Finding finding = found_at_value(kValueInvalid,
                                     file,
                                     property,
                                     std::string(key->name) + " takes " + trouble->expected +
                                         ", not " + (shown.empty() ? "nothing" : shown));
    finding.expected = trouble->expected;
    finding.fix = "write " + trouble->expected;
    finding.effect = "Spark 3.5: " + trouble->in_3 + " Spark 4: " + trouble->in_4;
    if (trouble->in_4.empty()) finding.effect = "Spark 3.5: " + trouble->in_3;
    if (trouble->in_3.empty()) finding.effect = "Spark 4: " + trouble->in_4;
    // What one line takes may be all that is in use.
    if (key->in_3 && key->in_4 && (trouble->in_3.empty() || trouble->in_4.empty())) {
      finding.severity = Severity::warning;
      finding.message += trouble->in_4.empty() ? "; Spark 4.3 takes it" : "; Spark 3.5 takes it";
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> driver_heap(const DefaultsFile& file) {
  const Property* memory = file.content.find("spark.driver.memory");
  const SparkKey* key = spark_key("spark.driver.memory");
  if (memory == nullptr || key == nullptr) return {};
  const std::string& text = memory->value.text;
  const std::string shown = shown_text(text);
  // What Spark cannot read either has a finding already.
  if (value_trouble(*key, text, shown)) return {};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string suffix = text.substr(digits);
  const bool heap = suffix.size() == 1 && std::string("kKmMgGtT").find(suffix) != std::string::npos;
  constexpr std::size_t kMega = 7;  // digits of the least heap of a JVM, 2 MiB
  if (heap || digits == 0 || (suffix.empty() && digits >= kMega)) return {};
  Finding finding =
      found_at_value(kDriverHeap, file, *memory, "the driver's JVM is started with -Xmx" + shown);
  finding.effect = suffix.empty()
                       ? "Error occurred during initialization of VM; Too small maximum heap"
                       : "Invalid maximum heap size: -Xmx" + shown;
  finding.effect += "; the driver never starts";
  finding.expected = "a number with one of k, m, g, t";
  return {std::move(finding)};
}

std::vector<Finding> executor_java_options(const DefaultsFile& file) {
  const Property* options = file.content.find("spark.executor.extraJavaOptions");
  if (options == nullptr) return {};
  // As SparkConf.validateSettings looks for them.
  const bool heap = options->value.text.find("-Xmx") != std::string::npos;
  const bool spark = options->value.text.find("-Dspark") != std::string::npos;
  if (!heap && !spark) return {};
  Finding finding = found_at_value(kJavaOptions,
                                   file,
                                   *options,
                                   std::string("the Java options of executors hold ") +
                                       (heap ? "-Xmx" : "-Dspark") + ", which Spark refuses");
  if (!heap) {
    finding.effect =
        "no SparkContext is made: spark.executor.extraJavaOptions is not allowed to set Spark "
        "options";
    finding.fix = "set the Spark option by itself";
  }
  return {std::move(finding)};
}

std::vector<Finding> sizes_without_unit(const DefaultsFile& file) {
  // Sizes that nobody means to be smaller than a page of memory.
  constexpr std::array<std::string_view, 6> kLarge{
      "spark.memory.offHeap.size",
      "spark.driver.maxResultSize",
      "spark.sql.autoBroadcastJoinThreshold",
      "spark.sql.files.maxPartitionBytes",
      "spark.sql.adaptive.advisoryPartitionSizeInBytes",
      "spark.broadcast.blockSize"};
  std::vector<Finding> findings;
  for (const std::string_view name : kLarge) {
    const Property* property = file.content.find(name);
    const SparkKey* key = spark_key(name);
    if (property == nullptr || key == nullptr) continue;
    const std::string& text = property->value.text;
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto bytes = bytes_from(text, key->unit);
    if (!bytes || *bytes <= 0 || *bytes >= 4096) continue;
    findings.push_back(found_at_value(kValueUnit,
                                      file,
                                      *property,
                                      text + " has no unit, and Spark reads it as " + text +
                                          (key->unit == "k" ? " KiB" : " bytes")));
  }
  return findings;
}

}  // namespace sparkwarden::probes::config
