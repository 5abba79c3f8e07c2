// SPDX-License-Identifier: Apache-2.0
// What one probe tells the others through the snapshot. Probes never see one another.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/finding.hpp"
#include "agent/core/python_manifest.hpp"
#include "agent/core/runtime_manifest.hpp"
#include "agent/core/storage_token.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden {

/// One `nfs:` volume of a pod template or interpreter spec, mounted or not.
struct NfsVolume {
  std::string name;         // the volume's name in the file
  std::string server;       // host name or address
  std::string export_path;  // absolute
  std::string mount_path;   // where the Spark container mounts it; empty: declared, never mounted
  bool read_only = false;
  bool checkpoint = false;  // holds the checkpoint location
  Location declared_at;

  bool operator==(const NfsVolume&) const = default;
};

/// Written by `config`: the storage that the mounted files speak of. `sources` are the files that
/// were looked at, for the message when there is nothing in them.
struct DeclaredStorage {
  std::vector<NfsVolume> volumes;
  std::vector<std::string> sources;

  bool operator==(const DeclaredStorage&) const = default;
};

/// Written by `storage`: the checkpoint target that was really probed.
struct StorageView {
  std::string server;
  std::string export_path;
  std::string mount_path;
  std::string fsid;  // as the server gave it, empty if it was not asked

  bool operator==(const StorageView&) const = default;
};

struct PeerView;

/// An empty member means "this run saw none"; fold then keeps the last one.
struct Facts {
  std::optional<DeclaredStorage> declared_storage = {};    // config
  std::map<std::string, std::string> config_digests = {};  // config: file name -> SHA-256
  std::optional<StorageView> storage = {};                 // storage
  std::optional<OwnToken> own_token = {};                  // storage, on the driver's side
  std::shared_ptr<const PythonManifest> python = {};       // python; the same pointer while equal
  std::shared_ptr<const RuntimeManifest> runtime = {};     // runtime; likewise
  std::shared_ptr<const PeerView> driver = {};             // peers; likewise
  std::optional<HeardToken> driver_token = {};             // peers: what the driver announced last

  bool operator==(const Facts&) const = default;
};

}  // namespace sparkwarden
