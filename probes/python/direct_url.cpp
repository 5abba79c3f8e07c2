// SPDX-License-Identifier: Apache-2.0
#include "probes/python/direct_url.hpp"

#include <algorithm>
#include <string>

#include <boost/json.hpp>

#include "agent/core/text.hpp"

namespace sparkwarden::probes::python {
namespace {

namespace json = boost::json;

constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kTextMax = 1024;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return to_utf8(std::string_view(value->get_string()).substr(0, kTextMax));
}

const json::object* object_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

/// `hashes` holds one or more algorithms; `hash` is the older form, `sha256=...`.
std::string hash_of(const json::object& archive) {
  if (const json::object* hashes = object_of(archive, "hashes")) {
    std::string sha256 = text_of(*hashes, "sha256");
    if (!sha256.empty()) return "sha256=" + sha256;
  }
  return text_of(archive, "hash");
}

}  // namespace

std::string without_credentials(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t begin = scheme + 3;
  std::string_view authority = url.substr(begin, url.find('/', begin) - begin);
  std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) {
    // `user:pass/word@host`: what follows the colon is no port, so the slash ends nothing.
    const std::size_t colon = authority.find(':');
    const bool port =
        colon == std::string_view::npos || authority.starts_with('[') ||
        authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    if (!port) at = url.substr(begin).rfind('@');
  }
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, begin)) + std::string(url.substr(begin + at + 1));
}

std::optional<DirectUrl> parse_direct_url(std::string_view text, std::string_view installer) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::error_code error;
  const json::value document = json::parse(text, error, {}, options);
  if (error || !document.is_object()) return std::nullopt;
  const json::object& object = document.get_object();
  DirectUrl direct{.url = without_credentials(text_of(object, "url"))};
  if (direct.url.empty()) return std::nullopt;

  if (const json::object* vcs = object_of(object, "vcs_info")) {
    direct.commit = text_of(*vcs, "commit_id");
  } else if (const json::object* archive = object_of(object, "archive_info")) {
    direct.hash = hash_of(*archive);
  } else if (const json::object* directory = object_of(object, "dir_info")) {
    const json::value* editable = directory->if_contains("editable");
    direct.editable = editable != nullptr && editable->is_bool() && editable->get_bool();
    const bool conda =
        installer == "conda" || direct.url.find("/feedstock_root/") != std::string::npos;
    if (!direct.editable && conda) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return direct;
}

}  // namespace sparkwarden::probes::python
