// SPDX-License-Identifier: Apache-2.0
// As storage_soak.hpp, for mounts and the tokens that go through them: a driver and an executor
// whose common mount misbehaves at random, beside a server that is there, refuses or cuts.
#pragma once

#include "tests/support/storage_soak.hpp"

namespace sparkwarden::tests {

/// `plan.version` is of the wire. Needs root, FUSE and NFS-Ganesha.
[[nodiscard]] SoakResult mount_soak(const SoakPlan& plan);

}  // namespace sparkwarden::tests
