// SPDX-License-Identifier: Apache-2.0
// RECORD, the list of installed files with their hashes, as one digest. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::python {

/// SHA-256 over the rows that two installations of one wheel share: sorted, without compiled files,
/// scripts outside the directory (their first line holds the prefix) and the installer's own notes
/// beside METADATA. Empty when no row with a hash is left, or there are more than 500,000.
/// Source: packaging.python.org, recording-installed-packages: CSV with `"` quoting, LF or CRLF.
[[nodiscard]] std::string digest_of_record(std::string_view text);

}  // namespace sparkwarden::probes::python
