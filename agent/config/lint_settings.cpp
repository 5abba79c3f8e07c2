// SPDX-License-Identifier: Apache-2.0
#include "agent/config/lint_settings.hpp"

#include <iterator>
#include <utility>

#include "agent/config/config.hpp"
#include "agent/config/policy_codec.hpp"

namespace sparkwarden::settings {

void LintSettings::bind(Binder& binder) {
  binder.key("version", version, "version of this file's format", [](int value) {
    return std::string_view(value == 1 ? "" : "only version 1 is known");
  });
  binder.key("findings", findings.overrides, "code or prefix.*: off, info, warning or error");
  binder.key("suppress", findings.suppressions, "list of {code, subject, reason, expires}");
  binder.key("exclude", exclude, "patterns of paths that are not looked at");
  binder.key(
      "same", same, "keys, or prefixes that end in a dot, to be the same in all applications");
}

LoadedLint load_lint(std::string_view text, const std::string& file_name) {
  LoadedLint loaded;
  Sources sources{.file = {}, .file_name = file_name, .environment = {}, .flags = {}};
  sources.file = document(text, file_name, loaded.problems);
  Binder binder(sources);
  loaded.settings.bind(binder);
  binder.finish();
  loaded.problems.insert(loaded.problems.end(), binder.problems().begin(), binder.problems().end());
  return loaded;
}

}  // namespace sparkwarden::settings
