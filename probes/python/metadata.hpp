// SPDX-License-Identifier: Apache-2.0
// The headers of METADATA and PKG-INFO, as far as an inventory needs them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::python {

/// Empty members were not there. `whole` is false when the text ended inside the headers, so that
/// more of the file might hold what is missing.
struct Metadata {
  std::string name = {};
  std::string version = {};
  bool whole = false;

  bool operator==(const Metadata&) const = default;
};

/// First `Name` and `Version` of the headers: names of fields in any case, LF or CRLF, values
/// trimmed and made valid UTF-8. What follows the first blank line, or the first that is no header,
/// is the description, whatever it looks like.
/// Source: packaging.python.org, core-metadata: the syntax of e-mail headers, as Lib/email reads
/// it.
[[nodiscard]] Metadata parse_metadata(std::string_view text);

}  // namespace sparkwarden::probes::python
