// SPDX-License-Identifier: Apache-2.0
// A file tree below a root that may belong to somebody else: another container's root file system,
// an unpacked image. Symbolic links are followed inside the root and never out of it. Blocking:
// for child processes and commands, not for the event loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "agent/io/descriptor.hpp"
#include "agent/io/files.hpp"

namespace sparkwarden::io {

enum class EntryKind { file, directory, other };

/// What a path leads to, links followed. `device` and `inode` tell whether two paths are one place.
struct EntryStatus {
  EntryKind kind = EntryKind::other;
  std::uint64_t bytes = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool executable = false;  // any of the three x bits

  bool operator==(const EntryStatus&) const = default;
};

/// A name in a directory; `kind` is nullopt for a symbolic link, or where the file system does not
/// say: ask status().
struct DirectoryEntry {
  std::string name = {};
  std::optional<EntryKind> kind = {};

  bool operator==(const DirectoryEntry&) const = default;
};

template <typename T>
using FileResult = tl::expected<T, FileError>;

/// All paths are absolute and inside the root; so are the paths in errors. Never blocks on a FIFO.
class Tree {
 public:
  /// The tree below `root`; "/" is this process's own. Errors: not there, no permission, no
  /// directory.
  [[nodiscard]] static FileResult<Tree> open(const std::string& root);
  /// The whole content of a regular file of at most `bytes_max` bytes.
  [[nodiscard]] FileResult<std::string> read(const std::string& path, std::size_t bytes_max) const;
  /// Up to `bytes` bytes of a regular file from `offset`; fewer only at its end.
  [[nodiscard]] FileResult<std::string> read_part(const std::string& path,
                                                  std::uint64_t offset,
                                                  std::size_t bytes) const;
  /// Names without `.` and `..`, sorted. Errors: `too_large` when there are more than
  /// `entries_max`.
  [[nodiscard]] FileResult<std::vector<DirectoryEntry>> list(const std::string& path,
                                                             std::size_t entries_max) const;
  [[nodiscard]] FileResult<EntryStatus> status(const std::string& path) const;
  /// As it is written in the link; nullopt when `path` is none.
  [[nodiscard]] std::optional<std::string> link_target(const std::string& path) const;
  /// `path` with every link resolved, inside the root. Errors: missing, `symlink_loop` after 40.
  [[nodiscard]] FileResult<std::string> real_path(const std::string& path) const;

  [[nodiscard]] const std::string& root() const { return root_; }

  /// The same tree without openat2(2), as on kernels that do not have it.
  [[nodiscard]] Tree without_openat2() && {
    by_kernel_ = false;
    return std::move(*this);
  }

 private:
  Tree(std::string root, Descriptor directory, bool by_kernel)
      : root_(std::move(root)), directory_(std::move(directory)), by_kernel_(by_kernel) {}
  [[nodiscard]] FileResult<Descriptor> open_inside(const std::string& path, int flags) const;
  [[nodiscard]] Descriptor open_by_hand(const std::string& resolved, int flags) const;

  std::string root_;
  Descriptor directory_;
  bool by_kernel_;
};

}  // namespace sparkwarden::io
