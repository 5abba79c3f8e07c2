// SPDX-License-Identifier: Apache-2.0
// The driver as its executor's agent knows it. Written by `peers`, read by python, runtime, config
// and storage through the snapshot.
#pragma once

#include <string>

#include "agent/core/manifest.hpp"

namespace sparkwarden {

/// A new one only when the driver's manifest changed, so that a steady driver wakes nobody.
struct PeerView {
  std::string url = {};
  std::string etag = {};
  Manifest manifest = {};
};

}  // namespace sparkwarden
