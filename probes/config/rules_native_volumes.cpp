// SPDX-License-Identifier: Apache-2.0
// Rules about spark.kubernetes.{executor,driver}.volumes.*: what Spark needs of each volume, and
// driver settings that client mode never reads. Source: Spark's KubernetesVolumeUtils.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"
#include "probes/config/spark_pod.hpp"

namespace sparkwarden::probes::config {
namespace {

struct VolumeType {
  std::string_view name;
  std::array<std::string_view, 2> needs;  // options; empty where there are none
};

constexpr std::array<VolumeType, 4> kTypes{{{"nfs", {"options.path", "options.server"}},
                                            {"persistentVolumeClaim", {"options.claimName", ""}},
                                            {"hostPath", {"options.path", ""}},
                                            {"emptyDir", {"", ""}}}};

constexpr std::array<std::string_view, 9> kOptions{"mount.path",
                                                   "mount.subPath",
                                                   "mount.readOnly",
                                                   "options.path",
                                                   "options.server",
                                                   "options.claimName",
                                                   "options.storageClass",
                                                   "options.sizeLimit",
                                                   "options.medium"};

bool same_but_for_case(std::string_view a, std::string_view b) {
  return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

/// One side's volumes, with what a finding about them needs.
struct Volumes {
  const DefaultsFile& file;
  std::string_view prefix;
  bool hidden = false;  // more may be set than is seen

  [[nodiscard]] Finding finding(const Code& row,
                                const NativeVolume& volume,
                                Place at,
                                std::string message) const {
    Finding finding =
        found(row,
              std::string(prefix) + shown_text(volume.type) + "." + shown_text(volume.name),
              std::move(message));
    finding.location = locate(file.path, at);
    return finding;
  }
};

std::vector<Finding> unsupported(const Volumes& side, const NativeVolume& volume) {
  const std::string type = shown_text(volume.type);
  Finding finding = side.finding(
      kVolumeType, volume, volume.first_key.at, "Spark has no volumes of type " + type);
  finding.effect =
      "java.lang.IllegalArgumentException: Kubernetes Volume type `" + type + "` is not supported";
  for (const VolumeType& known : kTypes) {
    if (same_but_for_case(volume.type, known.name)) {
      finding.fix = "write " + std::string(known.name);
    }
  }
  return {std::move(finding)};
}

std::vector<Finding> what_is_missing(const Volumes& side,
                                     const NativeVolume& volume,
                                     const VolumeType& type) {
  std::vector<Finding> findings;
  const std::string own = volume.type + "." + volume.name + ".";
  const auto report = [&](std::string_view option, const std::string& words) {
    Finding finding =
        side.finding(kVolumeIncomplete,
                     volume,
                     volume.first_key.at,
                     "volume " + shown_text(volume.name) + " has no " + std::string(option));
    finding.effect = "java.util.NoSuchElementException: " + shown_text(words);
    finding.fix = "set " + std::string(side.prefix) + shown_text(own) + std::string(option);
    findings.push_back(std::move(finding));
  };
  if (volume.option("mount.path") == nullptr) {
    report("mount.path", "key not found: " + own + "mount.path");
  }
  for (const std::string_view option : type.needs) {
    if (option.empty() || volume.option(option) != nullptr) continue;
    report(option, own + std::string(option) + " is required for " + volume.type);
  }
  return findings;
}

std::vector<Finding> wrong_options(const Volumes& side, const NativeVolume& volume) {
  std::vector<Finding> findings;
  for (const Property& option : volume.options) {
    for (const std::string_view known : kOptions) {
      if (!same_but_for_case(option.key.text, known)) continue;
      Finding finding = side.finding(kVolumeOption,
                                     volume,
                                     option.key.at,
                                     shown_text(option.key.text) + " is not " + std::string(known));
      finding.fix = "write " + std::string(known);
      findings.push_back(std::move(finding));
    }
  }
  const Property* read_only = volume.option("mount.readOnly");
  if (read_only == nullptr || has_variable(read_only->value.text)) return findings;
  std::string word = read_only->value.text;
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  if (word == "true" || word == "false") return findings;
  Finding finding = side.finding(kValueInvalid,
                                 volume,
                                 read_only->value.at,
                                 "mount.readOnly takes true or false, not " + shown_text(word));
  finding.effect =
      "java.lang.IllegalArgumentException: For input string: \"" + shown_text(word) + "\"";
  finding.fix = "write true or false";
  findings.push_back(std::move(finding));
  return findings;
}

/// With a storage class and a size Spark creates the claim, once for each executor.
std::vector<Finding> one_claim_for_all(const Volumes& side, const NativeVolume& volume) {
  const Property* name = volume.option("options.claimName");
  const bool created = volume.option("options.storageClass") != nullptr &&
                       volume.option("options.sizeLimit") != nullptr;
  const Property* instances = side.file.content.find("spark.executor.instances");
  const bool alone = instances != nullptr && instances->value.text == "1";
  if (side.prefix != kExecutorVolumes || name == nullptr || !created || alone) return {};
  const std::string& claim = name->value.text;
  const bool own = claim == "OnDemand" || claim.find("SPARK_EXECUTOR_ID") != std::string::npos;
  if (own || has_variable(claim)) return {};
  Finding finding = side.finding(
      kVolumeClaim, volume, name->value.at, "every executor creates a claim " + shown_text(claim));
  finding.effect = "persistentvolumeclaims \"" + shown_text(claim) +
                   "\" already exists, for each executor after the first";
  return {std::move(finding)};
}

std::vector<Finding> judge_side(const Volumes& side) {
  Judgement all;
  for (const NativeVolume& volume : native_volumes(side.file.content, side.prefix)) {
    const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const VolumeType& each) {
      return each.name == volume.type;
    });
    if (type == kTypes.end()) {
      all.add(unsupported(side, volume));
      continue;
    }
    if (!side.hidden) all.add(what_is_missing(side, volume, *type));
    all.add(wrong_options(side, volume));
    if (volume.type == "persistentVolumeClaim") all.add(one_claim_for_all(side, volume));
  }
  return std::move(all.findings);
}

bool in_client_mode(const Deployment& deployment) {
  const Property* mode = deployment.setting("spark.submit.deployMode");
  return mode != nullptr && mode->value.text == "client";
}

}  // namespace

