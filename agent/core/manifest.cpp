// SPDX-License-Identifier: Apache-2.0
// The value, its canonical JSON and its digests. manifest_read.cpp is the way back.
#include "agent/core/manifest.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/evp.h>

#include "agent/core/text.hpp"

namespace sparkwarden {
namespace {

namespace json = boost::json;

/// Valid UTF-8 of at most kManifestTextMax bytes: what comes from a hostile file must not make the
/// whole manifest unreadable for the other side.
json::string json_text(std::string_view text) {
  std::string clean = to_utf8(text.substr(0, kManifestTextMax));
  if (clean.size() > kManifestTextMax) {
    std::size_t end = kManifestTextMax;
    while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U) --end;
    clean.resize(end);
  }
  return json::string(clean);
}

/// An empty text means "not known" and is left out.
void put(json::object& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object[key] = json_text(text);
}

json::array texts(const std::vector<std::string>& lines) {
  json::array array;
  for (const std::string& line : lines) array.push_back(json_text(line));
  return array;
}

/// The same value with the members of every object sorted.
json::value canonical(json::value value) {
  if (json::array* array = value.if_array()) {
    for (json::value& item : *array) item = canonical(std::move(item));
    return value;
  }
  json::object* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<json::key_value_pair*> members;
  for (json::key_value_pair& member : *object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const json::key_value_pair* member) {
    return std::string_view(member->key());
  });
  json::object sorted;
  sorted.reserve(members.size());
  for (json::key_value_pair* member : members) {
    sorted.emplace(member->key(), canonical(std::move(member->value())));
  }
  return sorted;
}

json::object object_of(const DirectUrl& from) {
  json::object object;
  put(object, "url", from.url);
  put(object, "commit", from.commit);
  put(object, "hash", from.hash);
  object["editable"] = from.editable;
  return object;
}

/// What digests cover of each thing; the whole of it is this and what only its pod can tell.
json::object compared(const Distribution& from) {
  json::object object;
  put(object, "name", from.name);
  put(object, "version", from.version);
  if (from.direct_url) object["direct_url"] = object_of(*from.direct_url);
  put(object, "record_sha256", from.record_sha256);
  return object;
}

json::object whole(const Distribution& from) {
  json::object object = compared(from);
  put(object, "raw_name", from.raw_name);
  put(object, "installer", from.installer);
  if (from.origin >= 0) object["origin"] = from.origin;
  return object;
}

json::object compared(const PySpark& from) {
  json::object object;
  put(object, "version", from.version);
  put(object, "py4j", from.py4j);
  put(object, "cloudpickle", from.cloudpickle);
  return object;
}

json::array distributions_of(const PythonManifest& from,
                             json::object (*object_of_one)(const Distribution&)) {
  std::vector<const Distribution*> sorted;
  for (const Distribution& one : from.distributions) sorted.push_back(&one);
  std::ranges::stable_sort(
      sorted, {}, [](const Distribution* one) { return std::tie(one->name, one->version); });
  json::array array;
  array.reserve(sorted.size());
  for (const Distribution* one : sorted) array.push_back(object_of_one(*one));
  return array;
}

json::object compared(const PythonManifest& from) {
  json::object object;
  put(object, "implementation", from.implementation);
  put(object, "version", from.version);
  put(object, "abi", from.abi);
  put(object, "machine", from.machine);
  object["complete"] = from.complete;
  if (from.pyspark) object["pyspark"] = compared(*from.pyspark);
  object["distributions"] = distributions_of(from, &compared);
  return object;
}

