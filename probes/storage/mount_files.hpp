// SPDX-License-Identifier: Apache-2.0
// How the child through the mount opens, reads and lists. What lies on an export is untrusted:
// everything starts at a directory that is open already, is one name below it, and is no symbolic
// link. For the child process only: each of these calls can hang.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <dirent.h>

#include "agent/core/time.hpp"
#include "agent/io/descriptor.hpp"
#include "probes/storage/sweep_plan.hpp"
#include "probes/storage/wire_client.hpp"

namespace sparkwarden::probes::storage {

inline constexpr std::size_t kFirstBytes = 4096;  // one block: what a direct read is aligned to

/// The directory itself, to start from. Opening and closing it asks little of the server.
/// Errors: ELOOP or ENOTDIR where it is a link or no directory.
[[nodiscard]] Wire<io::Descriptor> open_directory(const io::Descriptor& parent,
                                                  const std::string& name);

/// The first kFirstBytes bytes of the file, past the page cache where the file system allows it:
/// what this node has in its memory proves nothing.
/// Errors: kNoFile where there is something else, which is not opened.
[[nodiscard]] Wire<std::string> read_first(const io::Descriptor& directory,
                                           const std::string& name);

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

/// The same directory, to read its entries; nullptr with errno set.
[[nodiscard]] Directory readable(const io::Descriptor& directory);

/// Entries whose names have the form of a pod's uid, a token's or a canary's name; links and the
/// like are `other`. What was not reached by `end`, or comes after many, is left out.
[[nodiscard]] Wire<std::vector<Listed>> list_ours(const io::Descriptor& directory, Instant end);

/// Of the name itself, asked of the server anew; an empty name is the directory.
[[nodiscard]] Wire<Listed> look_again(const io::Descriptor& directory, const std::string& name);

}  // namespace sparkwarden::probes::storage
