// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/source.hpp"

#include <utility>

#include "probes/config/file_trouble.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::FileKind;

bool is_configuration(Kind kind) {
  return kind == Kind::defaults || kind == Kind::hadoop_xml || kind == Kind::pod_template;
}

FileKind file_kind(Kind kind) {
  if (kind == Kind::hadoop_xml) return FileKind::core_site;
  return kind == Kind::pod_template ? FileKind::pod_template : FileKind::spark_defaults;
}

}  // namespace

bool Source::recognised() const {
  return piece.has_value() || !manifest.pieces.empty() || !manifest.workloads.empty() ||
         !manifest.config_maps.empty() || !manifest.kustomizations.empty() ||
         !manifest.judgement.findings.empty() || !trouble.findings.empty() ||
         !trouble.unlooked.empty();
}

Source source_of(InputFile input, std::string text) {
  Source source{.path = std::move(input.path), .named = input.named, .text = std::move(text)};
  source.kind = kind_of(source.path, source.text);
  if (is_configuration(source.kind)) {
    source.piece =
        parse_piece(source.path, std::string(base_name(source.path)), source.kind, source.text);
  } else if (source.kind == Kind::manifest) {
    source.manifest = read_manifest(source.path, source.text);
  }
  return source;
}

Source read_source(const InputFile& input, const io::FileReader& files, std::size_t bytes_max) {
  auto text = files.read(input.path, bytes_max);
  if (text) return source_of(input, std::move(*text));
  Source source{.path = input.path, .named = input.named};
  source.kind = kind_of(input.path, "");
  if (input.named || is_configuration(source.kind)) {
    source.trouble = probes::config::judge(
        {.path = input.path, .kind = file_kind(source.kind), .required = true}, text.error());
  }
  return source;
}

}  // namespace sparkwarden::lint
