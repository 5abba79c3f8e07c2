// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/json.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "exporters/finding_json.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;

json::object check_of(const CheckReport& check) {
  json::object object{{"name", json_text(check.name)},
                      {"verdict", json_text(to_string(check.verdict))},
                      {"duration_ms", check.took.count()}};
  if (const std::string reason = reason_of(check); !reason.empty()) {
    object["reason"] = json_text(reason);
  }
  if (!check.steps.empty()) object["steps"] = to_json(check.steps);
  return object;
}

void append(json::array& all, json::array more) {
  for (json::value& value : more) all.push_back(std::move(value));
}

}  // namespace

std::string report_json(const ReportDocument& document) {
  json::array findings;
  json::array unlooked;
  json::array checks;
  json::array suppressed;
  for (const CheckReport& check : document.checks) {
    for (const Suppressed& each : check.suppressed) {
      suppressed.push_back(json::object{{"finding", to_json(each.finding)},
                                        {"reason", json_text(each.reason)},
                                        {"in_source", each.in_source}});
    }
    append(findings, to_json(check.findings));
    append(unlooked, to_json(check.unlooked));
    checks.push_back(check_of(check));
  }
  const Summary summary = summarise(document);
  json::object report{
      {"version", 1},
      {"tool",
       {{"name", json_text(document.tool_name)}, {"version", json_text(document.tool_version)}}},
      {"findings", std::move(findings)},
      {"unlooked", std::move(unlooked)},
      {"checks", std::move(checks)},
      {"summary",
       {{"error", summary.errors},
        {"warning", summary.warnings},
        {"info", summary.infos},
        {"unknown", summary.unknown}}}};
  if (!suppressed.empty()) report["suppressed"] = std::move(suppressed);
  return json::serialize(report) + '\n';
}

}  // namespace sparkwarden::exporters
