// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/agent_url.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "agent/core/text.hpp"

namespace sparkwarden::commands {
namespace {

constexpr std::string_view kTarget = "/startupz";
constexpr std::uint16_t kDefaultPort = 9797;

std::optional<std::uint16_t> port_in(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

/// An agent on one address is not to be found on the loopback.
std::string host_of(std::string address) {
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  return error || ip.is_unspecified() ? "127.0.0.1" : address;
}

}  // namespace

Result<io::HttpUrl> agent_url(const settings::Listen& listen,
                              const std::optional<std::string>& port_file) {
  io::HttpUrl url{.host = host_of(listen.address), .target = std::string(kTarget)};
  url.port = listen.port > 0 ? static_cast<std::uint16_t>(listen.port) : kDefaultPort;
  if (!port_file) return url;
  const auto port = port_in(*port_file);
  if (!port) {
    return fail({"port-file.malformed", "", "holds no port: \"" + printable(*port_file) + "\""});
  }
  url.port = *port;
  return url;
}

Result<io::HttpUrl> gate_url(const std::string& text) {
  auto url = io::parse_url(text);
  if (url && url->target == "/") url->target = kTarget;
  return url;
}

}  // namespace sparkwarden::commands
