// SPDX-License-Identifier: Apache-2.0
// The head of a request: when it is complete, and what it says or which error it deserves. Pure, so
// that hostile input is a table of tests; the server only moves bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/core/answer.hpp"

namespace sparkwarden::io {

enum class HeadState { incomplete, complete, malformed, target_too_long, too_long };

/// `bytes` is the length of the complete head, with its empty line.
struct HeadScan {
  HeadState state = HeadState::incomplete;
  std::size_t bytes = 0;

  bool operator==(const HeadScan&) const = default;
};

/// Where the head at the start of `input` ends. A line feed without carriage return is malformed at
/// once: waiting for the rest would only tell the client by a timeout.
[[nodiscard]] HeadScan scan_head(std::string_view input, std::size_t bytes_max);

struct RequestHead {
  Request request;
  bool keep_alive = false;

  bool operator==(const RequestHead&) const = default;
};

/// The request in a complete head, or the answer that refuses it: 400, 405, 413, 414, 505.
[[nodiscard]] tl::expected<RequestHead, Answer> parse_head(std::string_view head);

/// Whether input that begins so gets no body, also where it is refused: HEAD.
[[nodiscard]] bool asks_for_head_alone(std::string_view input);

/// A refusal in plain text, with its reason. The connection is to be closed after it.
[[nodiscard]] Answer refusal(unsigned status, std::string_view reason);

}  // namespace sparkwarden::io
