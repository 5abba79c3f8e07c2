// SPDX-License-Identifier: Apache-2.0
// What to_json writes is what docs/schemas/manifest.schema.json promises.
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "tests/support/json_schema.hpp"

namespace sparkwarden {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> violations(const json::value& manifest) {
  std::ifstream file(std::string(SPARKWARDEN_SOURCE_DIR) + "/docs/schemas/manifest.schema.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return tests::schema_violations(json::parse(text), manifest);
}

/// Every member of every part is set.
Manifest a_full_one() {
  PythonManifest python{
      .requested = "python3",
      .executable = "/usr/bin/python3",
      .implementation = "cpython",
      .version = "3.11.2",
      .abi = "cp311",
      .machine = "x86_64",
      .path = {"/usr/lib/python3/dist-packages"},
      .complete = false,
      .incomplete = {"/x: Permission denied"},
      .pyspark = PySpark{.version = "4.0.1", .py4j = "0.10.9.9", .cloudpickle = "3", .path = "/p"},
      .distributions = {{.name = "zope-interface",
                         .raw_name = "zope.interface",
                         .version = "6.1+local",
                         .origin = 0,
                         .installer = "pip",
                         .direct_url = DirectUrl{.url = "https://h.example/z.git",
                                                 .commit = "c0ffee",
                                                 .hash = "sha256=ff",
                                                 .editable = true},
                         .record_sha256 = std::string(64, 'a')}},
      .shadowed = {{.name = "numpy", .version = "1.24.2", .origin = 0}}};
  for (const NoteKind kind : {NoteKind::duplicate,
                              NoteKind::leftover,
                              NoteKind::no_metadata,
                              NoteKind::version_conflict,
                              NoteKind::invalid_version,
                              NoteKind::dynamic_path}) {
    python.notes.push_back({kind, "subject", "detail"});
  }
  RuntimeManifest runtime{.spark_home = "/opt/spark",
                          .spark = "4.0.1",
                          .spark_build = "29434ea766b",
                          .scala = "2.13.16",
                          .hadoop = "3.4.1",
                          .java = "17.0.9",
                          .jars = {{"spark-core_2.13-4.0.1.jar", 1}},
                          .complete = false,
                          .incomplete = {"/y: Permission denied"}};
  return {.agent_version = "0.1.0",
          .pod = {.role = "driver", .uid = "u-1", .app_id = "spark-1", .user = "185:0"},
          .python = std::make_shared<const PythonManifest>(std::move(python)),
          .runtime = std::make_shared<const RuntimeManifest>(std::move(runtime)),
          .config = {{"core-site.xml", std::string(64, 'c')}},
          .storage = StorageView{
              .server = "10.10.0.10", .export_path = "/v", .mount_path = "/m", .fsid = "2a"}};
}

TEST(ManifestSchema, AFullOneFollowsIt) {
  EXPECT_THAT(violations(json::parse(to_json(a_full_one()))), IsEmpty());
}

TEST(ManifestSchema, SoDoesOneOfWhichNothingIsKnown) {
  EXPECT_THAT(violations(json::parse(to_json({}))), IsEmpty());
  EXPECT_THAT(
      violations(json::parse(to_json({.python = std::make_shared<const PythonManifest>(),
                                      .runtime = std::make_shared<const RuntimeManifest>()}))),
      IsEmpty());
}

TEST(ManifestSchema, RefusesWhatIsNone) {
  json::value manifest = json::parse(to_json(a_full_one()));
  manifest.at("schema") = 2;
  manifest.at("config").as_object()["x"] = "no digest";
  manifest.at("python").as_object()["extra"] = 1;

  EXPECT_THAT(violations(manifest),
              ElementsAre("/schema: 2 is not allowed",
                          "/python: unknown member extra",
                          "/config/x: \"no digest\" does not match"));
}

}  // namespace
}  // namespace sparkwarden
