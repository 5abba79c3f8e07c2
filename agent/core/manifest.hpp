// SPDX-License-Identifier: Apache-2.0
// What one pod really has: interpreter, Python packages, Spark, Scala, Hadoop, Java and jars, as a
// value, as JSON and as digests. The one core unit with libraries behind it (Boost.JSON,
// libcrypto).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/facts.hpp"
#include "agent/core/python_manifest.hpp"
#include "agent/core/result.hpp"
#include "agent/core/runtime_manifest.hpp"

namespace sparkwarden {

inline constexpr std::string_view kManifestContentType =
    "application/vnd.sparkwarden.manifest+json";
inline constexpr int kManifestSchema = 1;
inline constexpr std::size_t kManifestBytesMax = 16 << 20;
inline constexpr std::size_t kManifestTextMax = 4096;    // bytes of one text
inline constexpr std::size_t kManifestListMax = 20'000;  // entries of one list

/// Who was looked at. In no digest: two pods never agree about it.
struct ManifestPod {
  std::string role = {};  // as role names are spelled; empty: not known
  std::string uid = {};
  std::string app_id = {};
  std::string user = {};  // "185:0", user and group of the process that took the manifest

  bool operator==(const ManifestPod&) const = default;
};

/// A section that nobody looked at is null. Shared, because a snapshot, an answer and a comparison
/// hold the same one.
struct Manifest {
  std::string agent_version = {};
  ManifestPod pod = {};
  std::shared_ptr<const PythonManifest> python = {};
  std::shared_ptr<const RuntimeManifest> runtime = {};
  std::map<std::string, std::string> config = {};  // file name -> SHA-256
  std::optional<StorageView> storage = {};
};

/// Whether all sections are equal, wherever they are kept.
[[nodiscard]] bool operator==(const Manifest& left, const Manifest& right);

/// One JSON document: members sorted, no blanks, `distributions` by (name, version), `jars` by
/// name, `digests` computed. Always the same bytes for the same value. Empty texts are left out,
/// longer ones than kManifestTextMax cut, and bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Manifest& manifest);

/// SHA-256 in lower-case hex over the canonical form of the section without its pod-bound members
/// (executable, path, origin, raw_name, installer, requested, notes, shadowed, incomplete,
/// spark_home).
[[nodiscard]] std::string digest_of(const PythonManifest& python);
[[nodiscard]] std::string digest_of(const RuntimeManifest& runtime);

/// The manifest in `text`, which comes from another pod or from a file anyone may have written:
/// strict about types and bounds (kManifestBytesMax, depth 16, kManifestListMax, kManifestTextMax,
/// 64 MiB of values while it is read), tolerant of members and kinds of notes it does not know;
/// null is as good as absent. Of members given twice the last counts. Digests are not trusted: they
/// are computed again where they are needed. Errors: `manifest.malformed` (subject: where, as
/// `python.distributions[3].name`), `manifest.too-large`, `manifest.schema` (a version it cannot
/// read).
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

/// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256_hex(std::string_view content);

}  // namespace sparkwarden
