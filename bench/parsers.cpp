// SPDX-License-Identifier: Apache-2.0
// One configuration file through the parser and the rules that the agent has for it, as a process
// of its own, so that its CPU time and its memory can be taken. Usage: parsers KIND FILE, where
// KIND is core-site, spark-defaults, pod-template or mountinfo.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "probes/config/mount_of.hpp"
#include "probes/config/rules.hpp"

namespace {

namespace config = sparkwarden::probes::config;

int report(const config::Judgement& judgement) {
  for (const auto& finding : judgement.findings) {
    const auto at = finding.location.value_or(sparkwarden::Location{});
    std::printf("%s %d:%d\n", finding.code.c_str(), at.line, at.column);
    if (&finding - judgement.findings.data() == 3) break;
  }
  for (const auto& each : judgement.unlooked) std::printf("?%s\n", each.code.c_str());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string kind = arguments[1];
  std::ifstream file(arguments[2], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (kind == "core-site") {
    return report(config::judge(config::CoreSiteFile{"f", config::parse_hadoop_xml(text)}));
  }
  if (kind == "spark-defaults") {
    return report(config::judge(config::DefaultsFile{"f", config::parse_properties(text)}));
  }
  if (kind == "pod-template") {
    return report(config::judge(config::TemplateFile{"f", config::parse_pod_template(text)}));
  }
  if (kind == "mountinfo") {
    std::printf("%zu mounts\n", config::parse_mountinfo(text).size());
    return 0;
  }
  return 2;
}
