// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_client.hpp"

#include <algorithm>
#include <limits>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "agent/io/resolve.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Endpoints = std::vector<tcp::endpoint>;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

std::string authority(const HttpUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

Error told(std::string code, const HttpUrl& url, std::string detail) {
  return {.code = std::move(code), .subject = authority(url), .detail = std::move(detail)};
}

std::string code_of(const error_code& error) {
  if (error == beast::error::timeout) return "http.timeout";
  if (error == asio::error::connection_refused) return "http.refused";
  if (error == http::error::header_limit || error == http::error::body_limit ||
      error == http::error::buffer_overflow) {
    return "http.too-large";
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::error::eof || error == asio::error::connection_reset ||
      error == asio::error::broken_pipe || error == asio::error::operation_aborted) {
    return "http.closed";
  }
  if (error.category() == make_error_code(http::error::bad_version).category()) {
    return "http.malformed";
  }
  if (error == boost::system::errc::timed_out) return "http.timeout";
  if (error == asio::ssl::error::stream_truncated) return "http.closed";
  if (error.category() == asio::error::get_ssl_category()) return "http.tls";
  return "http.unreachable";
}

/// How far a request got that ran into its limit. "timeout" alone sends people to look at the wrong
/// end.
Error told(const error_code& error, const HttpUrl& url, const char* when_late) {
  const std::string code = code_of(error);
  return told(code, url, code == "http.timeout" ? when_late : error.message());
}

asio::awaitable<Result<Endpoints>> endpoints_of(HttpUrl url, Instant deadline) {
  if (url.host == "localhost") {  // RFC 6761 6.3; a scratch image has no /etc/hosts to ask
    const tcp::endpoint v4(asio::ip::address_v4::loopback(), url.port);
    const tcp::endpoint v6(asio::ip::address_v6::loopback(), url.port);
    co_return Endpoints{v4, v6};
  }
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  Resolved resolved = co_await resolve(url.host, url.port, left);
  if (!resolved.endpoints.empty()) co_return std::move(resolved.endpoints);
  const std::string code = Clock::now() >= deadline ? "http.timeout" : "http.resolve";
  co_return fail(told(code, url, "the name has no address: " + resolved.detail));
}

/// Connects `stream` to the first endpoint that takes it; the error of the last one.
asio::awaitable<error_code> connect(beast::tcp_stream& stream, Endpoints endpoints) {
  error_code last = asio::error::host_not_found;
  for (const tcp::endpoint& endpoint : endpoints) {
    const auto [error] = co_await stream.async_connect(endpoint, kNoThrow);
    last = error;
    if (!error || error == beast::error::timeout) break;
    stream.close();
  }
  co_return last;
}

std::string request_text(const HttpGet& request) {
  std::string text = "GET " + request.url.target + " HTTP/1.1\r\nHost: " + authority(request.url) +
                     "\r\nUser-Agent: sparkwarden/" SPARKWARDEN_VERSION
                     "\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

HttpReply to_reply(http::response<http::string_body> message) {
  HttpReply reply{.status = message.result_int(), .body = std::move(message.body())};
  for (const auto& field : message) {
    reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return reply;
}

/// Sends the request on a stream that is open, and reads the answer.
template <typename Stream>
asio::awaitable<Result<HttpReply>> ask(Stream& stream, const HttpGet& request) {
  const std::string text = request_text(request);
  const auto written = co_await asio::async_write(stream, asio::buffer(text), kNoThrow);
  error_code error = std::get<0>(written);
  if (error) co_return fail(told(error, request.url, "connected, and the request was not taken"));

  beast::flat_buffer buffer(request.header_bytes_max + 64 * 1024);
  http::response_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(
      std::min<std::size_t>(request.header_bytes_max, std::numeric_limits<std::uint32_t>::max())));
  parser.body_limit(request.body_bytes_max);
  const auto read = co_await http::async_read(stream, buffer, parser, kNoThrow);
  error = std::get<0>(read);
  if (error && parser.got_some() && code_of(error) == "http.closed") {
    co_return fail(told("http.cut", request.url, "the answer breaks off: " + error.message()));
  }
  if (error) {
    const bool begun = parser.got_some();
    co_return fail(told(error,
                        request.url,
                        begun ? "the answer did not come to its end" : "connected, and no answer"));
  }
  co_return to_reply(parser.release());
}

/// The same once the server has proven that it is the host of the URL.
asio::awaitable<Result<HttpReply>> ask_over_tls(beast::tcp_stream& stream, const HttpGet& request) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  error_code error;
  context.add_certificate_authority(asio::buffer(request.tls->authorities), error);
  if (error) {
    co_return fail(told("http.tls", request.url, "no certificates to trust: " + error.message()));
  }
  asio::ssl::stream<beast::tcp_stream&> secured(stream, context);
  secured.set_verify_mode(asio::ssl::verify_peer);
  secured.set_verify_callback(asio::ssl::host_name_verification(request.url.host));
  // A name only: RFC 6066 allows no address in there.
  error_code not_an_address;
  asio::ip::make_address(request.url.host, not_an_address);
  if (not_an_address) {
    std::string name = request.url.host;
    SSL_ctrl(secured.native_handle(),
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             name.data());
  }
  const auto shaken = co_await secured.async_handshake(asio::ssl::stream_base::client, kNoThrow);
  error = std::get<0>(shaken);
  if (error) co_return fail(told(error, request.url, "connected, and no TLS handshake"));
  Result<HttpReply> reply = co_await ask(secured, request);
  co_return reply;
}

}  // namespace

std::optional<std::string> HttpReply::header(std::string_view name) const {
  const auto value = find_header(headers, name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

asio::awaitable<Result<HttpReply>> http_get(HttpGet request) {
  const Instant deadline = Clock::now() + request.deadline;
  const Result<Endpoints> endpoints = co_await endpoints_of(request.url, deadline);
  if (!endpoints) co_return fail(endpoints.error());

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  beast::tcp_stream stream(executor);
  stream.expires_at(deadline);
  const error_code error = co_await connect(stream, *endpoints);
  if (error) co_return fail(told(error, request.url, "no answer to the connection attempt"));
  if (request.tls) {
    Result<HttpReply> secured = co_await ask_over_tls(stream, request);
    co_return secured;
  }
  Result<HttpReply> plain = co_await ask(stream, request);
  co_return plain;
}

}  // namespace sparkwarden::io
