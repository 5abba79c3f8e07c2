// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/load_manifest.hpp"

#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/commands/take_manifest.hpp"
#include "agent/io/files.hpp"
#include "agent/io/http_client.hpp"
#include "agent/io/token_file.hpp"

namespace sparkwarden::commands {
namespace {

Error unreadable(const std::string& operand, std::string detail) {
  return {"manifest.unreadable", operand, std::move(detail)};
}

io::HttpGet request_for(io::HttpUrl url) {
  if (url.target == "/") url.target = "/v1/manifest";
  return {.url = std::move(url),
          .headers = {{"Accept", std::string(kManifestContentType)}},
          .deadline = milliseconds(10'000),
          .body_bytes_max = kManifestBytesMax};
}

/// What explains a status that is not 200.
std::string_view hint(unsigned status) {
  if (status == 503) return ": its agent has no inventory yet";
  return status == 401 ? ": its agent wants a token (--token-file)" : "";
}

Result<Manifest> from_agent(const std::string& operand, const std::string& token_file) {
  auto url = io::parse_url(operand);
  if (!url) return fail({"usage", operand, url.error().detail});
  io::HttpGet request = request_for(std::move(*url));
  if (!token_file.empty()) {
    const Result<std::string> token = io::read_token(token_file);
    if (!token) return fail({"usage", operand, token_file + ": " + token.error().detail});
    request.headers.emplace_back("Authorization", "Bearer " + *token);
  }
  boost::asio::io_context loop(1);
  Result<io::HttpReply> reply = fail(unreadable(operand, "no answer"));
  std::exception_ptr failure;
  boost::asio::co_spawn(loop,
                        io::http_get(std::move(request)),
                        [&](const std::exception_ptr& error, Result<io::HttpReply> result) {
                          failure = error;
                          reply = std::move(result);
                        });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  if (!reply) return fail(unreadable(operand, reply.error().code + " " + reply.error().detail));
  if (reply->status != 200) {
    return fail(unreadable(
        operand, "status " + std::to_string(reply->status) + std::string(hint(reply->status))));
  }
  return parse_manifest(reply->body);
}

}  // namespace

Result<Manifest> load_manifest(const std::string& operand, const std::string& token_file) {
  if (operand.find("://") != std::string::npos) return from_agent(operand, token_file);
  std::error_code ignored;
  if (std::filesystem::is_directory(operand, ignored)) return take_manifest({.root = operand}, {});
  const auto text = io::RealFiles().read(operand, kManifestBytesMax);
  if (!text) return fail(unreadable(operand, text.error().detail));
  return parse_manifest(*text);
}

}  // namespace sparkwarden::commands
