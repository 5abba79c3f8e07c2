// SPDX-License-Identifier: Apache-2.0
// The child that takes an inventory of a file tree: what it is asked, and the frame it runs in.
// What is looked at is the probes' business; who asks is inventory.hpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/manifest.hpp"
#include "agent/io/place.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::io {

/// `root` empty: the root and environment of the Spark process below `proc`.
struct ScanRequest {
  std::string root = {};
  std::string proc = "/proc";
  std::map<std::string, std::string> environment = {};  // used with `root`
  std::string interpreter = {};                         // empty: auto
  std::string spark_home = "/opt/spark";
  bool driver = false;  // a driver's own Python may be another one (PYSPARK_DRIVER_PYTHON)

  bool operator==(const ScanRequest&) const = default;
};

/// One JSON line, without its newline.
[[nodiscard]] std::string to_json(const ScanRequest& request);
/// nullopt: not what to_json makes.
[[nodiscard]] std::optional<ScanRequest> parse_scan_request(std::string_view line);

/// Steps that a scan child reports; an error in one of them names `place.*` as its symbol.
inline constexpr std::string_view kFindStep = "find";  // the Spark process, or the root
inline constexpr std::string_view kScanStep = "scan";

/// What a scan looks at: the tree, the environment of whoever lives in it, and what was asked.
using Scan = std::function<Manifest(const Tree&, const Place&, const ScanRequest&)>;

/// The child's main: limits itself, reads the request, opens the tree, calls `scan` and prints what
/// it returns. Returns the exit code.
[[nodiscard]] int run_scan_child(const Scan& scan);

}  // namespace sparkwarden::io
