// SPDX-License-Identifier: Apache-2.0
#include "probes/registry.hpp"

namespace sparkwarden::probes {

std::span<const ProbeRow> registry() { return {}; }

std::span<const ChildVerb> child_verbs() { return {}; }

}  // namespace sparkwarden::probes
