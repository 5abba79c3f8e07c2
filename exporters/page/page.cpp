// SPDX-License-Identifier: Apache-2.0
#include "exporters/page/page.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporters/page/html.hpp"
#include "exporters/place_text.hpp"
#include "exporters/timestamp.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="15">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
code, td { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .1rem .9rem .1rem 0; vertical-align: top; }
.is { border-radius: .3rem; padding: 0 .5rem; color: #fff; background: #57606a; }
.pass, .open, .ready { background: #1a7f37; } .warn, .warning, .holding { background: #9a6700; }
.fail, .error, .failed { background: #c93c37; }
.finding { border-left: .2rem solid #8886; margin: .6rem 0; padding-left: .8rem; }
.finding p { margin: .15rem 0; } .faint { opacity: .7; }
</style>
)";

std::string badge(std::string_view word, std::string_view colour) {
  return element("span", "is " + std::string(colour), word);
}

std::string badge(std::string_view word) {
  return badge(word, word);
}

std::string ago(auto duration) {
  using namespace std::chrono;
  const auto all = duration_cast<seconds>(duration).count();
  if (all < 120) return std::to_string(all) + " s";
  if (all < 7200) return std::to_string(all / 60) + " min";
  if (all < 172'800) return std::to_string(all / 3600) + " h";
  return std::to_string(all / 86'400) + " d";
}

std::string line_of(std::string_view label, std::string_view text) {
  if (text.empty()) return "";
  return "<p>" + element("span", "faint", label) + ' ' + escaped(text) + "</p>\n";
}

std::string html_of(const Finding& finding) {
  std::string html = "<div class=\"finding\">\n<p>" + badge(to_string(finding.severity)) + ' ' +
                     element("code", "", finding.code) + ' ' + escaped(finding.message) + "</p>\n" +
                     line_of("about", finding.subject);
  if (finding.location) html += line_of("at", place_text(*finding.location));
  for (const Span& span : finding.related) {
    html += line_of("see", place_text(span.location) + ": " + span.message);
  }
  if (finding.expected) html += line_of("expected", *finding.expected);
  if (finding.actual) html += line_of("actual", *finding.actual);
  html += line_of("effect", finding.effect);
  html += line_of("fix", finding.fix);
  return html + "</div>\n";
}

std::string html_of(const Unlooked& unlooked) {
  return "<div class=\"finding\">\n<p>" + badge("unknown") + ' ' +
         element("code", "", unlooked.code) + ' ' + escaped(unlooked.subject) + "</p>\n" +
         line_of("could not look:", unlooked.message) + "</div>\n";
}

std::string table_of(const std::vector<Step>& steps) {
  if (steps.empty()) return "";
  std::string html =
      "<details><summary>steps</summary>\n<table>\n<tr><th>step</th><th>via</th><th>took, "
      "ms</th><th>status</th><th></th></tr>\n";
  for (const Step& step : steps) {
    const auto tenths = step.took.count() / 100;
    html += "<tr>" + element("td", "", step.name) + element("td", "", step.via) +
            element("td", "", std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10)) +
            element("td", "", step.status) + element("td", "", step.text) + "</tr>\n";
  }
  return html + "</table>\n</details>\n";
}

std::string html_of(const ProbeState& probe, Instant now) {
  std::string html =
      "<h2>" + badge(to_string(verdict_at(probe, now))) + ' ' + escaped(probe.name) + "</h2>\n";
  if (probe.last == nullptr) return html + "<p class=\"faint\">not run yet</p>\n";
  const Report& last = *probe.last;
  html += "<p class=\"faint\">looked " + ago(now - last.started) + " ago, took " +
          std::to_string(last.took.count()) + " ms";
  if (const std::string reason = reason_at(probe, now); !reason.empty()) {
    html += "; " + escaped(reason);
  }
  if (probe.outdated) html += "; something changed since, and it looks again";
  html += "</p>\n";
  for (const Finding& finding : last.observed.findings) html += html_of(finding);
  for (const Unlooked& unlooked : last.observed.unlooked) html += html_of(unlooked);
  return html + table_of(last.observed.steps);
}

std::string html_of(const NoticeTable& table, Instant now) {
  std::string html = "<h2>executors</h2>\n<p>";
  for (const auto& [verdict, count] : table.by_verdict(now)) {
    if (count > 0) html += badge(verdict) + ' ' + std::to_string(count) + ' ';
  }
  html += "</p>\n";
  if (table.size() == 0) return html + "<p class=\"faint\">none has asked yet</p>\n";
  html +=
      "<table>\n<tr><th>pod</th><th>gate</th><th>verdict</th><th>because of</th><th>heard</th>"
      "</tr>\n";
  for (const NoticeRow& row : table.worst(kPageExecutorsMax)) {
    const Notice& notice = row.notice;
    html += "<tr>" + element("td", "", notice.pod) + element("td", "", to_string(notice.gate)) +
            element("td", "", to_string(notice.verdict)) +
            element("td", "", notice.code + ' ' + notice.subject) +
            element("td", "", ago(now - row.last_heard) + " ago") + "</tr>\n";
  }
  html += "</table>\n";
  if (table.size() > kPageExecutorsMax) {
    html += "<p class=\"faint\">and " + std::to_string(table.size() - kPageExecutorsMax) +
            " more, none of them worse</p>\n";
  }
  return html;
}

std::string title_of(const AgentInfo& agent) {
  const std::string pod = agent.pod_name.empty() ? agent.pod_uid : agent.pod_name;
  return "sparkwarden: " + std::string(to_string(agent.role)) + ' ' + pod;
}

}  // namespace

Answer page(const Snapshot& snapshot,
            const Readiness& readiness,
            const AgentInfo& agent,
            const NoticeTable* executors,
            Instant now) {
  const std::string mode = agent.gate_mode == GateMode::enforce ? "enforce" : "warn";
  std::string html(kHead);
  html += element("title", "", title_of(agent)) + "\n</head>\n<body>\n" +
          element("h1", "", title_of(agent)) + "\n<p>gate " +
          badge(to_string(snapshot.gate.phase)) + " (" + mode + ") " +
          (readiness.ready ? badge("ready") : badge("not ready", "fail"));
  if (!agent.pod_namespace.empty()) html += " namespace " + escaped(agent.pod_namespace);
  html += "; version " + escaped(agent.version) + ", up " + ago(now - snapshot.started) +
          "</p>\n<p class=\"faint\">as of " +
          escaped(rfc3339(snapshot.started_wall +
                          std::chrono::duration_cast<WallTime::duration>(now - snapshot.started))) +
          "; as JSON: <a href=\"status\">status</a>, <a href=\"v1/manifest\">manifest</a>; "
          "<a href=\"metrics\">metrics</a>, <a href=\"readyz?verbose\">readyz</a></p>\n";
  for (const ProbeState& probe : snapshot.probes) html += html_of(probe, now);
  if (executors != nullptr) html += html_of(*executors, now);
  html += "</body>\n</html>\n";
  return {.content_type = "text/html; charset=utf-8",
          .body = std::move(html),
          .headers = {{"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                       "form-action 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"}}};
}

}  // namespace sparkwarden::exporters
