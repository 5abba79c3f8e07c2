// SPDX-License-Identifier: Apache-2.0
// One piece of configuration as a rule sees it: a file, or what stands in for one, parsed.
#pragma once

#include <string>
#include <variant>

#include "agent/lint/kinds.hpp"
#include "probes/config/deployment.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::lint {

using probes::config::CoreSiteFile;
using probes::config::DefaultsFile;
using probes::config::TemplateFile;

struct Piece {
  std::string path;    // in messages; unique
  std::string name;    // file name, or key of a ConfigMap
  bool empty = false;  // not one byte
  std::variant<DefaultsFile, CoreSiteFile, TemplateFile> content = {};

  template <typename File>
  [[nodiscard]] const File* as() const {
    return std::get_if<File>(&content);
  }
};

/// `text` parsed as `kind`, which is one of the first three.
[[nodiscard]] Piece parse_piece(std::string path,
                                std::string name,
                                Kind kind,
                                std::string_view text);

/// What is wrong with this piece alone.
[[nodiscard]] probes::config::Judgement judge(const Piece& piece);

}  // namespace sparkwarden::lint
