// SPDX-License-Identifier: Apache-2.0
// What the full runs of this agent's life so far say about one export. A value; rules.hpp has the
// functions.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/core/time.hpp"

namespace sparkwarden::probes::storage {

/// How the server calls the exported directory. Each may be empty: the versions spell an fsid
/// differently, so that they have one each.
struct Identity {
  std::string fsid = {};
  std::string fsid4 = {};
  std::string directory = {};  // its number in the file system (fileid)

  bool operator==(const Identity&) const = default;
};

struct OperationTime {
  std::string step;
  microseconds took{0};

  bool operator==(const OperationTime&) const = default;
};

struct History {
  Identity first = {};  // what the mounts of pods of this agent's age refer to
  Identity last = {};
  std::deque<std::vector<OperationTime>> runs = {};  // oldest first, at most slow.runs of them
  bool slow = false;

  bool operator==(const History&) const = default;
};

}  // namespace sparkwarden::probes::storage
