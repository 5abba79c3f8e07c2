// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/driver_url.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/core/shown_value.hpp"

namespace sparkwarden::probes::peers {
namespace {

constexpr std::uint16_t kPort = 9797;
constexpr std::array<std::string_view, 6> kWildcards{
    "0.0.0.0", "::", "0", "*", "::ffff:0.0.0.0", "0:0:0:0:0:0:0:0"};

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
  if (authority.find('/') != std::string_view::npos) {
    return fail(invalid(text, "a path does not belong here"));
  }
  const bool bare_v6 = !authority.starts_with('[') && std::ranges::count(authority, ':') > 1;
  const std::string host = bare_v6 ? "[" + std::string(authority) + "]" : std::string(authority);
  const std::string port = names_port(host) ? "" : ":" + std::to_string(kPort);
  if (std::ranges::find(kWildcards, authority) != kWildcards.end()) {
    return fail({"url.wildcard", std::string(authority), "an address to listen on, not to call"});
  }
  auto url = io::parse_url("http://" + host + port + "/v1/manifest");
  if (!url) return fail(invalid(text, url.error().detail));
  if (std::ranges::find(kWildcards, url->host) != kWildcards.end()) {
    return fail({"url.wildcard", url->host, "an address to listen on, not to call"});
  }
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
