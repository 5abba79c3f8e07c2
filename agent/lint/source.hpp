// SPDX-License-Identifier: Apache-2.0
// One file that was read, and what it turned out to be.
#pragma once

#include <optional>
#include <string>

#include "agent/io/files.hpp"
#include "agent/lint/inputs.hpp"
#include "agent/lint/manifest.hpp"

namespace sparkwarden::lint {

struct Source {
  std::string path;
  bool named = false;
  std::string text = {};
  Kind kind = Kind::other;
  std::optional<Piece> piece = {};         // a file that is configuration itself
  Manifest manifest = {};                  // what a manifest holds
  probes::config::Judgement trouble = {};  // it could not be read

  [[nodiscard]] bool recognised() const;
};

/// The file behind `input`, read and parsed. A file that cannot be read is trouble when the user
/// named it or its name says what it is; else it is none of our business.
[[nodiscard]] Source read_source(const InputFile& input,
                                 const io::FileReader& files,
                                 std::size_t bytes_max);

/// The same for a text that is there already (standard input).
[[nodiscard]] Source source_of(InputFile input, std::string text);

}  // namespace sparkwarden::lint
