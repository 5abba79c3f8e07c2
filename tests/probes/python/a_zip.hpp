// SPDX-License-Identifier: Apache-2.0
// Zip files made byte by byte, so that they can be wrong in every place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace sparkwarden::probes::python {

struct ZipMember {
  std::string name = {};
  std::string content = {};
  std::uint16_t method = 0;    // 8: deflated
  std::uint16_t flags = 0;     // 1: encrypted
  std::int64_t unpacked = -1;  // -1: the truth
  std::int64_t packed = -1;
  std::int64_t crc = -1;
};

struct ZipFaults {
  std::string prefix = {};   // in front of everything, offsets as if it were not there
  std::string comment = {};  // behind everything
  std::int64_t members = -1;
  std::int64_t directory_bytes = -1;
  std::int64_t directory_offset = -1;
};

inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return text;
}

inline std::string deflated(std::string content) {
  z_stream stream{};
  ::deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(::deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

inline std::string a_zip(const std::vector<ZipMember>& members, const ZipFaults& faults = {}) {
  const auto or_truth = [](std::int64_t lie, std::uint64_t truth) {
    return lie < 0 ? truth : static_cast<std::uint64_t>(lie);
  };
  std::string data;
  std::string directory;
  for (const ZipMember& member : members) {
    const std::string packed = member.method == 8 ? deflated(member.content) : member.content;
    const auto* bytes = reinterpret_cast<const Bytef*>(member.content.data());
    const std::uint64_t crc = ::crc32(0, bytes, static_cast<uInt>(member.content.size()));
    const std::string common =
        little(20, 2) + little(member.flags, 2) + little(member.method, 2) + little(0, 4) +
        little(or_truth(member.crc, crc), 4) + little(or_truth(member.packed, packed.size()), 4) +
        little(or_truth(member.unpacked, member.content.size()), 4) + little(member.name.size(), 2);
    directory += "PK\x01\x02" + little(20, 2) + common + std::string(12, '\0') +
                 little(data.size(), 4) + member.name;
    data += "PK\x03\x04" + common + little(2, 2) + member.name + "xx" + packed;
  }
  return faults.prefix + data + directory + "PK\x05\x06" + little(0, 6) +
         little(or_truth(faults.members, members.size()), 2) +
         little(or_truth(faults.directory_bytes, directory.size()), 4) +
         little(or_truth(faults.directory_offset, data.size()), 4) +
         little(faults.comment.size(), 2) + faults.comment;
}

}  // namespace sparkwarden::probes::python
