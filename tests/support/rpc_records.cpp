// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rpc_records.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace sparkwarden::tests {
namespace {

constexpr std::uint32_t kLastFragment = 0x80000000U;
constexpr std::uint32_t kNfs = 100003;
constexpr std::uint32_t kMount = 100005;

// Words and opaques of a record, one after the other. Past the end everything is 0.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint32_t word() {
    const std::uint32_t value = word_at(bytes_, at_);
    at_ += 4;
    return value;
  }
  void skip_opaque() {
    const std::size_t size = word();
    at_ += (size + 3) / 4 * 4;
  }
  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Numbers of RFC 7530, section 16.
enum Op : std::uint32_t {
  kOpAccess = 3,
  kOpGetattr = 9,
  kOpGetfh = 10,
  kOpLookup = 15,
  kOpPutfh = 22,
  kOpPutrootfh = 24,
  kOpRestorefh = 31,
  kOpSavefh = 32,
};

constexpr std::array<std::pair<std::uint32_t, std::string_view>, 18> kOperations{{
    {3, "ACCESS"},
    {4, "CLOSE"},
    {5, "COMMIT"},
    {6, "CREATE"},
    {9, "GETATTR"},
    {10, "GETFH"},
    {15, "LOOKUP"},
    {18, "OPEN"},
    {20, "OPEN_CONFIRM"},
    {25, "READ"},
    {26, "READDIR"},
    {28, "REMOVE"},
    {29, "RENAME"},
    {34, "SETATTR"},
    {35, "SETCLIENTID"},
    {36, "SETCLIENTID_CONFIRM"},
    {38, "WRITE"},
    {39, "RELEASE_LOCKOWNER"},
}};

// RFC 1813, section 3 and appendix I.
constexpr std::array<std::string_view, 22> kNfs3{
    "NULL",    "GETATTR",     "SETATTR", "LOOKUP", "ACCESS",   "READLINK", "READ",   "WRITE",
    "CREATE",  "MKDIR",       "SYMLINK", "MKNOD",  "REMOVE",   "RMDIR",    "RENAME", "LINK",
    "READDIR", "READDIRPLUS", "FSSTAT",  "FSINFO", "PATHCONF", "COMMIT"};
constexpr std::array<std::string_view, 6> kMount3{
    "NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"};

// What a COMPOUND is for: the first operation that does something, else the last one.
std::uint32_t operation_of(Cursor& arguments) {
  arguments.skip_opaque();              // tag
  static_cast<void>(arguments.word());  // minor version
  std::uint32_t count = arguments.word();
  std::uint32_t last = 0;
  for (; count > 0 && !arguments.at_end(); --count) {
    last = arguments.word();
    switch (last) {
      case kOpPutfh:
      case kOpLookup:
        arguments.skip_opaque();
        break;
      case kOpPutrootfh:
      case kOpSavefh:
      case kOpRestorefh:
      case kOpGetfh:
        break;
      case kOpAccess:
        static_cast<void>(arguments.word());
        break;
      case kOpGetattr:
        for (std::uint32_t bitmap = arguments.word(); bitmap > 0 && !arguments.at_end(); --bitmap) {
          static_cast<void>(arguments.word());
        }
        break;
      default:
        return last;
    }
  }
  return last;
}

std::string named(std::span<const std::string_view> names, std::uint32_t number) {
  return number < names.size() ? std::string(names[number]) : std::to_string(number);
}

}  // namespace

std::vector<std::string> RecordReader::feed(std::string_view bytes) {
  std::vector<std::string> records;
  stream_.append(bytes);
  while (stream_.size() >= 4) {
    const std::uint32_t mark = word_at(stream_, 0);
    const std::size_t size = mark & ~kLastFragment;
    if (stream_.size() < 4 + size) break;
    record_.append(stream_, 4, size);
    stream_.erase(0, 4 + size);
    if ((mark & kLastFragment) != 0) records.push_back(std::exchange(record_, {}));
  }
  return records;
}

std::string framed(std::string_view record) {
  return words({kLastFragment | static_cast<std::uint32_t>(record.size())}) + std::string(record);
}

std::string RpcHead::name() const {
  const std::string versioned = std::to_string(version) + " ";
  if (program == kMount) return "MOUNT" + versioned + named(kMount3, procedure);
  if (program != kNfs) return std::to_string(program) + " " + std::to_string(procedure);
  if (version == 3 || procedure == 0) return "NFS" + versioned + named(kNfs3, procedure);
  for (const auto& [number, word] : kOperations) {
    if (number == operation) return "NFS" + versioned + std::string(word);
  }
  return "NFS" + versioned + std::to_string(operation);
}

std::optional<RpcHead> parse_call(std::string_view record) {
  Cursor cursor(record);
  RpcHead head{.xid = cursor.word()};
  const std::uint32_t type = cursor.word();
  const std::uint32_t rpc_version = cursor.word();
  if (record.size() < 40 || type != 0 || rpc_version != 2) return std::nullopt;
  head.program = cursor.word();
  head.version = cursor.word();
  head.procedure = cursor.word();
  for (int i = 0; i < 2; ++i) {  // credentials, verifier
    static_cast<void>(cursor.word());
    cursor.skip_opaque();
  }
  if (head.program == kNfs && head.version == 4 && head.procedure == 1) {
    head.operation = operation_of(cursor);
  }
  return head;
}

std::string words(std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
    }
  }
  return bytes;
}

std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool there = offset + i < bytes.size();
    value = value << 8U | (there ? static_cast<unsigned char>(bytes[offset + i]) : 0U);
  }
  return value;
}

// Zeroes after the status are "no attributes" in version 3, and "no tag, no results" in version 4.
std::string status_reply(const RpcHead& call, std::uint32_t status) {
  const std::string accepted = words({call.xid, 1, 0, 0, 0, 0});
  return accepted + words({status, 0, 0, 0, 0, 0, 0});
}

}  // namespace sparkwarden::tests
