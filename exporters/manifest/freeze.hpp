// SPDX-License-Identifier: Apache-2.0
// A Python inventory as requirements, the way `pip freeze --all` prints them.
#pragma once

#include <string>

#include "agent/core/python_manifest.hpp"

namespace sparkwarden::exporters {

/// One line per distribution, sorted by lower-cased name: `name==version`, `name===version` where
/// it is not PEP 440, `name @ url` for what was not installed from an index, `-e url` for
/// editables. Source: pip's `freeze`, pip/_internal/operations/freeze.py.
[[nodiscard]] std::string freeze_text(const PythonManifest& python);

}  // namespace sparkwarden::exporters
