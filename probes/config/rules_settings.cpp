// SPDX-License-Identifier: Apache-2.0
// Rules about settings beside one another: two places that disagree, keys that the Spark in use
// does not read, times of which one must be below the other, and the address that executors are
// told.
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/image.hpp"
#include "probes/config/in_force.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_keys.hpp"
#include "probes/config/spark_path.hpp"
#include "probes/config/spark_values.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kHadoopPrefix = "spark.hadoop.";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

using Numbers = std::array<int, 3>;

/// 4.1.0 as three numbers; what is not there is `missing`.
Numbers numbers_of(std::string_view version, int missing) {
  Numbers numbers{missing, missing, missing};
  for (int& number : numbers) {
    const auto read = std::from_chars(version.data(), version.data() + version.size(), number);
    version.remove_prefix(static_cast<std::size_t>(read.ptr - version.data()));
    if (version.empty() || version.front() != '.') break;
    version.remove_prefix(1);
  }
  return numbers;
}

struct Release {
  std::string text;
  Numbers numbers;  // 4.1 may be any 4.1.x: its newest
};

/// The Spark in use; nullopt where nothing says it.
std::optional<Release> spark_in_use(const Deployment& deployment) {
  constexpr int kNewest = 1'000'000;
  std::string text = deployment.spark_version;
  if (text.empty()) {
    const Property* image = SparkPod(deployment, Side::executor).image();
    if (image != nullptr) text = spark_version_of(image_from(image->value.text));
  }
  const Numbers numbers = numbers_of(text, kNewest);
  if (numbers[1] == kNewest) return std::nullopt;  // `latest`, or `4`
  return Release{std::move(text), numbers};
}

/// What core-site.xml says, by name. A name that stands once needs no search of the whole file.
std::unordered_map<std::string_view, const HadoopProperty*> hadoop_in_force(const HadoopXml& xml) {
  std::unordered_map<std::string_view, const HadoopProperty*> all;
  std::set<std::string_view> repeated;
  for (const HadoopProperty& property : xml.properties) {
    const HadoopProperty* value = property.value.text.empty() ? nullptr : &property;
    if (!all.try_emplace(property.name.text, value).second) repeated.insert(property.name.text);
  }
  for (const std::string_view name : repeated) all[name] = xml.find(name);
  return all;
}

Finding conflict(const Property& property,
                 const std::string& path,
                 const std::string& shown,
                 const std::string& message) {
  Finding finding = found(kSettingConflict, shown_text(property.key.text), message);
  finding.location = locate(path, property.value.at);
  finding.actual = shown;
  return finding;
}

