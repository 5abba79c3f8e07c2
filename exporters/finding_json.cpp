// SPDX-License-Identifier: Apache-2.0
#include "exporters/finding_json.hpp"

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;

/// Line and column only where they are known.
json::object place(const Location& location) {
  json::object object{{"path", json_text(location.path)}};
  if (location.line > 0) object["line"] = location.line;
  if (location.line > 0 && location.column > 0) object["column"] = location.column;
  return object;
}

}  // namespace

json::string json_text(std::string_view text) {
  return json::string(to_utf8(text));
}

json::object to_json(const Finding& finding) {
  json::object object{{"code", json_text(finding.code)},
                      {"severity", json_text(to_string(finding.severity))},
                      {"message", json_text(finding.message)},
                      {"subject", json_text(finding.subject)}};
  if (finding.location) object["location"] = place(*finding.location);
  json::array related;
  for (const Span& span : finding.related) {
    json::object other = place(span.location);
    other["message"] = json_text(span.message);
    related.push_back(std::move(other));
  }
  object["related"] = std::move(related);
  if (finding.expected) object["expected"] = json_text(*finding.expected);
  if (finding.actual) object["actual"] = json_text(*finding.actual);
  object["effect"] = json_text(finding.effect);
  object["fix"] = json_text(finding.fix);
  return object;
}

json::object to_json(const Unlooked& unlooked) {
  return {{"code", json_text(unlooked.code)},
          {"message", json_text(unlooked.message)},
          {"subject", json_text(unlooked.subject)}};
}

json::object to_json(const Step& step) {
  json::object object{{"name", json_text(step.name)},
                      {"via", json_text(step.via)},
                      {"duration_us", step.took.count()},
                      {"status", json_text(step.status)}};
  if (!step.text.empty()) object["text"] = json_text(step.text);
  return object;
}

}  // namespace sparkwarden::exporters
