// SPDX-License-Identifier: Apache-2.0
// Reads members of a zip file inside a tree: Spark ships pyspark.zip, and eggs are zips too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

/// The central directory. Holds no open file.
class Zip {
 public:
  /// Errors: those of Tree::read_part, and `other` for what is no zip, uses ZIP64 or encryption, or
  /// has more than 20,000 members or 4 MiB of directory.
  [[nodiscard]] static io::FileResult<Zip> open(const io::Tree& tree, std::string path);

  /// Member names in the order of the directory.
  [[nodiscard]] std::vector<std::string_view> names() const;

  /// A member's content, stored or deflated, checked against its CRC-32.
  /// Errors: `missing`; `too_large` when it unpacks to more than `bytes_max`; `other` for damage.
  [[nodiscard]] io::FileResult<std::string> read(const io::Tree& tree,
                                                 std::string_view name,
                                                 std::size_t bytes_max) const;

 private:
  struct Member {
    std::string name;
    std::uint64_t offset = 0;
    std::uint32_t packed = 0;
    std::uint32_t unpacked = 0;
    std::uint32_t crc = 0;
    std::uint16_t method = 0;
  };

  std::string path_;
  std::vector<Member> members_;
};

}  // namespace sparkwarden::probes::python