std::vector<Finding> against_core_site(const Deployment& deployment) {
  if (!deployment.core_site || deployment.core_site->content.problem) return {};
  const auto there = hadoop_in_force(deployment.core_site->content);
  std::vector<Finding> findings;
  for (const Property* each : in_force(deployment.defaults->content)) {
    const Property& property = *each;
    const std::string& key = property.key.text;
    if (!key.starts_with(kHadoopPrefix)) continue;
    const std::string name = key.substr(kHadoopPrefix.size());
    const auto named = there.find(name);
    const HadoopProperty* other = named == there.end() ? nullptr : named->second;
    if (other == nullptr || trimmed(other->value.text) == trimmed(property.value.text)) continue;
    if (has_variable(other->value.text) || has_variable(property.value.text)) continue;
    const std::string ours = shown_value(key, property.value.text);
    const std::string theirs = shown_value(name, other->value.text);
    Finding finding =
        conflict(property,
                 deployment.defaults->path,
                 ours,
                 shown_text(name) + " is " + ours + " here and " + theirs + " in core-site.xml");
    finding.related.push_back(
        {locate(deployment.core_site->path_of(*other), other->value.at), "set to " + theirs});
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> against_others(const Deployment& deployment) {
  if (deployment.others.empty()) return {};
  std::unordered_map<std::string_view, const Property*> counts;
  for (const Property* each : in_force(deployment.defaults->content)) {
    counts.emplace(each->key.text, each);
  }
  std::vector<Finding> findings;
  for (const DefaultsFile& file : deployment.others) {
    for (const Property* each : in_force(file.content)) {
      const Property& property = *each;
      const std::string& key = property.key.text;
      const auto ours = counts.find(key);
      if (ours == counts.end() || ours->second->value.text == property.value.text) continue;
      const std::string shown = shown_value(key, ours->second->value.text);
      Finding finding = conflict(*ours->second,
                                 deployment.defaults->path,
                                 shown,
                                 shown_text(key) + " is " + shown + " here, which counts, and " +
                                     shown_value(key, property.value.text) + " elsewhere");
      finding.severity = Severity::info;  // to override a default is what arguments are for
      finding.effect = "the other place has no effect for this application";
      finding.related.push_back({locate(file.path, property.value.at), "has no effect"});
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> settings_in_conflict(const Deployment& deployment) {
  if (!deployment.defaults) return {};
  Judgement all;
  all.add(against_core_site(deployment));
  all.add(against_others(deployment));
  return std::move(all.findings);
}

std::vector<Finding> keys_of_other_versions(const Deployment& deployment) {
  const auto spark = spark_in_use(deployment);
  if (!deployment.defaults || !spark) return {};
  std::vector<Finding> findings;
  for (const Property& property : deployment.defaults->content.entries) {
    const SparkKey* key = spark_key(property.key.text);
    if (key == nullptr || key->state == KeyState::unused) continue;
    const bool later = !key->since.empty() && numbers_of(key->since, 0) > spark->numbers;
    const bool gone = spark->numbers[0] >= 4 && key->in_3 && !key->in_4;
    if (!later && !gone) continue;
    findings.push_back(found_at(kKeyVersion,
                                deployment.defaults->path,
                                property.key.at,
                                std::string(key->name),
                                std::string(key->name) +
                                    (later ? " is read since Spark " + std::string(key->since)
                                           : " is no longer read by Spark 4") +
                                    ", and the one in use is " + shown_text(spark->text)));
  }
  return findings;
}

std::vector<Finding> heartbeat_and_timeout(const Deployment& deployment) {
  const Property* heartbeat = deployment.setting("spark.executor.heartbeatInterval");
  const Property* timeout = deployment.setting("spark.network.timeout");
  const bool both = heartbeat != nullptr && timeout != nullptr;
  // Where neither is said Spark's own are in force; where one is hidden it may be any.
  if (!both && (heartbeat == timeout || deployment.settings_hidden)) return {};
  // Spark takes the timeout in whole seconds, so 9500ms is 9.
  const auto every = time_from(heartbeat == nullptr ? "10s" : heartbeat->value.text, "ms");
  const auto until = time_from(timeout == nullptr ? "120s" : timeout->value.text, "s");
  if (!every || !until || *until * 1000 > *every) return {};
  const auto shown = [](double milliseconds) {
    return std::to_string(static_cast<long long>(milliseconds)) + "ms";
  };
  Finding finding = found_in_settings(kHeartbeat,
                                      deployment,
                                      heartbeat == nullptr ? *timeout : *heartbeat,
                                      "executors send a heartbeat every " + shown(*every) +
                                          (heartbeat == nullptr ? " by default" : "") +
                                          ", and are given up after " + shown(*until * 1000) +
                                          (timeout == nullptr ? " by default" : ""));
  finding.effect =
      "no SparkContext is made: The value of spark.network.timeout=" + shown(*until * 1000) +
      " must be greater than the value of spark.executor.heartbeatInterval=" + shown(*every) + ".";
  // Arguments that are not seen, or the program, may set the other one.
  if (!both) finding.severity = Severity::warning;
  if (both) finding.related.push_back(span_of(deployment, *timeout, "the timeout is set here"));
  return {std::move(finding)};
}

std::vector<Finding> wildcard_address(const Deployment& deployment) {
  const Property* address = deployment.setting("spark.driver.bindAddress");
  if (address == nullptr) return {};
  const std::string& text = address->value.text;
  if (text != "0.0.0.0" && text != "::" && text != "[::]") return {};
  constexpr std::string_view kUse = "spark.kubernetes.executor.useDriverPodIP";
  const Property* use = deployment.setting(kUse);
  if (use != nullptr && use->value.text == "false") return {};
  const auto spark = spark_in_use(deployment);
  if (spark && spark->numbers < Numbers{4, 3, 0}) return {};
  Finding finding = found_in_settings(
      kDriverWildcard,
      deployment,
      *address,
      "executors of Spark 4.3 are told " + shown_text(text) + " as their driver's address");
  // Whoever runs an older Spark is not concerned, and nothing here says which one it is.
  if (!spark) finding.severity = Severity::info;
  if (use != nullptr) finding.related.push_back(span_of(deployment, *use, "asked for here"));
  return {std::move(finding)};
}

}  // namespace sparkwarden::probes::config
