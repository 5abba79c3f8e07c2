// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "agent/commands/atomic_file.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/take_manifest.hpp"
#include "exporters/manifest/freeze.hpp"

namespace sparkwarden::commands {
namespace {

void print_incomplete(const std::vector<std::string>& reasons) {
  for (const std::string& reason : reasons) {
    std::fprintf(stderr, "sparkwarden: incomplete: %s\n", reason.c_str());
  }
}

}  // namespace

int manifest(const ManifestOptions& options, const Environment& environment) {
  const Manifest taken =
      take_manifest({.root = options.root, .python = options.python}, environment);
  const std::string text = options.format == ManifestFormat::freeze
                               ? exporters::freeze_text(*taken.python)
                               : to_json(taken) + "\n";
  if (options.out.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  } else if (const auto written = write_atomically(options.out, text, 0644); !written) {
    std::fprintf(
        stderr, "sparkwarden: %s: %s\n", options.out.c_str(), written.error().detail.c_str());
    return kCouldNotLook;
  }
  print_incomplete(taken.python->incomplete);
  // Requirements speak of Python alone.
  if (options.format == ManifestFormat::freeze) return taken.python->complete ? kOk : kCouldNotLook;
  print_incomplete(taken.runtime->incomplete);
  return is_complete(taken) ? kOk : kCouldNotLook;
}

}  // namespace sparkwarden::commands
