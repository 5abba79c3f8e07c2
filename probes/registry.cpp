// SPDX-License-Identifier: Apache-2.0
#include "probes/registry.hpp"

namespace sparkwarden::probes {

std::span<const ProbeRow> registry() { return {}; }

}  // namespace sparkwarden::probes
