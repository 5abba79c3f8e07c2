// SPDX-License-Identifier: Apache-2.0
// Which keys and which pieces of text are secrets. How they are shown is up to shown_value.
#pragma once

#include <string_view>
#include <vector>

namespace sparkwarden {

/// Whether the value of `key` is a secret: password, secret, token, access.key and the like, but
/// not the class of a provider or the path of a mount.
[[nodiscard]] bool names_secret(std::string_view key);

/// One element per byte of a text: whether it belongs to a secret.
using Mask = std::vector<bool>;

/// Secrets by their own shape: keys of well-known services, JWTs, PEM blocks, user:password@ of a
/// URL, `password=...` inside a value, long random runs of hex or base64. Cost: bound the text.
[[nodiscard]] Mask secrets_in(std::string_view text);

/// The same for a line of a properties, YAML or XML file: also the value after a key that names a
/// secret, and a `value` element or field whose name does not stand on the same line.
[[nodiscard]] Mask secrets_in_line(std::string_view line);

}  // namespace sparkwarden
