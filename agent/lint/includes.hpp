// SPDX-License-Identifier: Apache-2.0
// xi:include between the files that lint was given, as Hadoop would follow it in the container.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/lint/source.hpp"

namespace sparkwarden::lint {

class Includes {
 public:
  Includes() = default;
  /// Opens nothing: what is not among `sources` is not followed, and no finding rests on it: a
  /// Secret or another layer may bring it. A key of a ConfigMap, and a file that generators put
  /// into one, stands beside the other keys of that ConfigMap; any other file beside the files of
  /// its directory. What is absolute, leads up or has a scheme depends on the container. The
  /// answers point into `sources`.
  explicit Includes(const std::vector<Source>& sources);

  /// `piece`, which holds a CoreSiteFile, with the properties that were included in their place.
  [[nodiscard]] const CoreSiteFile& of(const Piece& piece) const;

  /// Whether `piece` is judged as a part of another one.
  [[nodiscard]] bool is_part(const Piece& piece) const { return parts_.contains(&piece); }

 private:
  std::unordered_map<const Piece*, CoreSiteFile> followed_;
  std::set<const Piece*> parts_;
};

}  // namespace sparkwarden::lint
