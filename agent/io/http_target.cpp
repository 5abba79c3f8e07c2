// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_target.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agent/core/text.hpp"

namespace sparkwarden::io {
namespace {

constexpr std::string_view kScheme = "http://";

tl::unexpected<Error> malformed(std::string_view text, std::string detail) {
  return fail(
      {.code = "target.malformed", .subject = printable(text), .detail = std::move(detail)});
}

std::optional<char> hex_pair(std::string_view digits) {
  unsigned char value = 0;
  if (digits.size() < 2) return std::nullopt;
  const char* end = digits.data() + 2;
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return static_cast<char>(value);
}

bool is_control(char c) {
  return (c >= 0 && c < 0x20) || c == 0x7F;
}

/// nullopt: a bad escape, a control character, or not UTF-8.
std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      const auto value = hex_pair(text.substr(at + 1));
      if (!value) return std::nullopt;
      c = *value;
      at += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    decoded += c;
  }
  if (!is_utf8(decoded)) return std::nullopt;
  return decoded;
}

/// Up to the first of `stops`, which is taken off `text` as well.
std::string_view take_until(std::string_view& text, char stop) {
  const std::size_t end = std::min(text.find(stop), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return head;
}

bool starts_with_scheme(std::string_view text) {
  return text.size() >= kScheme.size() &&
         std::ranges::equal(text.substr(0, kScheme.size()), kScheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
         });
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.';
}

/// Takes the host off `authority`; nullopt if it is none.
std::optional<std::string> take_host(std::string_view& authority) {
  std::string_view host;
  bool good = false;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    good = std::ranges::all_of(host, is_ipv6_character);
  } else {
    host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(host.size());
    good = std::ranges::all_of(host, is_host_character);
  }
  if (!good || host.empty() || host.size() > 253) return std::nullopt;
  return std::string(host);
}

/// `text` is what follows the host: nothing, or `:` and digits.
std::optional<std::uint16_t> port_of(std::string_view text) {
  if (text.empty()) return std::uint16_t{80};
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, port);
  if (text.front() != ':' || error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetBytesMax) {
    return fail({.code = "target.too-long",
                 .subject = printable(text.substr(0, 64)),
                 .detail = "more than " + std::to_string(kTargetBytesMax) + " bytes"});
  }
  std::string_view rest = text;
  if (starts_with_scheme(rest)) {
    rest.remove_prefix(kScheme.size());
    rest.remove_prefix(std::min(rest.find_first_of("/?"), rest.size()));
  }
  const bool absolute = rest.size() != text.size();
  if (!rest.starts_with('/') && !absolute) return malformed(text, "neither a path nor an http URL");
  if (rest.find('#') != std::string_view::npos) return malformed(text, "holds a fragment");

  const auto path = decode(take_until(rest, '?'), false);
  if (!path) return malformed(text, "bad escape or character in the path");
  Target target{.path = path->empty() ? "/" : *path};
  while (!rest.empty()) {
    std::string_view pair = take_until(rest, '&');
    if (pair.empty()) continue;
    const auto name = decode(take_until(pair, '='), true);
    const auto value = decode(pair, true);
    if (!name || !value) return malformed(text, "bad escape or character in the query");
    if (target.query.size() == kQueryPairsMax) return malformed(text, "too many query parameters");
    target.query.emplace_back(*name, *value);
  }
  return target;
}

Result<HttpUrl> parse_url(std::string_view text) {
  const auto bad = [&](std::string detail) {
    return fail(
        {.code = "url.malformed", .subject = printable(text.substr(0, 256)), .detail = detail});
  };
  if (!starts_with_scheme(text)) return bad("expected http://HOST[:PORT][/PATH]");
  std::string_view rest = text.substr(kScheme.size());
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());

  const auto host = take_host(authority);
  if (!host) return bad("expected a host name or address after http://");
  const auto port = port_of(authority);
  if (!port) return bad("expected a port from 1 to 65535 after the host");
  HttpUrl url{.host = *host, .port = *port};
  if (!rest.empty())
    url.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (auto target = parse_target(url.target); !target) return bad(target.error().detail);
  if (url.target.find(' ') != std::string::npos) return bad("holds a blank");
  return url;
}

}  // namespace sparkwarden::io
