// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/parsers.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "agent/core/text.hpp"
#include "probes/config/hadoop_includes.hpp"
#include "probes/config/hadoop_variables.hpp"
#include "probes/config/mount_of.hpp"
#include "probes/config/pod_template.hpp"
#include "probes/config/properties.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::fuzz {
namespace {

using namespace probes::config;

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

int lines_of(std::string_view text) {
  const auto ends =
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  return static_cast<int>(ends) + 1;
}

void check_place(Place at, std::string_view text) {
  require(at.line >= 1 && at.line <= lines_of(text) + 1, "a line that the text does not have");
  require(at.column >= 1, "a column before the first");
  require(at.column <= static_cast<int>(text.size()) + 1, "a column behind the text");
  require(at.end_column == 0 || at.end_column >= at.column, "an end before its begin");
}

/// What is handed on must be fit for JSON and a terminal.
void check(const Judgement& judgement) {
  for (const Finding& finding : judgement.findings) {
    require(!first_invalid_utf8(finding.message), "a message that is not UTF-8");
    require(!first_invalid_utf8(finding.subject), "a subject that is not UTF-8");
  }
  for (const Unlooked& each : judgement.unlooked) {
    require(!first_invalid_utf8(each.message), "a message that is not UTF-8");
  }
}

void check_properties(std::string_view text) {
  const Properties properties = parse_properties(text);
  for (const Property& property : properties.entries) {
    check_place(property.key.at, text);
    check_place(property.value.at, text);
    require(!first_invalid_utf8(property.key.text), "a key that is not UTF-8");
    require(!first_invalid_utf8(property.value.text), "a value that is not UTF-8");
    require(properties.find(property.key.text) != nullptr, "a key that is not found");
  }
  for (const PropertiesProblem& problem : properties.problems) check_place(problem.at, text);
  check(judge(DefaultsFile{"f", properties}));
}

void check_hadoop_xml(std::string_view text) {
  const HadoopXml xml = parse_hadoop_xml(text);
  for (const HadoopProperty& property : xml.properties) {
    require(!first_invalid_utf8(property.value.text), "a value that is not UTF-8");
    require(xml.find(property.name.text) != nullptr, "a name that is not found");
  }
  if (xml.problem && xml.problem->at.line != 0) check_place(xml.problem->at, text);
  // Every file includes this one, and none.
  const Settled itself = settle(xml.steps, [&](const std::string& href) {
    return Included{.state = Included::State::read, .path = href, .xml = xml};
  });
  const Settled nothing = settle(
      xml.steps, [](const std::string&) { return Included{.state = Included::State::missing}; });
  require(itself.properties.size() <= 70 * kXmlPropertiesMax, "too many properties");
  check(judge(CoreSiteFile{"f", xml, nothing.troubles}));
}

void check_pod_template(std::string_view text) {
  const PodTemplate pod = parse_pod_template(text);
  for (const TemplateProblem& problem : pod.problems) {
    if (problem.at.line != 0) check_place(problem.at, text);
  }
  check(judge(TemplateFile{"f", pod}));
}

void check_mountinfo(std::string_view text) {
  const std::vector<Mount> mounts = parse_mountinfo(text);
  require(mounts.size() <= text.size(), "more mounts than bytes");
  for (const Mount& mount : mounts) {
    if (mount.point.empty()) continue;
    (void)mounted(mounts, mount.point + "/core-site.xml", false);
    (void)network_mount(mounts, mount.point, [](const std::string&) { return std::nullopt; });
    if (mounts.size() > 100) break;
  }
}

constexpr std::array kParsers{Parser{"properties", check_properties},
                              Parser{"hadoop_xml", check_hadoop_xml},
                              Parser{"pod_template", check_pod_template},
                              Parser{"mountinfo", check_mountinfo}};

}  // namespace

std::span<const Parser> parsers() {
  return kParsers;
}

}  // namespace sparkwarden::fuzz
