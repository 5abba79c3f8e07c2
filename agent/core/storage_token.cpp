// SPDX-License-Identifier: Apache-2.0
#include "agent/core/storage_token.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "agent/core/header_fields.hpp"

namespace sparkwarden {
namespace {

constexpr std::size_t kDirectoryMax = 64;
constexpr std::size_t kNameDigits = 16;
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kAgeDigitsMax = 12;  // of milliseconds: three decades

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<milliseconds> age_in(std::string_view text) {
  if (text.empty() || text.size() > kAgeDigitsMax) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return milliseconds(number);
}

bool set(Announcement& announcement, std::string_view key, std::string_view value) {
  if (key == "path" && is_token_path(value)) {
    announcement.token.path = value;
  } else if (key == "sha256" && is_hex(value, kDigestDigits)) {
    announcement.token.sha256 = value;
  } else if (const auto age = age_in(value); key == "age-ms" && age) {
    announcement.age = *age;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::string to_header(const OwnToken& own, Instant now) {
  const auto age = std::chrono::duration_cast<milliseconds>(now - own.closed);
  return "v=1, path=" + own.token.path + ", sha256=" + own.token.sha256 +
         ", age-ms=" + std::to_string(std::max(age, milliseconds(0)).count());
}

std::optional<Announcement> parse_announcement(std::string_view header) {
  constexpr std::size_t kKeys = 3;
  if (header.size() > kStorageHeaderBytesMax) return std::nullopt;
  const auto fields = header_fields(header);
  if (!fields || fields->size() != kKeys) return std::nullopt;
  Announcement announcement;
  for (const HeaderField& field : *fields) {
    if (!set(announcement, field.key, field.value)) return std::nullopt;
  }
  return announcement;
}

bool is_pod_directory(std::string_view name) {
  return !name.empty() && name.size() <= kDirectoryMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_of_pod(const StorageToken& token, std::string_view uid) {
  return uid.empty() || token.path.starts_with(token_path(uid, ""));
}

bool is_token_name(std::string_view name) {
  return name.starts_with("t-") && is_hex(name.substr(2), kNameDigits);
}

bool is_token_path(std::string_view path) {
  if (!path.starts_with(kStorageDirectory)) return false;
  path.remove_prefix(kStorageDirectory.size());
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  return slash != std::string_view::npos && is_pod_directory(path.substr(0, slash)) &&
         is_token_name(path.substr(slash + 1));
}

std::string token_path(std::string_view pod_directory, std::string_view name) {
  std::string path(kStorageDirectory);
  return path.append("/").append(pod_directory).append("/").append(name);
}

}  // namespace sparkwarden
