// SPDX-License-Identifier: Apache-2.0
// An answer as it goes over the wire. Pure; the server writes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/answer.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::io {

/// Status line and headers with the empty line, for a body of `body_bytes`. Bytes that would end a
/// header value are left out, so a renderer cannot be made to write a second one.
[[nodiscard]] std::string answer_head(const Answer& answer,
                                      std::size_t body_bytes,
                                      bool keep_alive,
                                      WallTime now);

/// `Sun, 06 Nov 1994 08:49:37 GMT`, whatever the locale.
[[nodiscard]] std::string http_date(WallTime time);

/// The time in a Date header. nullopt: not of that form, or not from 1970 to 2200; the two older
/// forms of RFC 9110 5.6.7, which nobody may send any more, are not read.
[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text);

/// The words of RFC 9110 section 15; empty for a status the agent never gives.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace sparkwarden::io