json::object whole(const PythonManifest& from) {
  json::object object = compared(from);
  put(object, "requested", from.requested);
  put(object, "executable", from.executable);
  object["path"] = texts(from.path);
  object["incomplete"] = texts(from.incomplete);
  if (from.pyspark) put(object["pyspark"].as_object(), "path", from.pyspark->path);
  object["distributions"] = distributions_of(from, &whole);
  json::array& shadowed = object["shadowed"].emplace_array();
  for (const Shadowed& one : from.shadowed) {
    json::object hidden;
    put(hidden, "name", one.name);
    put(hidden, "version", one.version);
    if (one.origin >= 0) hidden["origin"] = one.origin;
    shadowed.push_back(std::move(hidden));
  }
  json::array& notes = object["notes"].emplace_array();
  for (const PythonNote& one : from.notes) {
    json::object note{{"kind", json_text(to_string(one.kind))}};
    put(note, "subject", one.subject);
    put(note, "detail", one.detail);
    notes.push_back(std::move(note));
  }
  return object;
}

json::object compared(const RuntimeManifest& from) {
  json::object object;
  put(object, "spark", from.spark);
  put(object, "spark_build", from.spark_build);
  put(object, "scala", from.scala);
  put(object, "hadoop", from.hadoop);
  put(object, "java", from.java);
  object["complete"] = from.complete;
  std::vector<Jar> jars = from.jars;
  std::ranges::sort(jars, {}, [](const Jar& jar) { return std::tie(jar.name, jar.bytes); });
  json::array& array = object["jars"].emplace_array();
  array.reserve(jars.size());
  for (const Jar& jar : jars) {
    json::object one{{"bytes", jar.bytes}};
    put(one, "name", jar.name);
    array.push_back(std::move(one));
  }
  return object;
}

json::object whole(const RuntimeManifest& from) {
  json::object object = compared(from);
  put(object, "spark_home", from.spark_home);
  object["incomplete"] = texts(from.incomplete);
  return object;
}

json::object object_of(const StorageView& from) {
  json::object object;
  put(object, "server", from.server);
  put(object, "export", from.export_path);
  put(object, "mount_path", from.mount_path);
  put(object, "fsid", from.fsid);
  return object;
}

json::object object_of(const ManifestPod& from) {
  json::object object;
  put(object, "role", from.role);
  put(object, "uid", from.uid);
  put(object, "app_id", from.app_id);
  put(object, "user", from.user);
  return object;
}

template <typename T>
bool equal(const std::shared_ptr<const T>& left, const std::shared_ptr<const T>& right) {
  return left == right || (left != nullptr && right != nullptr && *left == *right);
}

}  // namespace

bool operator==(const Manifest& left, const Manifest& right) {
  return left.agent_version == right.agent_version && left.pod == right.pod &&
         equal(left.python, right.python) && equal(left.runtime, right.runtime) &&
         left.config == right.config && left.storage == right.storage;
}

std::string to_json(const Manifest& manifest) {
  json::object agent;
  put(agent, "version", manifest.agent_version);
  json::object document{{"schema", kManifestSchema}, {"agent", std::move(agent)}};
  document["pod"] = object_of(manifest.pod);
  json::object digests;
  if (manifest.python != nullptr) {
    digests["python"] = digest_of(*manifest.python);
    document["python"] = whole(*manifest.python);
  }
  if (manifest.runtime != nullptr) {
    digests["runtime"] = digest_of(*manifest.runtime);
    document["runtime"] = whole(*manifest.runtime);
  }
  document["digests"] = std::move(digests);
  json::object config;
  for (const auto& [file, digest] : manifest.config) put(config, to_utf8(file), digest);
  document["config"] = std::move(config);
  if (manifest.storage) document["storage"] = object_of(*manifest.storage);
  return json::serialize(canonical(std::move(document)));
}

std::string digest_of(const PythonManifest& python) {
  return sha256_hex(json::serialize(canonical(compared(python))));
}

std::string digest_of(const RuntimeManifest& runtime) {
  return sha256_hex(json::serialize(canonical(compared(runtime))));
}

std::string sha256_hex(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  if (EVP_Digest(content.data(), content.size(), bytes.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    return {};
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[bytes[i] >> 4U];
    hex += kDigits[bytes[i] & 0xFU];
  }
  return hex;
}

}  // namespace sparkwarden
