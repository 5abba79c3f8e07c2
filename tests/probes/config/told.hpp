// SPDX-License-Identifier: Apache-2.0
// Findings in one line each, and a deployment made of texts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/config/deployment.hpp"
#include "probes/config/rules.hpp"
#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {

inline constexpr const char* kDefaultsAt = "/opt/spark/conf/spark-defaults.conf";
inline constexpr const char* kTemplateAt = "/opt/spark/conf/executor-pod-template.yaml";
inline constexpr const char* kDriverTemplateAt = "/opt/submit/driver-pod-template.yaml";
inline constexpr const char* kCoreSiteAt = "/opt/spark/conf/core-site.xml";

/// A finding apart from its prose; `at` is the file's short name, line and column.
struct Told {
  std::string code;
  std::string severity;
  std::string subject;
  std::string at = {};

  bool operator==(const Told&) const = default;
};

inline void PrintTo(const Told& told, std::ostream* out) {
  *out << "{\"" << told.code << "\", \"" << told.severity << "\", \"" << told.subject << "\", \""
       << told.at << "\"}";
}

inline Told told(const Finding& finding) {
  Told told{finding.code, std::string(to_string(finding.severity)), finding.subject};
  if (!finding.location) return told;
  const std::string& path = finding.location->path;
  told.at = path.substr(path.rfind('/') + 1);
  if (finding.location->line > 0) {
    told.at += ":" + std::to_string(finding.location->line) + ":" +
               std::to_string(finding.location->column);
  }
  return told;
}

inline std::vector<Told> told(const std::vector<Finding>& findings) {
  std::vector<Told> all;
  for (const Finding& finding : findings) all.push_back(told(finding));
  return all;
}

inline DefaultsFile defaults_of(const std::string& text) {
  return {kDefaultsAt, parse_properties(text)};
}

/// What a driver's directory holds; the templates are in use where there are some.
struct Texts {
  std::string defaults = {};
  std::string pod_template = {};
  std::string core_site = {};
  std::string driver_template = {};
};

inline Deployment deployment_of(const Texts& texts) {
  Deployment deployment{.defaults = defaults_of(texts.defaults)};
  if (!texts.core_site.empty()) {
    deployment.core_site.emplace();
    deployment.core_site->path = kCoreSiteAt;
    deployment.core_site->content = parse_hadoop_xml(texts.core_site);
  }
  if (!texts.pod_template.empty()) {
    deployment.pod_template = TemplateFile{kTemplateAt, parse_pod_template(texts.pod_template)};
    deployment.template_in_use = true;
  }
  if (!texts.driver_template.empty()) {
    deployment.driver_template =
        TemplateFile{kDriverTemplateAt, parse_pod_template(texts.driver_template)};
  }
  return deployment;
}

/// Everything that the rules say about the files of one directory.
inline std::vector<Finding> all_findings(const Deployment& deployment) {
  Judgement all;
  if (deployment.defaults) all.add(judge(*deployment.defaults));
  if (deployment.core_site) all.add(judge(*deployment.core_site));
  if (deployment.pod_template) all.add(judge(*deployment.pod_template));
  if (deployment.driver_template) all.add(judge(*deployment.driver_template));
  all.add(judge(deployment));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
