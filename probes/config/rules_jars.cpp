// SPDX-License-Identifier: Apache-2.0
// Rules about jars: one artifact in two versions, and mounts that hide what the image brings.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "probes/config/artifact.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

// A class path of more jars than this is not looked through.
constexpr std::size_t kJarsMax = 2'000;

struct NamedJar {
  Artifact artifact;
  std::string text;  // as it is written
  const Property* property = nullptr;
};

struct JarSetting {
  std::string_view key;
  char separator;
  std::optional<Artifact> (*read)(std::string_view);
};

constexpr std::array<JarSetting, 4> kSettings{
    {{"spark.jars.packages", ',', artifact_from_coordinates},
     {"spark.jars", ',', artifact_from_path},
     {"spark.driver.extraClassPath", ':', artifact_from_path},
     {"spark.executor.extraClassPath", ':', artifact_from_path}}};

std::vector<NamedJar> jars_of(const Deployment& deployment) {
  std::vector<NamedJar> jars;
  for (const JarSetting& setting : kSettings) {
    const Property* property = deployment.setting(setting.key);
    if (property == nullptr) continue;
    std::string_view rest = property->value.text;
    while (!rest.empty() && jars.size() < kJarsMax) {
      const std::size_t end = std::min(rest.find(setting.separator), rest.size());
      std::string_view text = rest.substr(0, end);
      while (text.starts_with(' ')) text.remove_prefix(1);
      while (text.ends_with(' ')) text.remove_suffix(1);
      if (auto artifact = setting.read(text); artifact && !has_variable(text)) {
        jars.push_back({std::move(*artifact), std::string(text), property});
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return jars;
}

std::string versions_of(const Artifact& artifact) {
  return artifact.version + (artifact.scala.empty() ? "" : " for Scala " + artifact.scala);
}

/// Two builds of one artifact: another version, or another Scala.
bool clash(const Artifact& a, const Artifact& b) {
  return a.classifier == b.classifier &&
         (a.version != b.version || (a.scala != b.scala && !a.scala.empty() && !b.scala.empty()));
}

}  // namespace

std::vector<Finding> jars_twice(const Deployment& deployment) {
  const std::vector<NamedJar> jars = jars_of(deployment);
  std::map<std::string_view, const NamedJar*> first;
  std::vector<Finding> findings;
  for (const NamedJar& jar : jars) {
    const auto [known, fresh] = first.try_emplace(jar.artifact.name, &jar);
    if (fresh || !clash(known->second->artifact, jar.artifact)) continue;
    Finding finding = found_in_settings(kJarTwice,
                                        deployment,
                                        *jar.property,
                                        shown_text(jar.artifact.name) + " is named as " +
                                            shown_text(versions_of(jar.artifact)) + " and as " +
                                            shown_text(versions_of(known->second->artifact)));
    finding.subject = shown_text(jar.artifact.name);
    finding.related.push_back(span_of(
        deployment, *known->second->property, "as " + shown_text(known->second->text) + " here"));
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> jars_baked_in(const Deployment& deployment) {
  std::map<std::string, Artifact> baked;
  for (const std::string& name : deployment.jars) {
    if (auto artifact = artifact_from_path(name))
      baked.emplace(artifact->name, std::move(*artifact));
  }
  std::vector<Finding> findings;
  for (const NamedJar& jar : jars_of(deployment)) {
    const auto known = baked.find(jar.artifact.name);
    // A class path may well name what lies in the image.
    const bool fetched = jar.property->key.text == "spark.jars.packages";
    if (known == baked.end() || !fetched) continue;
    Finding finding = found_in_settings(kJarBakedIn,
                                        deployment,
                                        *jar.property,
                                        shown_text(jar.text) + " is fetched beside " +
                                            shown_text(versions_of(known->second)) +
                                            " in the image's jars directory");
    finding.subject = shown_text(jar.artifact.name);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> mounts_over_the_image(const SparkPod& built) {
  const TemplateContainer* spark = built.spark();
  if (spark == nullptr) return {};
  constexpr std::array<std::string_view, 10> kSystem{
      "/", "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/proc", "/sys", "/dev"};
  std::vector<Finding> findings;
  for (const TemplateMount& mount : spark->mounts) {
    if (mount.path.text.empty()) continue;
    const std::string path = canonical(mount.path.text);
    const bool system = std::find(kSystem.begin(), kSystem.end(), path) != kSystem.end();
    const bool jars = is_below("/opt/spark/jars", path);
    if (!system && !jars) continue;
    Finding finding = found_in_template(
        system ? kMountHidesSystem : kMountHidesSpark,
        built,
        mount.path,
        "volume " + quoted(mount.volume.text) + " hides what the image has at " + shown_text(path));
    finding.related.push_back(
        {locate(built.template_path(), mount.volume.at), "the volume that is mounted"});
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace sparkwarden::probes::config
