// SPDX-License-Identifier: Apache-2.0
// What holds for any bytes that somebody sends as a request. Shared by the corpus and the fuzzer.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "agent/core/text.hpp"
#include "agent/io/http_request.hpp"
#include "agent/io/http_target.hpp"

namespace sparkwarden::tests {

/// The first property that `input` breaks; empty: none.
inline std::string broken_property(std::string_view input, std::size_t bytes_max = 8 * 1024) {
  const io::HeadScan scan = io::scan_head(input, bytes_max);
  if (scan.state == io::HeadState::incomplete && input.size() >= bytes_max) {
    return "waits for more than the limit";
  }
  if (scan.state != io::HeadState::complete) return scan.bytes == 0 ? "" : "bytes of no head";
  if (scan.bytes > std::min(bytes_max, input.size())) return "a head beyond what there is";
  const std::string_view text = input.substr(0, scan.bytes);
  if (!text.ends_with("\r\n\r\n") && text != "\r\n") return "a head without its empty line";

  const auto head = io::parse_head(text);
  if (!head) {
    static const std::set<unsigned> kRefusals{400, 405, 413, 414, 505};
    const Answer& answer = head.error();
    if (!kRefusals.contains(answer.status)) return "refused with " + std::to_string(answer.status);
    const std::string& body = answer.body;
    if (body.empty() || body.size() > 1024 || body.find('\n') != body.size() - 1) {
      return "a refusal that is not one line: " + body;
    }
    const std::string line = body.substr(0, body.size() - 1);
    return printable(line) == line ? "" : "a refusal that steers a terminal";
  }
  const Request& request = head->request;
  if (request.method != "GET" && request.method != "HEAD") return "method " + request.method;
  if (!request.path.starts_with('/')) return "path " + request.path;
  if (request.query.size() > io::kQueryPairsMax) return "too many query pairs";
  const auto is_plain = [](std::string_view word) {
    return is_utf8(word) &&
           std::ranges::none_of(word, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  };
  if (!is_plain(request.path)) return "a path with control characters";
  for (const auto& [name, value] : request.query) {
    if (!is_plain(name) || !is_plain(value)) return "a query with control characters";
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() ||
        (name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return "a header with a line end";
    }
  }
  return "";
}

}  // namespace sparkwarden::tests
