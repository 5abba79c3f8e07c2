// SPDX-License-Identifier: Apache-2.0
#include "agent/io/token_file.hpp"

#include <algorithm>

#include "agent/core/accept.hpp"
#include "agent/io/files.hpp"

namespace sparkwarden::io {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  text.remove_suffix(text.size() - (text.find_last_not_of(kBlanks) + 1));
  return text;
}

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

tl::unexpected<Error> wrong(std::string code, const std::string& path, std::string detail) {
  return fail({.code = std::move(code), .subject = path, .detail = std::move(detail)});
}

/// Without a branch on a byte. `volatile`, so that the compiler does not find the first difference
/// worth stopping for.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

}  // namespace

Result<std::string> read_token(const std::string& path) {
  const auto text = RealFiles().read(path, kTokenBytesMax);
  if (!text) return wrong("token.unreadable", path, text.error().detail);
  const std::string_view token = trimmed(*text);
  if (token.empty()) return wrong("token.empty", path, "the file is empty");
  if (!std::ranges::all_of(token, is_token_character)) {
    return wrong("token.malformed",
                 path,
                 "a token is one word of letters, digits and - . _ ~ + / = (RFC 6750)");
  }
  return std::string(token);
}

bool presents_token(std::string_view authorization, std::string_view token) {
  constexpr std::string_view kScheme = "Bearer";
  if (token.empty() || authorization.size() <= kScheme.size() ||
      !same_word(authorization.substr(0, kScheme.size()), kScheme) ||
      authorization[kScheme.size()] != ' ') {
    return false;
  }
  return equal_in_constant_time(trimmed(authorization.substr(kScheme.size())), token);
}

}  // namespace sparkwarden::io
