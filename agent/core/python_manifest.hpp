// SPDX-License-Identifier: Apache-2.0
// The Python side of a manifest: one interpreter and what `import` would find with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden {

/// PEP 610, as far as it tells two installations of one version apart. User names and passwords are
/// taken out of the URL before it gets here.
struct DirectUrl {
  std::string url = {};
  std::string commit = {};  // of a version control system
  std::string hash = {};    // "sha256=<hex>" of an archive
  bool editable = false;

  bool operator==(const DirectUrl&) const = default;
};

/// One installed distribution: the first of its name in path order, which is what import finds.
struct Distribution {
  std::string name = {};       // PEP 503 normalised
  std::string raw_name = {};   // as its metadata spells it
  std::string version = {};    // as its metadata spells it, trimmed
  int origin = -1;             // index into PythonManifest::path
  std::string installer = {};  // pip, uv, conda, ...; empty: not recorded
  std::optional<DirectUrl> direct_url = {};
  std::string record_sha256 = {};  // of the canonical RECORD; empty: there is none

  bool operator==(const Distribution&) const = default;
};

/// A distribution that an earlier path entry hides.
struct Shadowed {
  std::string name = {};
  std::string version = {};
  int origin = -1;

  bool operator==(const Shadowed&) const = default;
};

/// What is odd about one environment, seen while it was scanned. Rules turn these into findings.
enum class NoteKind {
  duplicate,         // two versions of one name in one directory; detail: both versions
  leftover,          // `~ip-23.0.dist-info`: an interrupted pip
  no_metadata,       // a dist-info without METADATA, or without Name and Version
  version_conflict,  // directory name and METADATA disagree; detail: both
  invalid_version,   // not PEP 440; detail: the version
  dynamic_path,      // a .pth line runs code; detail: path:line
};

struct PythonNote {
  NoteKind kind = NoteKind::duplicate;
  std::string subject = {};  // a distribution's normalised name, or a path
  std::string detail = {};

  bool operator==(const PythonNote&) const = default;
};

/// The pyspark that workers really import: the one in $SPARK_HOME/python/lib/pyspark.zip, else the
/// distribution. Empty members could not be told.
struct PySpark {
  std::string version = {};
  std::string py4j = {};
  std::string cloudpickle = {};  // bundled in pyspark
  std::string path = {};

  bool operator==(const PySpark&) const = default;
};

struct PythonManifest {
  std::string requested = {};       // as settings, environment or command line named it
  std::string executable = {};      // absolute, inside the root; empty: none was found
  std::string implementation = {};  // cpython, pypy
  std::string version = {};         // 3.11.2; 3.11 where only the minor version can be told
  std::string abi = {};             // cp311, cp313t
  std::string machine = {};         // x86_64, aarch64
  std::vector<std::string> path = {};
  bool complete = true;                      // false: something could not be read or followed
  std::vector<std::string> incomplete = {};  // what, one line each
  std::optional<PySpark> pyspark = {};
  std::vector<Distribution> distributions = {};
  std::vector<Shadowed> shadowed = {};
  std::vector<PythonNote> notes = {};

  bool operator==(const PythonManifest&) const = default;
};

[[nodiscard]] std::string_view to_string(NoteKind kind);
[[nodiscard]] std::optional<NoteKind> note_kind_from(std::string_view word);

}  // namespace sparkwarden
