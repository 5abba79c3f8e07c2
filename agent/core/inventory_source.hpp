// SPDX-License-Identifier: Apache-2.0
// Where an inventory of the Spark container is taken from.
#pragma once

namespace sparkwarden {

/// `automatic`: the Spark process where there is one that may be looked at, else the file that an
/// init container left.
enum class InventorySource { automatic, file, proc, root };

}  // namespace sparkwarden
