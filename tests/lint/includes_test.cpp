// SPDX-License-Identifier: Apache-2.0
// xi:include between files of a repository and keys of a ConfigMap.
#include "agent/lint/includes.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::briefs;
using tests::Files;
using tests::findings_in;

std::string site(const std::string& inner) {
  return "<configuration xmlns:xi=\"http://www.w3.org/2001/XInclude\">\n" + inner +
         "\n</configuration>\n";
}

const std::string kIncludesS3 = site("  <xi:include href=\"s3.xml\"/>");
const std::string kRemoteFs =
    site("  <property><name>fs.defaultFS</name><value>s3a://lake</value></property>");
// Says something only where the default file system is known.
constexpr const char* kCheckpoint =
    "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor.yaml\n"
    "spark.sql.streaming.checkpointLocation /mnt/checkpoints\n";
constexpr const char* kTemplate =
    "kind: Pod\n"
    "spec:\n"
    "  containers: [{name: s, volumeMounts: [{name: v, mountPath: /mnt/checkpoints}]}]\n"
    "  volumes: [{name: v, nfs: {server: h, path: /e}}]\n";

/// A ConfigMap with a core-site.xml that has an include, and an s3.xml.
std::string config_map(const std::string& s3, const std::string& more = "") {
  return "kind: ConfigMap\n"
         "metadata: {name: spark-conf}\n"
         "data:\n"
         "  core-site.xml: |\n"
         "    <configuration xmlns:xi=\"http://www.w3.org/2001/XInclude\">\n"
         "      <xi:include href=\"s3.xml\"/>\n"
         "    </configuration>\n"
         "  s3.xml: |\n" +
         s3 + more;
}

/// The default file system of the first application, and the file that says it.
std::string default_fs_in(const Files& files) {
  const std::vector<Source> sources = tests::sources_of(files);
  const Includes includes(sources);
  for (const Source& source : sources) {
    std::vector<const Piece*> pieces;
    if (source.piece) pieces.push_back(&*source.piece);
    for (const Piece& piece : source.manifest.pieces) pieces.push_back(&piece);
    for (const Piece* piece : pieces) {
      if (piece->name != "core-site.xml") continue;
      const CoreSiteFile& file = includes.of(*piece);
      const auto* property = file.content.find("fs.defaultFS");
      if (property == nullptr) return file.content.includes ? "(unknown)" : "(unset)";
      return property->value.text + " in " + file.path_of(*property);
    }
  }
  return "(no core-site.xml)";
}

TEST(IncludesInLint, AreFollowedBesideTheFile) {
  Files files{{"conf/core-site.xml", kIncludesS3},
              {"conf/executor.yaml", kTemplate},
              {"conf/spark-defaults.conf", kCheckpoint}};
  EXPECT_THAT(findings_in(files), IsEmpty());

  files["conf/s3.xml"] = kRemoteFs;
  const auto findings = findings_in(files);

  ASSERT_THAT(briefs(findings),
              ElementsAre("conf/spark-defaults.conf:2:40 config.checkpoint.default-fs"));
  ASSERT_FALSE(findings.front().related.empty());
  EXPECT_EQ(findings.front().related.front().location.path, "conf/s3.xml");
  EXPECT_EQ(findings.front().related.front().location.line, 2);
}

TEST(IncludesInLint, OfAConfigMapAreItsOwnKeysWithPlacesInTheManifest) {
  const auto findings = findings_in({{"k8s.yaml",
                                      config_map("    <configuration>\n"
                                                 "      <property>\n"
                                                 "    </configuration>\n")},
                                     {"s3.xml", kRemoteFs}});

  ASSERT_THAT(briefs(findings), ElementsAre("k8s.yaml:11:7 config.core-site.malformed"));
  ASSERT_THAT(findings.front().related, SizeIs(1));
  EXPECT_EQ(findings.front().related.front().location,
            (Location{.path = "k8s.yaml", .line = 6, .column = 25, .end_column = 31}));
}

TEST(IncludesInLint, OfAGeneratedConfigMapAreItsFilesUnderTheirKeys) {
  Files files{{"base/core-site.xml", kIncludesS3},
              {"base/s3.xml", site("<property name=\"fs.defaultFS\" value=\"file:///\"/>")},
              {"prod/s3-prod.xml", kRemoteFs},
              {"prod/kustomization.yaml",
               "configMapGenerator:\n"
               "  - name: spark-conf\n"
               "    files: [../base/core-site.xml, s3.xml=s3-prod.xml]\n"}};

  EXPECT_EQ(default_fs_in(files), "s3a://lake in prod/s3-prod.xml");

  // Two overlays, each with a file of its own: neither is guessed.
  files["dev/kustomization.yaml"] =
      "configMapGenerator:\n"
      "  - name: spark-conf\n"
      "    files: [../base/core-site.xml, s3.xml=s3-dev.xml]\n";
  EXPECT_EQ(default_fs_in(files), "(unknown)");
}

TEST(IncludesInLint, OfWhatWasNotGivenAreUnknownAndNothingRestsOnThem) {
  for (const char* href : {"credentials.xml",
                           "../s3.xml",
                           "/opt/spark/conf/s3.xml",
                           "file:///opt/spark/conf/s3.xml",
                           "https://example.org/s3.xml",
                           "sub/../../s3.xml",
                           "."}) {
    const Files files{{"conf/core-site.xml",
                       site("<xi:include href=\"" + std::string(href) +
                            "\"/><property name=\"fs.s3a.bucket\" value=\"${BUCKET}\"/>")},
                      {"conf/executor.yaml", kTemplate},
                      {"conf/spark-defaults.conf", kCheckpoint},
                      {"s3.xml", kRemoteFs}};

    EXPECT_THAT(findings_in(files), IsEmpty()) << href;
    for (const Linted& linted : tests::lint_files(files)) {
      EXPECT_THAT(linted.unlooked, IsEmpty()) << href;
    }
  }
}

TEST(IncludesInLint, DefineVariablesForOneAnother) {
  // By itself s3.xml would use a variable that Hadoop does not know.
  EXPECT_THAT(
      findings_in({{"core-site.xml",
                    site("<property name=\"BUCKET\" value=\"lake\"/>\n"
                         "<xi:include href=\"./s3.xml\"/>")},
                   {"s3.xml", site("<property name=\"fs.x\" value=\"s3a://${BUCKET}\"/>")}}),
      IsEmpty());
}

TEST(IncludesInLint, ThatLeadBackAreToldOnce) {
  const auto findings = findings_in({{"a-site.xml", site("<xi:include href=\"b-site.xml\"/>")},
                                     {"b-site.xml", site("\n<xi:include href=\"a-site.xml\"/>")}});

  ASSERT_THAT(briefs(findings), ElementsAre("a-site.xml:2:19 config.core-site.include-loop"));
}

TEST(IncludesInLint, AreBounded) {
  Files files;
  std::string many;
  for (int i = 0; i < 70; ++i) many += "<xi:include href=\"s3.xml\"/>\n";
  files["core-site.xml"] = site(many);
  files["s3.xml"] = kRemoteFs;

  std::vector<Unlooked> unlooked;
  for (const Linted& linted : tests::lint_files(files)) {
    unlooked.insert(unlooked.end(), linted.unlooked.begin(), linted.unlooked.end());
  }

  ASSERT_THAT(unlooked, SizeIs(1));
  EXPECT_THAT(unlooked.front().message, HasSubstr("more than 64 includes"));
}

}  // namespace
}  // namespace sparkwarden::lint
