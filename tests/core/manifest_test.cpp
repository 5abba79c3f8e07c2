// SPDX-License-Identifier: Apache-2.0
#include "agent/core/manifest.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

PythonManifest a_python() {
  return {
      .requested = "python3",
      .executable = "/usr/bin/python3",
      .implementation = "cpython",
      .version = "3.11.2",
      .abi = "cp311",
      .machine = "x86_64",
      .path = {"/usr/lib/python3/dist-packages"},
      .complete = false,
      .incomplete = {"/x: Permission denied"},
      .pyspark = PySpark{.version = "4.0.1",
                         .py4j = "0.10.9.9",
                         .cloudpickle = "3.1.1",
                         .path = "/opt/spark/python/lib/pyspark.zip"},
      .distributions = {{.name = "numpy",
                         .raw_name = "numpy",
                         .version = "1.26.4",
                         .origin = 0,
                         .installer = "pip",
                         .record_sha256 = std::string(64, 'a')},
                        {.name = "zope-interface",
                         .raw_name = "zope.interface",
                         .version = "6.1",
                         .origin = 0,
                         .direct_url = DirectUrl{.url = "https://example.org/z.git",
                                                 .commit = "c0ffee",
                                                 .editable = true}}},
      .shadowed = {{.name = "numpy", .version = "1.24.2", .origin = 0}},
      .notes = {{.kind = NoteKind::leftover, .subject = "~ip", .detail = "~ip-23.0.dist-info"}}};
}

RuntimeManifest a_runtime() {
  return {.spark_home = "/opt/spark",
          .spark = "4.0.1",
          .spark_build = "29434ea766b",
          .scala = "2.13.16",
          .hadoop = "3.4.1",
          .java = "17.0.9",
          .jars = {{"scala-library-2.13.16.jar", 6'000'000}, {"spark-core_2.13-4.0.1.jar", 1}}};
}

Manifest a_manifest() {
  return {.agent_version = "0.1.0",
          .pod = {.role = "driver", .uid = "u-1", .app_id = "spark-1", .user = "185:0"},
          .python = std::make_shared<const PythonManifest>(a_python()),
          .runtime = std::make_shared<const RuntimeManifest>(a_runtime()),
          .config = {{"core-site.xml", std::string(64, 'c')}},
          .storage = StorageView{.server = "10.10.0.10",
                                 .export_path = "/volume1/cp",
                                 .mount_path = "/mnt/cp",
                                 .fsid = "2a"}};
}

TEST(Manifest, WhatIsWrittenIsRead) {
  const Result<Manifest> read = parse_manifest(to_json(a_manifest()));

  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, a_manifest());
}

TEST(Manifest, AnEmptyOneIsReadToo) {
  const Result<Manifest> read = parse_manifest(to_json({}));

  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, Manifest{});
}

TEST(Manifest, TheOrderOfWhatWasFoundLeavesNoTrace) {
  PythonManifest python = a_python();
  RuntimeManifest runtime = a_runtime();
  std::swap(python.distributions[0], python.distributions[1]);
  std::swap(runtime.jars[0], runtime.jars[1]);
  Manifest other = a_manifest();
  other.python = std::make_shared<const PythonManifest>(python);
  other.runtime = std::make_shared<const RuntimeManifest>(runtime);

  EXPECT_EQ(to_json(other), to_json(a_manifest()));
}

TEST(Manifest, ADigestIsBoundToTheInstallationAndNotToThePod) {
  PythonManifest elsewhere = a_python();
  elsewhere.executable = "/opt/venv/bin/python";
  elsewhere.requested = "/opt/venv/bin/python";
  elsewhere.path = {"/opt/venv/lib"};
  elsewhere.distributions[0].installer = "uv";
  elsewhere.distributions[0].origin = 3;
  elsewhere.distributions[1].raw_name = "Zope_Interface";
  PythonManifest newer = a_python();
  newer.distributions[0].version = "2.1.0";
  RuntimeManifest moved = a_runtime();
  moved.spark_home = "/usr/spark";
  RuntimeManifest rebuilt = a_runtime();
  rebuilt.jars[1].bytes = 2;

  EXPECT_EQ(digest_of(elsewhere), digest_of(a_python()));
  EXPECT_NE(digest_of(newer), digest_of(a_python()));
  EXPECT_EQ(digest_of(moved), digest_of(a_runtime()));
  EXPECT_NE(digest_of(rebuilt), digest_of(a_runtime()));
}

TEST(Manifest, BytesThatAreNoTextDoNotSpoilTheDocument) {
  PythonManifest python = a_python();
  python.distributions[0].version = "1.0\xff";
  const Manifest odd{.python = std::make_shared<const PythonManifest>(python)};

  const Result<Manifest> read = parse_manifest(to_json(odd));

  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->python->distributions[0].version, "1.0\xef\xbf\xbd");
}

TEST(Manifest, Sha256IsThatOfTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

struct BadCase {
  std::string name;
  std::string text;
  std::string code;
};

class BadManifest : public testing::TestWithParam<BadCase> {};

TEST_P(BadManifest, IsRefusedByName) {
  const Result<Manifest> read = parse_manifest(GetParam().text);

  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, GetParam().code) << read.error().detail;
}

std::string repeated(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

std::string packages(int count) {
  return "{\"schema\":1,\"python\":{\"distributions\":[" + repeated("{\"name\":\"a\"},", count) +
         "{\"name\":\"a\"}]}}";
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    BadManifest,
    testing::Values(
        BadCase{"empty", "", "manifest.malformed"},
        BadCase{"half", "{\"schema\":1", "manifest.malformed"},
        BadCase{"array", "[]", "manifest.malformed"},
        BadCase{"html", "<html>", "manifest.malformed"},
        BadCase{"no_schema", "{}", "manifest.malformed"},
        BadCase{"other_schema", "{\"schema\":2}", "manifest.schema"},
        BadCase{"number_for_a_section", "{\"schema\":1,\"python\":7}", "manifest.malformed"},
        BadCase{"number_for_a_text",
                "{\"schema\":1,\"python\":{\"version\":3.11}}",
                "manifest.malformed"},
        BadCase{"text_for_a_list",
                "{\"schema\":1,\"python\":{\"path\":\"/usr\"}}",
                "manifest.malformed"},
        BadCase{"nameless_package",
                "{\"schema\":1,\"python\":{\"distributions\":[{\"version\":\"1\"}]}}",
                "manifest.malformed"},
        BadCase{"negative_size",
                "{\"schema\":1,\"runtime\":{\"jars\":[{\"name\":\"a\",\"bytes\":-1}]}}",
                "manifest.malformed"},
        BadCase{"long_text",
                "{\"schema\":1,\"python\":{\"version\":\"" + std::string(4097, '1') + "\"}}",
                "manifest.malformed"},
        BadCase{"depth", "{\"schema\":1,\"x\":" + repeated("[", 1000), "manifest.malformed"}),
    [](const auto& row) { return row.param.name; });

// Not in the table: its texts are made whenever a test of this program is started.
TEST(HugeManifest, IsRefusedByName) {
  const auto code_of = [](const std::string& text) {
    const Result<Manifest> read = parse_manifest(text);
    return read ? std::string("none") : read.error().code;
  };

  EXPECT_EQ(code_of(packages(20'000)), "manifest.malformed");
  EXPECT_EQ(code_of("{\"schema\":1,\"x\":[" + repeated("[],", 4'000'000) + "[]]}"),
            "manifest.too-large");
  EXPECT_EQ(code_of(std::string(kManifestBytesMax + 1, ' ')), "manifest.too-large");
}

}  // namespace
}  // namespace sparkwarden
