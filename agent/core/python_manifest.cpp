// SPDX-License-Identifier: Apache-2.0
#include "agent/core/python_manifest.hpp"

#include <array>

namespace sparkwarden {
namespace {

constexpr std::array kNoteKinds{NoteKind::duplicate,
                                NoteKind::leftover,
                                NoteKind::no_metadata,
                                NoteKind::version_conflict,
                                NoteKind::invalid_version,
                                NoteKind::dynamic_path};

}  // namespace

std::string_view to_string(NoteKind kind) {
  switch (kind) {
    case NoteKind::duplicate:
      return "duplicate";
    case NoteKind::leftover:
      return "leftover";
    case NoteKind::no_metadata:
      return "no-metadata";
    case NoteKind::version_conflict:
      return "version-conflict";
    case NoteKind::invalid_version:
      return "invalid-version";
    case NoteKind::dynamic_path:
      return "dynamic-path";
  }
  return "duplicate";
}

std::optional<NoteKind> note_kind_from(std::string_view word) {
  for (const NoteKind kind : kNoteKinds) {
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace sparkwarden
