// SPDX-License-Identifier: Apache-2.0
// ONC RPC over TCP as a proxy sees it: records out of a byte stream, and the head of a call.
// Source: RFC 5531, sections 9 and 11.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::tests {

/// Cuts a stream into records; fragments are put together.
class RecordReader {
 public:
  /// The records, without marks, that `bytes` completes.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

 private:
  std::string stream_;
  std::string record_;
};

/// One fragment with its mark.
[[nodiscard]] std::string framed(std::string_view record);

struct RpcHead {
  std::uint32_t xid = 0;
  std::uint32_t program = 0;
  std::uint32_t version = 0;
  std::uint32_t procedure = 0;
  std::uint32_t operation = 0;  // of an NFSv4 COMPOUND: the first that does something (see below)

  /// "NFS3 WRITE", "MOUNT3 MNT", "NFS4 OPEN", ...: for a COMPOUND the operation that it is for,
  /// which is the first that does more than find a file and ask for its attributes.
  [[nodiscard]] std::string name() const;
};

/// nullopt: the record is no call.
[[nodiscard]] std::optional<RpcHead> parse_call(std::string_view record);

/// Big-endian words, as XDR has them.
[[nodiscard]] std::string words(std::initializer_list<std::uint32_t> values);
[[nodiscard]] std::uint32_t word_at(std::string_view bytes, std::size_t offset);

/// The reply to `call` that says `status` (an nfsstat3, nfsstat4 or mountstat3) and nothing else.
[[nodiscard]] std::string status_reply(const RpcHead& call, std::uint32_t status);

}  // namespace sparkwarden::tests
