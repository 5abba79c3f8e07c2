// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/piece.hpp"

#include <utility>

#include "probes/config/file_trouble.hpp"

namespace sparkwarden::lint {

Piece parse_piece(std::string path, std::string name, Kind kind, std::string_view text) {
  using namespace probes::config;
  Piece piece{.path = path, .name = std::move(name), .empty = text.empty()};
  if (kind == Kind::hadoop_xml) {
    piece.content = CoreSiteFile{std::move(path), parse_hadoop_xml(text)};
  } else if (kind == Kind::pod_template) {
    piece.content = TemplateFile{std::move(path), parse_pod_template(text)};
  } else {
    piece.content = DefaultsFile{std::move(path), parse_properties(text)};
  }
  return piece;
}

probes::config::Judgement judge(const Piece& piece) {
  if (piece.empty) {
    const bool is_template = piece.as<TemplateFile>() != nullptr;
    const bool is_xml = piece.as<CoreSiteFile>() != nullptr;
    using enum probes::config::FileKind;
    return probes::config::judge_empty({.path = piece.path,
                                        .kind = is_template ? pod_template
                                                : is_xml    ? core_site
                                                            : spark_defaults});
  }
  return std::visit([](const auto& file) { return probes::config::judge(file); }, piece.content);
}

}  // namespace sparkwarden::lint
