// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/lint_fix.hpp"

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/commands/atomic_file.hpp"
#include "agent/lint/fixes.hpp"

namespace sparkwarden::commands {
namespace {

using lint::Source;

/// Writes `text` over a file that exists, whole or not at all; its mode stays, and a symbolic link
/// still leads to it.
Result<void> overwrite(const std::string& path, const std::string& text) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  const auto status = std::filesystem::status(real, error);
  if (error) return fail({"file.unwritable", path, error.message()});
  return write_atomically(real, text, static_cast<mode_t>(status.permissions()) & 07777);
}

}  // namespace

void complain(const std::string& line) {
  std::fprintf(stderr, "sparkwarden: %s\n", line.c_str());
}

std::optional<int> fix_sources(const LintOptions& options, std::vector<Source>& sources) {
  std::optional<int> answer;
  if (!options.fix) answer = kOk;
  for (Source& source : sources) {
    const auto mended = lint::mend(source);
    if (!mended) continue;
    if (options.diff) std::fputs(lint::unified_diff(*mended).c_str(), stdout);
    if (!options.fix) answer = kFindings;
    if (!options.fix || source.path == options.stdin_name) continue;
    std::string text = mended->text();
    if (const auto written = overwrite(source.path, text); !written) {
      complain(source.path + " cannot be written: " + written.error().detail);
      answer = kCouldNotLook;
      continue;
    }
    for (const lint::Fix& each : mended->fixes) {
      complain("fixed " + source.path + ":" + std::to_string(each.line) + ": " + each.what);
    }
    source = lint::source_of({.path = source.path, .named = source.named}, std::move(text));
  }
  return answer;
}

}  // namespace sparkwarden::commands
