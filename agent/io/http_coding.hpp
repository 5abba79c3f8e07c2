// SPDX-License-Identifier: Apache-2.0
// The body of an answer as it goes over the wire, compressed where the client wants that. A shared
// text is compressed once, and what is only this answer's follows it uncompressed in the same gzip
// stream, so that a scrape costs no compression.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "agent/core/answer.hpp"

namespace sparkwarden::io {

inline constexpr std::size_t kCodedFrom = 1024;          // smaller bodies gain nothing
inline constexpr std::size_t kDeflatedHere = 32 * 1024;  // more takes the loop over a millisecond

/// Whether Accept-Encoding allows gzip: named, or by `*`, with a q above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

/// Pieces in their order, and what they point to.
class CodedBody {
 public:
  CodedBody() = default;
  CodedBody(std::string begin, std::shared_ptr<SharedText> middle, bool deflated, std::string end)
      : begin_(std::move(begin)),
        middle_(std::move(middle)),
        deflated_(deflated),
        end_(std::move(end)) {}

  [[nodiscard]] std::array<std::string_view, 3> pieces() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::string begin_;
  std::shared_ptr<SharedText> middle_;
  bool deflated_ = false;
  std::string end_;
};

/// Takes the body out of `answer` and compresses it if `gzip` and worth it; then `answer` has the
/// headers that say so, and its ETag has become a weak one. A large text is compressed on the
/// worker thread; whoever asks for it meanwhile gets it as it is.
[[nodiscard]] boost::asio::awaitable<CodedBody> code_body(std::shared_ptr<Answer> answer,
                                                          bool gzip);

/// RFC 1951: `text` in blocks of which none is the last, ended at a byte, and its CRC-32.
struct Deflated {
  std::string bytes;
  std::uint32_t crc32 = 0;
};
[[nodiscard]] Deflated deflate_part(std::string_view text);

/// What makes the above a gzip stream: its header before, and after it `rest`, stored, and the
/// trailer. Source: RFC 1952.
[[nodiscard]] std::string gzip_begin();
[[nodiscard]] std::string gzip_end(std::uint32_t crc32, std::size_t bytes, std::string_view rest);

}  // namespace sparkwarden::io
