// SPDX-License-Identifier: Apache-2.0
// parse_manifest: strict about types and bounds, and bounded in memory whatever the text says.
#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>

#include "agent/core/manifest.hpp"

namespace sparkwarden {
namespace {

namespace json = boost::json;

// 16 MiB of `[],[],` would be a quarter of a gigabyte of values. The largest manifest that is one
// takes half of this.
constexpr std::size_t kValueBytesMax = 3 * kManifestBytesMax;
constexpr std::size_t kDepthMax = 16;

class BoundedMemory final : public json::memory_resource {
 private:
  // Alignments are not passed on: Boost.JSON 1.81 frees the key of a half-read object with another
  // one than it was given, and plain new suffices for all that it asks for.
  void* do_allocate(std::size_t bytes, std::size_t) override {
    if (bytes > kValueBytesMax - used_) throw std::bad_alloc();
    void* memory = ::operator new(bytes);
    used_ += bytes;
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t) override {
    ::operator delete(memory, bytes);
    used_ -= bytes;
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::size_t used_ = 0;
};

/// Where in the document something stands. Spelled out only for an error.
struct Where {
  const Where* parent = nullptr;
  std::string_view key = {};
  std::size_t index = 0;

  [[nodiscard]] std::string text() const {
    if (parent == nullptr) return {};
    const std::string before = parent->text();
    if (key.empty()) return before + "[" + std::to_string(index) + "]";
    return before.empty() ? std::string(key) : before + "." + std::string(key);
  }
};

/// Keeps the first thing that is wrong; after that everything reads as empty.
class Reader {
 public:
  std::optional<Error> error = {};