std::vector<Finding> native_volume_options(const Deployment& deployment) {
  if (!deployment.defaults) return {};
  Judgement all;
  all.add(judge_side({*deployment.defaults, kExecutorVolumes, deployment.settings_hidden}));
  // Nobody reads the driver's in client mode.
  if (!in_client_mode(deployment))
    all.add(judge_side({*deployment.defaults, kDriverVolumes, deployment.settings_hidden}));
  return std::move(all.findings);
}

std::vector<Finding> driver_pod_in_client_mode(const Deployment& deployment) {
  if (!deployment.defaults || !in_client_mode(deployment)) return {};
  std::vector<Finding> findings;
  const auto report = [&](const Text& key, const std::string& subject) {
    Finding finding = found(
        kDriverClientMode, subject, subject + " is set, and spark.submit.deployMode is client");
    finding.location = locate(deployment.defaults->path, key.at);
    const Property& mode = *deployment.setting("spark.submit.deployMode");
    finding.related.push_back(
        {locate(deployment.defaults->path, mode.key.at), "client mode is set here"});
    findings.push_back(std::move(finding));
  };
  if (const Property* file = deployment.setting(names_of(Side::driver).template_file)) {
    report(file->key, file->key.text);
  }
  const auto volumes = native_volumes(deployment.defaults->content, kDriverVolumes);
  if (!volumes.empty()) report(volumes.front().first_key, "spark.kubernetes.driver.volumes");
  return findings;
}

}  // namespace sparkwarden::probes::config
