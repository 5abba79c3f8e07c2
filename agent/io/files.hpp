// SPDX-License-Identifier: Apache-2.0
// The one way to read a file of the pod: bounded, never blocking on a FIFO, every trouble told
// apart.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

namespace sparkwarden::io {

enum class FileTrouble { missing, no_permission, not_regular, symlink_loop, too_large, other };

struct FileError {
  FileTrouble trouble = FileTrouble::other;
  std::string path;
  std::string detail;  // the system's own words, or what it is instead

  bool operator==(const FileError&) const = default;
};

/// Two versions: RealFiles here, MemoryFiles in tests/support.
class FileReader {
 public:
  FileReader() = default;
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  virtual ~FileReader() = default;

  /// The whole content of a regular file of at most `bytes_max` bytes.
  [[nodiscard]] virtual tl::expected<std::string, FileError> read(const std::string& path,
                                                                  std::size_t bytes_max) const = 0;

  /// What the symbolic link `path` points at, as written in it; nullopt if it is no link or cannot
  /// be read as one. Touches only the directory that `path` is in.
  [[nodiscard]] virtual std::optional<std::string> link_target(const std::string& path) const = 0;

  /// Whether the directory has an entry that a ConfigMap would show: one that does not begin with
  /// `..`. nullopt if it cannot be listed.
  [[nodiscard]] virtual std::optional<bool> has_entries(const std::string& /*directory*/) const {
    return std::nullopt;
  }
};

class RealFiles final : public FileReader {
 public:
  [[nodiscard]] tl::expected<std::string, FileError> read(const std::string& path,
                                                          std::size_t bytes_max) const override;
  [[nodiscard]] std::optional<std::string> link_target(const std::string& path) const override;
  [[nodiscard]] std::optional<bool> has_entries(const std::string& directory) const override;
};

}  // namespace sparkwarden::io
