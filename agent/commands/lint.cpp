// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/lint.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/commands/atomic_file.hpp"
#include "agent/commands/code_table.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/lint_fix.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/commands/report_output.hpp"
#include "agent/lint/baseline.hpp"
#include "agent/lint/codes.hpp"
#include "agent/lint/policies.hpp"
#include "agent/lint/review.hpp"

namespace sparkwarden::commands {
namespace {

using lint::Source;

// A ConfigMap holds 1 MiB; a manifest with several of them is still smaller than this.
constexpr std::size_t kFileBytesMax = std::size_t{8} << 20;
constexpr std::size_t kBaselineBytesMax = std::size_t{64} << 20;

std::string read_stdin() {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() <= kFileBytesMax) {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin);
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  return text;
}

/// Every input, with standard input among them; nullopt: a usage error, told.
std::optional<std::vector<Source>> read(const LintOptions& options, lint::Inputs inputs) {
  const bool has_stdin =
      std::erase_if(inputs.files, [](const auto& file) { return file.path == lint::kStdin; }) > 0;
  std::vector<Source> sources = lint::read_sources(inputs.files, io::RealFiles(), kFileBytesMax);
  if (has_stdin) {
    std::string text = read_stdin();
    if (text.size() > kFileBytesMax) {
      complain("standard input has more than " + std::to_string(kFileBytesMax) + " bytes");
      return std::nullopt;
    }
    sources.push_back(
        lint::source_of({.path = options.stdin_name, .named = true}, std::move(text)));
  }
  return sources;
}

/// What somebody who looks for a finding in vain would want to know.
void tell_what_was_not_judged(const LintOptions& options, const std::vector<Source>& sources) {
  std::size_t templated = 0;
  std::size_t recognised = 0;
  for (const Source& source : sources) {
    recognised += source.recognised() ? 1U : 0U;
    templated += source.manifest.templated ? 1U : 0U;
    if (source.manifest.templated && options.verbose) {
      complain(source.path + ": a template, not YAML; render it first");
    } else if (source.kind == lint::Kind::zeppelin && (options.verbose || source.named)) {
      complain(source.path + ": Zeppelin's own files are not judged yet");
    } else if (!source.recognised() && !source.manifest.templated && options.verbose) {
      complain(source.path + ": nothing of Spark in it");
    }
  }
  if (templated > 0 && !options.verbose) {
    complain(std::to_string(templated) + (templated == 1 ? " template was" : " templates were") +
             " not read; render first, such as with: helm template CHART | sparkwarden lint -");
  }
  if (recognised == 0 && templated == 0) complain("nothing of Spark was found to check");
}

exporters::ReportDocument document_of(std::vector<lint::Reviewed> reviewed,
                                      const std::vector<std::string>& left_out) {
  exporters::ReportDocument document{.tool_version = SPARKWARDEN_VERSION,
                                     .noun = "application",
                                     .timed = false,
                                     .rules = all_codes()};
  for (lint::Reviewed& each : reviewed) {
    const Observed observed{.findings = each.findings, .unlooked = each.unlooked};
    document.checks.push_back({.name = std::move(each.name),
                               .verdict = judge(observed),
                               .findings = std::move(each.findings),
                               .unlooked = std::move(each.unlooked),
                               .suppressed = std::move(each.suppressed)});
  }
  exporters::CheckReport tree{.name = "files", .verdict = Verdict::unknown};
  for (const std::string& line : left_out) {
    tree.unlooked.push_back(unlooked(lint::kTreeLeftOut, line, "was not read to its end"));
  }
  if (!tree.unlooked.empty()) document.checks.push_back(std::move(tree));
  return document;
}

/// Lines of the sources as they were read, also of standard input; each source is divided once.
SourceLine lines_of(std::shared_ptr<const std::vector<Source>> sources) {
  struct Divided {
    std::string_view text;
    std::vector<std::size_t> starts;  // empty: not divided yet
  };
  auto by_path = std::make_shared<std::unordered_map<std::string, Divided>>();
  for (const Source& source : *sources) by_path->emplace(source.path, Divided{source.text, {}});
  return [sources = std::move(sources), by_path = std::move(by_path)](
             const std::string& path, int line) -> std::optional<std::string> {
    const auto known = by_path->find(path);
    if (known == by_path->end() || line < 1) return std::nullopt;
    Divided& divided = known->second;
    if (divided.starts.empty()) divided.starts = lint::line_starts(divided.text);
    const auto index = static_cast<std::size_t>(line) - 1;
    if (index >= divided.starts.size()) return std::nullopt;
    return masked_line(divided.text.substr(divided.starts[index]), 1);
  };
}

/// Takes away what the baseline knows; false: it cannot be read, told.
bool subtract_baseline(const std::string& path,
                       const SourceLine& source_line,
                       std::vector<lint::Reviewed>& reviewed) {
  const auto text = io::RealFiles().read(path, kBaselineBytesMax);
  const auto baseline =
      text ? lint::parse_baseline(*text) : tl::unexpected("cannot be read: " + text.error().detail);
  if (!baseline) {
    complain(path + " " + baseline.error());
    return false;
  }
  const lint::Known known = lint::subtract(*baseline, source_line, reviewed);
  if (known.findings > 0) {
    complain(std::to_string(known.findings) + " known findings are in " + path);
  }
  if (known.gone > 0) {
    complain(std::to_string(known.gone) + " findings of " + path +
             " are mended; write it anew with --write-baseline");
  }
  return true;
}

using SameByPath = std::unordered_map<std::string, std::vector<std::string>>;

/// What has to be the same in all applications, by file; empty: nowhere anything.
SameByPath same_by_path(const std::vector<Source>& sources, lint::Policies& policies) {
  SameByPath same;
  bool any = false;
  for (const Source& source : sources) {
    const std::vector<std::string>& wanted = policies.of_file(source.path).same;
    any = any || !wanted.empty();
    same.emplace(source.path, wanted);
  }
  return any ? same : SameByPath();
}

}  // namespace

