// SPDX-License-Identifier: Apache-2.0
// A manifest of this pod's Spark container, from wherever it can be had: the running Spark process
// through a disposable child, a root directory, or the file that an init container left.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/core/inventory_source.hpp"
#include "agent/core/manifest.hpp"
#include "agent/core/result.hpp"
#include "agent/core/time.hpp"
#include "agent/io/child.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "agent/io/scan_child.hpp"

namespace sparkwarden::io {

struct InventoryRequest {
  InventorySource source = InventorySource::automatic;
  std::string file = {};  // manifest.json that `wait --manifest` or `manifest --out` wrote
  ScanRequest scan = {};  // `scan.root` is used with InventorySource::root
  std::string executable = "/proc/self/exe";
  std::string verb = {};  // of the child
};

/// `from` says where it was taken: a root ("/proc/17/root") or the file.
struct Inventory {
  Manifest manifest = {};
  std::string from = {};
};

/// Errors, each with what was tried in `detail`: `inventory.absent` (no process and no file yet),
/// `inventory.not-permitted`, `inventory.unfinished` (the deadline; subject: the step it hung in),
/// `inventory.unreadable` (a file or child that does not say what it should), `inventory.busy` (an
/// earlier child cannot be ended).
/// Units: `deadline` for everything.    Thread: the loop's; parsing runs on the worker.
[[nodiscard]] awaitable<Result<Inventory>> take_inventory(ChildSlot& slot,
                                                          const FileReader& files,
                                                          InventoryRequest request,
                                                          milliseconds deadline);

/// The rows of a probe that takes inventories, one for each error of take_inventory.
struct InventoryCodes {
  const Code* absent;
  const Code* not_permitted;
  const Code* unfinished;
  const Code* unreadable;
  const Code* busy;
};

/// An error of take_inventory, told with the probe's own row.
[[nodiscard]] Unlooked unlooked(const InventoryCodes& codes, const Error& error);

/// How long to wait before the next look after `runs` in vain, the last for `error`; nullopt: as
/// long as ever. An init container writes an absent one seconds after the agent started, or nobody
/// ever does. A scan that was not finished found the node busy and its files on disk: the next has
/// them in memory, and the gate's timeout is shorter than the period.
[[nodiscard]] std::optional<milliseconds> inventory_pause(const Error& error, int runs);

}  // namespace sparkwarden::io