  /// nullptr where there is none, or null: both say that nobody knows.
  static const json::value* member(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  void wrong(const Where& where, std::string detail) {
    if (!error) error = Error{"manifest.malformed", where.text(), std::move(detail)};
  }

  std::string text_of(const json::value& value, const Where& where) {
    const json::string* text = value.if_string();
    if (text == nullptr) {
      wrong(where, "is not a text");
      return {};
    }
    if (text->size() > kManifestTextMax) {
      wrong(where, "is longer than " + std::to_string(kManifestTextMax) + " bytes");
      return {};
    }
    return std::string(text->data(), text->size());
  }

  std::string text(const json::object& object, std::string_view key, const Where& where) {
    const json::value* value = member(object, key);
    return value == nullptr ? std::string() : text_of(*value, Where{&where, key});
  }

  std::string needed(const json::object& object, std::string_view key, const Where& where) {
    std::string value = text(object, key, where);
    if (value.empty()) wrong(Where{&where, key}, "is missing or empty");
    return value;
  }

  bool flag(const json::object& object, std::string_view key, bool absent, const Where& where) {
    const json::value* value = member(object, key);
    if (value == nullptr) return absent;
    if (!value->is_bool()) wrong(Where{&where, key}, "is neither true nor false");
    return value->is_bool() && value->get_bool();
  }

  /// A whole number from 0 to `max`; `absent` where there is none.
  std::uint64_t number(const json::object& object,
                       std::string_view key,
                       std::uint64_t max,
                       std::uint64_t absent,
                       const Where& where) {
    const json::value* value = member(object, key);
    if (value == nullptr) return absent;
    const std::int64_t* small = value->if_int64();
    const std::uint64_t* large = value->if_uint64();
    if (small != nullptr && *small >= 0 && static_cast<std::uint64_t>(*small) <= max) {
      return static_cast<std::uint64_t>(*small);
    }
    if (large != nullptr && *large <= max) return *large;
    wrong(Where{&where, key}, "is not a whole number from 0 to " + std::to_string(max));
    return absent;
  }

  const json::object* object_of(const json::value& value, const Where& where) {
    const json::object* object = value.if_object();
    if (object == nullptr) wrong(where, "is not an object");
    return object;
  }

  const json::object* object(const json::object& from, std::string_view key, const Where& where) {
    const json::value* value = member(from, key);
    return value == nullptr ? nullptr : object_of(*value, Where{&where, key});
  }

  /// Calls `read(value, where)` for each item of a list of at most kManifestListMax.
  template <typename Read>
  void each(const json::object& from, std::string_view key, const Where& parent, Read read) {
    const json::value* value = member(from, key);
    if (value == nullptr) return;
    const Where where{&parent, key};
    const json::array* list = value->if_array();
    if (list == nullptr) return wrong(where, "is not a list");
    if (list->size() > kManifestListMax) {
      return wrong(where, "has more than " + std::to_string(kManifestListMax) + " entries");
    }
    for (std::size_t i = 0; i < list->size() && !error; ++i) read((*list)[i], Where{&where, {}, i});
  }

  std::vector<std::string> texts(const json::object& from,
                                 std::string_view key,
                                 const Where& where) {
    std::vector<std::string> all;
    each(from, key, where, [&](const json::value& value, const Where& at) {
      all.push_back(text_of(value, at));
    });
    return all;
  }

  /// An index into the search path, -1 where there is none.
  int origin(const json::object& from, const PythonManifest& python, const Where& where) {
    if (member(from, "origin") == nullptr) return -1;
    if (python.path.empty()) wrong(Where{&where, "origin"}, "points beside an empty path");
    if (error) return -1;
    return static_cast<int>(number(from, "origin", python.path.size() - 1, 0, where));
  }
};

std::optional<DirectUrl> direct_url(Reader& reader, const json::object& from, const Where& parent) {
  const json::object* object = reader.object(from, "direct_url", parent);
  if (object == nullptr) return std::nullopt;
  const Where where{&parent, "direct_url"};
  return DirectUrl{.url = reader.text(*object, "url", where),
                   .commit = reader.text(*object, "commit", where),
                   .hash = reader.text(*object, "hash", where),
                   .editable = reader.flag(*object, "editable", false, where)};
}

Distribution distribution(Reader& reader,
                          const json::object& from,
                          const PythonManifest& python,
                          const Where& where) {
  return {.name = reader.needed(from, "name", where),
          .raw_name = reader.text(from, "raw_name", where),
          .version = reader.text(from, "version", where),
          .origin = reader.origin(from, python, where),
          .installer = reader.text(from, "installer", where),
          .direct_url = direct_url(reader, from, where),
          .record_sha256 = reader.text(from, "record_sha256", where)};
}

void read_lists(Reader& reader, const json::object& from, PythonManifest& into, const Where& at) {
  reader.each(from, "distributions", at, [&](const json::value& value, const Where& where) {
    const json::object* object = reader.object_of(value, where);
    if (object != nullptr) {
      into.distributions.push_back(distribution(reader, *object, into, where));
    }
  });
  reader.each(from, "shadowed", at, [&](const json::value& value, const Where& where) {
    const json::object* object = reader.object_of(value, where);
    if (object == nullptr) return;
    into.shadowed.push_back({.name = reader.needed(*object, "name", where),
                             .version = reader.text(*object, "version", where),
                             .origin = reader.origin(*object, into, where)});
  });
  reader.each(from, "notes", at, [&](const json::value& value, const Where& where) {
    const json::object* object = reader.object_of(value, where);
    if (object == nullptr) return;
    const std::optional<NoteKind> kind = note_kind_from(reader.needed(*object, "kind", where));
    if (!kind) return;  // of a newer agent
    into.notes.push_back({.kind = *kind,
                          .subject = reader.text(*object, "subject", where),
                          .detail = reader.text(*object, "detail", where)});
  });
}

std::shared_ptr<const PythonManifest> python_of(Reader& reader,
                                                const json::object& document,
                                                const Where& root) {
  const json::object* from = reader.object(document, "python", root);
  if (from == nullptr) return nullptr;
  const Where at{&root, "python"};
  PythonManifest python{.requested = reader.text(*from, "requested", at),
                        .executable = reader.text(*from, "executable", at),
                        .implementation = reader.text(*from, "implementation", at),
                        .version = reader.text(*from, "version", at),
                        .abi = reader.text(*from, "abi", at),
                        .machine = reader.text(*from, "machine", at),
                        .path = reader.texts(*from, "path", at),
                        .complete = reader.flag(*from, "complete", false, at),
                        .incomplete = reader.texts(*from, "incomplete", at)};
  if (const json::object* pyspark = reader.object(*from, "pyspark", at)) {
    const Where where{&at, "pyspark"};
    python.pyspark = PySpark{.version = reader.text(*pyspark, "version", where),
                             .py4j = reader.text(*pyspark, "py4j", where),
                             .cloudpickle = reader.text(*pyspark, "cloudpickle", where),
                             .path = reader.text(*pyspark, "path", where)};
  }
  read_lists(reader, *from, python, at);
  return std::make_shared<const PythonManifest>(std::move(python));
}

std::shared_ptr<const RuntimeManifest> runtime_of(Reader& reader,
                                                  const json::object& document,
                                                  const Where& root) {
  const json::object* from = reader.object(document, "runtime", root);
  if (from == nullptr) return nullptr;
  const Where at{&root, "runtime"};
  RuntimeManifest runtime{.spark_home = reader.text(*from, "spark_home", at),
                          .spark = reader.text(*from, "spark", at),
                          .spark_build = reader.text(*from, "spark_build", at),
                          .scala = reader.text(*from, "scala", at),
                          .hadoop = reader.text(*from, "hadoop", at),
                          .java = reader.text(*from, "java", at),
                          .complete = reader.flag(*from, "complete", false, at),
                          .incomplete = reader.texts(*from, "incomplete", at)};
  reader.each(*from, "jars", at, [&](const json::value& value, const Where& where) {
    const json::object* object = reader.object_of(value, where);
    if (object == nullptr) return;
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    runtime.jars.push_back({.name = reader.needed(*object, "name", where),
                            .bytes = reader.number(*object, "bytes", kMax, 0, where)});
  });
  return std::make_shared<const RuntimeManifest>(std::move(runtime));
}

std::map<std::string, std::string> config_of(Reader& reader,
                                             const json::object& document,
                                             const Where& root) {
  std::map<std::string, std::string> config;
  const json::object* from = reader.object(document, "config", root);
  if (from == nullptr) return config;
  const Where at{&root, "config"};
  if (from->size() > kManifestListMax) reader.wrong(at, "has too many members");
  for (const json::key_value_pair& member : *from) {
    if (member.key().size() > kManifestTextMax) reader.wrong(at, "has a name that is too long");
    if (reader.error) break;
    config.emplace(member.key(), reader.text_of(member.value(), Where{&at, member.key()}));
  }
  return config;
}

Manifest manifest_of(Reader& reader, const json::object& document) {
  const Where root;
  Manifest manifest;
  if (const json::object* agent = reader.object(document, "agent", root)) {
    manifest.agent_version = reader.text(*agent, "version", Where{&root, "agent"});
  }
  if (const json::object* pod = reader.object(document, "pod", root)) {
    const Where at{&root, "pod"};
    manifest.pod = {.role = reader.text(*pod, "role", at),
                    .uid = reader.text(*pod, "uid", at),
                    .app_id = reader.text(*pod, "app_id", at),
                    .user = reader.text(*pod, "user", at)};
  }
  manifest.python = python_of(reader, document, root);
  manifest.runtime = runtime_of(reader, document, root);
  manifest.config = config_of(reader, document, root);
  if (const json::object* storage = reader.object(document, "storage", root)) {
    const Where at{&root, "storage"};
    manifest.storage = StorageView{.server = reader.text(*storage, "server", at),
                                   .export_path = reader.text(*storage, "export", at),
                                   .mount_path = reader.text(*storage, "mount_path", at),
                                   .fsid = reader.text(*storage, "fsid", at)};
  }
  return manifest;
}

Result<Manifest> read_document(const json::value& value) {
  const auto malformed = [](std::string subject, std::string detail) {
    return fail({"manifest.malformed", std::move(subject), std::move(detail)});
  };
  const json::object* document = value.if_object();
  if (document == nullptr) return malformed({}, "is not an object");
  const json::value* schema = document->if_contains("schema");
  if (schema == nullptr || !schema->is_int64()) return malformed("schema", "is not a whole number");
  if (schema->get_int64() != kManifestSchema) {
    const std::string asked = std::to_string(schema->get_int64());
    const std::string read = std::to_string(kManifestSchema);
    return fail({"manifest.schema",
                 "schema",
                 "is version " + asked + "; this agent reads version " + read});
  }
  Reader reader;
  Manifest manifest = manifest_of(reader, *document);
  if (reader.error) return fail(*std::move(reader.error));
  return manifest;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  const auto too_large = [](std::string detail) {
    return fail({"manifest.too-large", "", std::move(detail)});
  };
  if (text.size() > kManifestBytesMax) {
    return too_large(std::to_string(text.size()) + " bytes, more than " +
                     std::to_string(kManifestBytesMax));
  }
  BoundedMemory memory;
  try {
    json::parse_options options;
    options.max_depth = kDepthMax;
    json::parser parser(&memory, options);
    parser.reset(&memory);
    boost::system::error_code failed;
    parser.write(text, failed);
    if (failed) return fail({"manifest.malformed", "", failed.message()});
    return read_document(parser.release());
  } catch (const std::bad_alloc&) {
    return too_large("it unfolds to more than " + std::to_string(kValueBytesMax) +
                     " bytes of values");
  }
}

}  // namespace sparkwarden
