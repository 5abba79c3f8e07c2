// SPDX-License-Identifier: Apache-2.0
#include "probes/python/zip.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <zlib.h>

namespace sparkwarden::probes::python {
namespace {

// PKWARE APPNOTE 4.3: sizes and signatures of the three records that are read.
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kCommentMax = 65'535;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::string_view kEndMark("PK\x05\x06", 4);
constexpr std::string_view kEntryMark("PK\x01\x02", 4);
constexpr std::string_view kLocalMark("PK\x03\x04", 4);

constexpr std::size_t kMembersMax = 20'000;
constexpr std::size_t kDirectoryMax = 4 << 20;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint32_t kZip64 = 0xFFFFFFFF;

std::uint32_t number(std::string_view text, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) {
    value = (value << 8U) | static_cast<unsigned char>(text[at + i - 1]);
  }
  return value;
}

std::uint16_t number16(std::string_view text, std::size_t at) {
  return static_cast<std::uint16_t>(number(text, at, 2));
}

tl::unexpected<io::FileError> bad(const std::string& path, std::string detail) {
  return tl::unexpected(io::FileError{io::FileTrouble::other, path, std::move(detail)});
}

struct InflateEnd {
  z_stream* stream;
  ~InflateEnd() { ::inflateEnd(stream); }
};

/// Raw deflate data; nullopt when it is damaged or is not exactly `unpacked` bytes long.
std::optional<std::string> inflated(std::string packed, std::size_t unpacked) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return std::nullopt;
  const InflateEnd end{&stream};
  std::string content(unpacked + 1, '\0');  // one more, to see that there is no more
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  if (::inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.total_out != unpacked) {
    return std::nullopt;
  }
  content.resize(unpacked);
  return content;
}

}  // namespace

io::FileResult<Zip> Zip::open(const io::Tree& tree, std::string path) {
  const auto status = tree.status(path);
  if (!status) return tl::unexpected(status.error());
  const std::uint64_t tail_bytes = std::min<std::uint64_t>(status->bytes, kEndBytes + kCommentMax);
  const std::uint64_t tail_at = status->bytes - tail_bytes;
  const auto tail = tree.read_part(path, tail_at, tail_bytes);
  if (!tail) return tl::unexpected(tail.error());
  if (tail->size() < kEndBytes) return bad(path, "no zip file");
  const std::size_t end = tail->rfind(kEndMark, tail->size() - kEndBytes);
  if (end == std::string::npos) return bad(path, "no zip file");

  const std::size_t count = number16(*tail, end + 10);
  const std::uint32_t bytes = number(*tail, end + 12, 4);
  const std::uint32_t offset = number(*tail, end + 16, 4);
  if (offset == kZip64 || bytes == kZip64 || count == 0xFFFF) return bad(path, "a ZIP64 file");
  if (count > kMembersMax || bytes > kDirectoryMax) return bad(path, "more than 20000 members");
  // What stands in front of a zip (a self-extractor, `#!/usr/bin/env python`) moves every offset.
  const std::uint64_t directory_end = tail_at + end;
  if (directory_end < std::uint64_t{offset} + bytes) return bad(path, "a damaged zip file");
  const std::uint64_t moved = directory_end - bytes - offset;

  const auto directory = tree.read_part(path, moved + offset, bytes);
  if (!directory) return tl::unexpected(directory.error());
  Zip zip;
  std::string_view rest = *directory;
  for (std::size_t i = 0; i < count; ++i) {
    if (rest.size() < kEntryBytes || !rest.starts_with(kEntryMark)) {
      return bad(path, "a damaged zip file");
    }
    const std::size_t name_bytes = number16(rest, 28);
    const std::size_t all = kEntryBytes + name_bytes + number16(rest, 30) + number16(rest, 32);
    if (rest.size() < all) return bad(path, "a damaged zip file");
    const bool encrypted = (number16(rest, 8) & kEncrypted) != 0;
    zip.members_.push_back({.name = std::string(rest.substr(kEntryBytes, name_bytes)),
                            .offset = moved + number(rest, 42, 4),
                            .packed = number(rest, 20, 4),
                            .unpacked = number(rest, 24, 4),
                            .crc = number(rest, 16, 4),
                            .method = encrypted ? std::uint16_t{0xFFFF} : number16(rest, 10)});
    rest.remove_prefix(all);
  }
  zip.path_ = std::move(path);
  return zip;
}

std::vector<std::string_view> Zip::names() const {
  std::vector<std::string_view> names;
  names.reserve(members_.size());
  for (const Member& member : members_) names.emplace_back(member.name);
  return names;
}

io::FileResult<std::string> Zip::read(const io::Tree& tree,
                                      std::string_view name,
                                      std::size_t bytes_max) const {
  const std::string where = path_ + "/" + std::string(name);
  const auto member = std::ranges::find(members_, name, &Member::name);
  if (member == members_.end()) {
    return tl::unexpected(io::FileError{io::FileTrouble::missing, where, "no such member"});
  }
  // Packed data can be larger than what it holds, but not by much.
  if (member->unpacked > bytes_max || member->packed > bytes_max + 1024) {
    return tl::unexpected(io::FileError{
        io::FileTrouble::too_large, where, "more than " + std::to_string(bytes_max) + " bytes"});
  }
  const auto head = tree.read_part(path_, member->offset, kLocalBytes);
  if (!head) return tl::unexpected(head.error());
  if (head->size() < kLocalBytes || !head->starts_with(kLocalMark)) {
    return bad(where, "a damaged zip file");
  }
  const std::uint64_t data =
      member->offset + kLocalBytes + number16(*head, 26) + number16(*head, 28);
  auto packed = tree.read_part(path_, data, member->packed);
  if (!packed) return packed;
  if (packed->size() != member->packed) return bad(where, "a damaged zip file");

  std::optional<std::string> content;
  if (member->method == kStored && member->packed == member->unpacked) {
    content = std::move(*packed);
  } else if (member->method == kDeflated) {
    content = inflated(std::move(*packed), member->unpacked);
  } else if (member->method != kStored) {
    return bad(where, "encrypted, or compressed in a way that Python does not know either");
  }
  const auto crc_of = [](const std::string& text) {
    return ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  };
  if (!content || crc_of(*content) != member->crc) return bad(where, "a damaged zip member");
  return std::move(*content);
}

}  // namespace sparkwarden::probes::python