int lint(const LintOptions& options, const Environment& environment) {
  const io::RealFiles files;
  lint::Policies policies(files, options.config);
  const lint::Inputs inputs = lint::find_inputs(
      options.paths, [&](const std::string& path) { return policies.excludes(path); });
  for (const std::string& path : inputs.missing) complain(path + ": there is no such file");
  if (!inputs.missing.empty()) return kUsage;
  auto read_sources = read(options, inputs);
  if (!read_sources) return kUsage;
  if (options.fix || options.diff) {
    if (const auto answer = fix_sources(options, *read_sources)) return *answer;
  }
  const auto sources = std::make_shared<const std::vector<Source>>(std::move(*read_sources));

  const auto policy_of = [&](const std::string& path) { return &policies.of_file(path).findings; };
  const SameByPath same = same_by_path(*sources, policies);
  const auto same_of = [&](const std::string& path) { return &same.at(path); };
  std::vector<lint::Reviewed> reviewed =
      lint::review(lint::lint(*sources, same.empty() ? lint::SameOf() : same_of),
                   *sources,
                   policy_of,
                   WallTime::clock::now());
  print_problems(policies.problems());
  if (!policies.problems().empty()) return kUsage;

  const SourceLine source_line = lines_of(sources);
  if (!options.baseline.empty() && !subtract_baseline(options.baseline, source_line, reviewed)) {
    return kUsage;
  }
  tell_what_was_not_judged(options, *sources);
  if (!options.write_baseline.empty()) {
    const lint::Baseline baseline = lint::baseline_of(reviewed, source_line);
    const auto written =
        write_atomically(options.write_baseline, lint::print_baseline(baseline), 0644);
    if (!written) {
      complain(options.write_baseline + " cannot be written: " + written.error().detail);
      return kCouldNotLook;
    }
    complain(std::to_string(baseline.size()) + " findings written to " + options.write_baseline);
    return kOk;
  }
  const exporters::ReportDocument document = document_of(std::move(reviewed), inputs.left_out);
  print_report(document, options.format, options.strict, environment, source_line);
  return exit_code(document, options.strict);
}

}  // namespace sparkwarden::commands
