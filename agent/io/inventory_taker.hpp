// SPDX-License-Identifier: Apache-2.0
// What a probe that takes inventories keeps from run to run: its child, the last section it saw,
// and how often it saw none.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "agent/io/inventory.hpp"

namespace sparkwarden::io {

/// `Section` is a section of Manifest: PythonManifest, RuntimeManifest.
template <typename Section>
class InventoryTaker {
 public:
  using Pointer = std::shared_ptr<const Section>;

  InventoryTaker(Pointer Manifest::*section,
                 InventoryCodes codes,
                 std::unique_ptr<const FileReader> files)
      : section_(section), codes_(codes), files_(std::move(files)) {}

  /// What there is now: the pointer of the last time while nothing changes. nullptr when it could
  /// not be looked at; `seen` then says why, and when to ask again.
  [[nodiscard]] awaitable<Pointer> take(InventoryRequest request,
                                        milliseconds deadline,
                                        Observed& seen) {
    const std::string verb = request.verb;
    Result<Inventory> taken = co_await take_inventory(slot_, *files_, std::move(request), deadline);
    if (taken && taken->manifest.*section_ == nullptr) {
      taken = fail({"inventory.unreadable", taken->from, "this manifest has no `" + verb + "`"});
    }
    if (!taken) {
      seen.unlooked.push_back(unlooked(codes_, taken.error()));
      seen.again_in = inventory_pause(taken.error(), in_vain_++);
      co_return nullptr;
    }
    in_vain_ = 0;
    Pointer section = std::move(taken->manifest.*section_);
    if (last_ == nullptr || *last_ != *section) last_ = std::move(section);
    co_return last_;
  }

  /// Whether no child of it is left.
  [[nodiscard]] bool idle() { return !slot_.age(); }

 private:
  Pointer Manifest::*section_;
  InventoryCodes codes_;
  std::unique_ptr<const FileReader> files_;
  ChildSlot slot_;
  Pointer last_;
  int in_vain_ = 0;
};

}  // namespace sparkwarden::io
