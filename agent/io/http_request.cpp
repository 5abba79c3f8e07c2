// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_request.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "agent/io/http_answer.hpp"
#include "agent/io/http_target.hpp"

namespace sparkwarden::io {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;

bool is_host_character(char c) {
  constexpr std::string_view kOther = "-._~%!$&'()*+,;=:[]";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOther.find(c) != std::string_view::npos;
}

/// The parser accepts HTTP/1.1 without Host, and any value; RFC 9112 3.2 says 400.
bool has_proper_host(const http::fields& fields, unsigned version) {
  const auto hosts = fields.count(http::field::host);
  if (hosts == 0) return version < 11;
  return hosts == 1 && std::ranges::all_of(fields[http::field::host], is_host_character);
}

std::string text(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

}  // namespace

HeadScan scan_head(std::string_view input, std::size_t bytes_max) {
  const std::string_view seen = input.substr(0, bytes_max);
  bool first_line = true;
  for (std::size_t line = 0;;) {
    const std::size_t end = seen.find('\n', line);
    if (end == std::string_view::npos) break;
    if (end == 0 || seen[end - 1] != '\r') return {.state = HeadState::malformed};
    if (!first_line && end == line + 1) return {.state = HeadState::complete, .bytes = end + 1};
    first_line = false;
    line = end + 1;
  }
  if (input.size() < bytes_max) return {.state = HeadState::incomplete};
  return {.state = first_line ? HeadState::target_too_long : HeadState::too_long};
}

tl::expected<RequestHead, Answer> parse_head(std::string_view head) {
  Parser parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // scan_head has kept the limit
  parser.body_limit(boost::none);                                  // told apart below
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(head), error);
  if (error == http::error::bad_version) {
    return tl::unexpected(refusal(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
  }
  if (error || !parser.is_header_done()) {
    return tl::unexpected(refusal(400, "malformed request: " + error.message()));
  }

  const auto& message = parser.get();
  if (!has_proper_host(message, message.version())) {
    return tl::unexpected(
        refusal(400, "HTTP/1.1 needs exactly one Host header, with a host in it"));
  }
  if (message.method() != http::verb::get && message.method() != http::verb::head) {
    Answer answer = refusal(405, "only GET and HEAD are served here");
    answer.headers.emplace_back("Allow", "GET, HEAD");
    return tl::unexpected(std::move(answer));
  }
  if (parser.content_length().value_or(0) > 0 ||
      message.count(http::field::transfer_encoding) > 0) {
    return tl::unexpected(refusal(413, "a request body is not accepted"));
  }
  auto target = parse_target(text(message.target()));
  if (!target) {
    const unsigned status = target.error().code == "target.too-long" ? 414 : 400;
    return tl::unexpected(refusal(status, "bad request target: " + target.error().detail));
  }
  Headers headers;
  for (const auto& field : message) {
    headers.emplace_back(text(field.name_string()), text(field.value()));
  }
  return RequestHead{.request = {.method = text(message.method_string()),
                                 .path = std::move(target->path),
                                 .query = std::move(target->query),
                                 .headers = std::move(headers)},
                     .keep_alive = message.keep_alive()};
}

bool asks_for_head_alone(std::string_view input) {
  return input.starts_with("HEAD ");
}

Answer refusal(unsigned status, std::string_view reason) {
  Answer answer{.status = status};
  answer.body = std::to_string(status) + ' ' + std::string(reason_phrase(status)) + ": " +
                std::string(reason) + '\n';
  return answer;
}

}  // namespace sparkwarden::io
