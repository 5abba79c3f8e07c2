// SPDX-License-Identifier: Apache-2.0
// What an error of one step of a child means, whatever the protocol version called it. Pure.
#pragma once

#include "agent/io/child_protocol.hpp"

namespace sparkwarden::probes::storage {

enum class Trouble {
  none,
  not_permitted,   // the server does not talk to this client, or not in this way
  export_refused,  // the mount daemon's "access denied"
  export_missing,  // no such path to mount
  read_only,
  denied,  // permission, after the mount
  full,
  quota,
  stale,
  grace,
  silent,   // no answer in time
  refused,  // connection refused
  disconnected,
  protocol,  // bytes that are no NFS
  version,
  differs,  // data read back
  not_exclusive,
  not_renamed,  // a rename that did not replace, or a new name that is not listed
  moved,        // another file system than the expected one
  other,
};

/// The protocol's symbol decides where there is one; libnfs's numbers and words only where not.
[[nodiscard]] Trouble classify(const io::StepEnd& end);

/// The same of a step through the mount, where the kernel's errno says it all.
[[nodiscard]] Trouble classify_mount(const io::StepEnd& end);

}  // namespace sparkwarden::probes::storage
