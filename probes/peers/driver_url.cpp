// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/driver_url.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "agent/core/shown_value.hpp"

namespace sparkwarden::probes::peers {
namespace {

constexpr std::uint16_t kPort = 9797;
/// Whether `host` is some spelling of "all addresses of this machine". The resolver reads numbers
/// as inet_aton does, so 0, 00 and 0x0.0 are such spellings too.
bool is_wildcard(std::string_view host) {
  if (host == "*") return true;
  const std::string text(host.substr(0, host.find('%')));  // without a zone
  in_addr v4{};
  if (::inet_aton(text.c_str(), &v4) == 1) return v4.s_addr == INADDR_ANY;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  constexpr std::array<unsigned char, 4> kAny{};
  return IN6_IS_ADDR_UNSPECIFIED(&v6) ||
         (IN6_IS_ADDR_V4MAPPED(&v6) && std::equal(kAny.begin(), kAny.end(), &v6.s6_addr[12]));
}

Error wildcard(std::string_view host) {
  return {"url.wildcard", shown_text(host), "an address to listen on, not to call"};
}

Error invalid(std::string_view text, std::string detail) {
  return {"url.invalid", shown_text(text), std::move(detail)};
}

/// Whether host[:port] ends in a port; a bare IPv6 address has colons of its own.
bool names_port(std::string_view authority) {
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return false;
  if (bracket != std::string_view::npos) return colon > bracket;
  return authority.find(':') == colon;
}

}  // namespace

Result<io::HttpUrl> parse_driver_url(std::string_view text) {
  if (text.find('$') != std::string_view::npos) {
    return fail(
        invalid(text, "a variable that nobody expanded: $(NAME) works in env and args only"));
  }
  if (text.starts_with("https://")) return fail(invalid(text, "agents do not speak TLS"));
  std::string_view authority = text;
  if (authority.starts_with("http://")) authority.remove_prefix(7);
  if (authority.find("://") != std::string_view::npos) {
    return fail(invalid(text, "expected a host or an http:// URL"));
  }
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.find_first_of("/?#") != std::string_view::npos) {
    return fail(invalid(text, "a path does not belong here"));
  }
  const bool bare_v6 = !authority.starts_with('[') && std::ranges::count(authority, ':') > 1;
  const std::string host = bare_v6 ? "[" + std::string(authority) + "]" : std::string(authority);
  const std::string port = names_port(host) ? "" : ":" + std::to_string(kPort);
  if (is_wildcard(authority)) return fail(wildcard(authority));
  auto url = io::parse_url("http://" + host + port + "/v1/manifest");
  if (!url) return fail(invalid(text, url.error().detail));
  if (is_wildcard(url->host)) return fail(wildcard(url->host));
  return std::move(*url);
}

std::string host_of_spark_url(std::string_view url) {
  constexpr std::string_view kScheme = "spark://";
  if (!url.starts_with(kScheme)) return {};
  url.remove_prefix(kScheme.size());
  if (const std::size_t at = url.find('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  const std::size_t colon = url.rfind(':');
  if (colon == std::string_view::npos) return {};
  return std::string(url.substr(0, colon));
}

}  // namespace sparkwarden::probes::peers
