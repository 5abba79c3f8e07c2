// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/junit.hpp"

#include <string_view>

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {
namespace {

/// Text for content and attributes. XML 1.0 has no spelling for most control characters.
std::string xml(std::string_view text) {
  std::string safe;
  for (const char c : to_utf8(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\n':
        safe += "&#10;";
        break;
      case '\t':
        safe += ' ';
        break;
      default:
        safe += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return safe;
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + xml(value) + '"';
}

std::string details(const Finding& finding) {
  std::string text = finding.message;
  if (finding.location && finding.location->line > 0) {
    text += "\nat " + finding.location->path + ':' + std::to_string(finding.location->line);
  }
  if (!finding.effect.empty()) text += "\neffect: " + finding.effect;
  if (!finding.fix.empty()) text += "\nfix: " + finding.fix;
  return text;
}

std::string open_case(const Finding& finding, const CheckReport& check) {
  std::string text = "    <testcase" + attribute("classname", finding.code);
  std::string name = finding.subject.empty() ? check.name : finding.subject;
  if (finding.location) {
    name = finding.location->path + ':' + std::to_string(finding.location->line) + ' ' + name;
    text += attribute("file", finding.location->path);
    if (finding.location->line > 0) {
      text += attribute("line", std::to_string(finding.location->line));
    }
  }
  return text + attribute("name", name) + ">\n";
}

class Suite {
 public:
  Suite(const CheckReport& check, Severity fails_from) {
    for (const Finding& finding : check.findings) {
      const bool fails = finding.severity >= fails_from;
      const std::string element = fails ? "failure" : "system-out";
      std::string open = element;
      if (fails) {
        open +=
            attribute("type", to_string(finding.severity)) + attribute("message", finding.message);
        ++failures_;
      }
      add(open_case(finding, check), open, details(finding), element);
    }
    for (const Unlooked& unlooked : check.unlooked) {
      ++errors_;
      const Finding as{.code = unlooked.code, .subject = unlooked.subject};
      add(open_case(as, check),
          "error" + attribute("message", unlooked.message),
          unlooked.message,
          "error");
    }
    for (const Suppressed& suppressed : check.suppressed) {
      ++skipped_;
      add(open_case(suppressed.finding, check),
          "skipped" + attribute("message", suppressed.reason),
          "",
          "skipped");
    }
    if (cases_ == 0) {
      ++cases_;
      body_ += "    <testcase" + attribute("classname", check.name) +
               attribute("name", check.name) + "/>\n";
    }
    head_ = "  <testsuite" + attribute("name", check.name) + counts() + ">\n";
  }

  [[nodiscard]] std::string text() const { return head_ + body_ + "  </testsuite>\n"; }

 private:
  void add(const std::string& open,
           const std::string& inner,
           const std::string& content,
           const std::string& element) {
    ++cases_;
    body_ +=
        open + "      <" + inner + '>' + xml(content) + "</" + element + ">\n    </testcase>\n";
  }

  [[nodiscard]] std::string counts() const {
    return attribute("tests", std::to_string(cases_)) +
           attribute("failures", std::to_string(failures_)) +
           attribute("errors", std::to_string(errors_)) +
           attribute("skipped", std::to_string(skipped_));
  }

  int cases_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
  std::string head_;
  std::string body_;
};

}  // namespace

std::string report_junit(const ReportDocument& document, Severity fails_from) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                     attribute("name", document.tool_name) + ">\n";
  for (const CheckReport& check : document.checks) text += Suite(check, fails_from).text();
  return text + "</testsuites>\n";
}

}  // namespace sparkwarden::exporters
