// SPDX-License-Identifier: Apache-2.0
// core-site.xml with all that Hadoop loads for it, as the probe sees it.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "probes/config/look.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/memory_files.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::MemoryFiles;

constexpr const char* kCoreSite = "/opt/spark/conf/core-site.xml";

std::string site(const std::string& inner) {
  return "<configuration xmlns:xi=\"http://www.w3.org/2001/XInclude\">\n" + inner +
         "\n</configuration>\n";
}

Observed look_at(const MemoryFiles& files, std::map<std::string, std::string> environment = {}) {
  settings::World world;
  world.role = Role::driver;
  world.environment = std::move(environment);
  return look(files, world, Settings());
}

std::vector<std::string> codes(const Observed& observed) {
  std::vector<std::string> all;
  for (const Finding& finding : observed.findings) all.push_back(finding.code);
  for (const Unlooked& each : observed.unlooked) all.push_back("?" + each.code);
  return all;
}

TEST(Includes, AreReadAndDigested) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"s3.xml\"/>"))
      .put("/opt/spark/conf/s3.xml", site("<property name='fs.s3a.endpoint' value='x'/>"));

  const Observed observed = look_at(files);

  EXPECT_THAT(codes(observed), IsEmpty());
  EXPECT_EQ(observed.measurements.front().value, 1);
  EXPECT_TRUE(observed.facts.config_digests.contains("s3.xml"));
}

TEST(Includes, SetTheDefaultFileSystemOfAnotherFile) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"fs.xml\"/>"))
      .put("/opt/spark/conf/fs.xml", site("<property name='fs.defaultFS' value='s3a://lake'/>"))
      .put("/opt/spark/conf/spark-defaults.conf",
           "spark.checkpoint.dir /mnt/checkpoints\n"
           "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/t.yaml\n")
      .put("/opt/spark/conf/t.yaml",
           "spec: {containers: [{name: s, volumeMounts: [{name: v, mountPath: /mnt/checkpoints}]}],"
           " volumes: [{name: v, nfs: {server: h, path: /e}}]}");

  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.checkpoint.default-fs"));
  ASSERT_FALSE(observed.findings.front().related.empty());
  EXPECT_EQ(observed.findings.front().related.front().location.path, "/opt/spark/conf/fs.xml");
}

TEST(Includes, OfAMissingFileAreToldAtTheirHref) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"credentials.xml\"/>"));

  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.core-site.include-missing"));
  const Finding& finding = observed.findings.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.location, (Location{kCoreSite, 2, 19, 34}));
  EXPECT_THAT(finding.effect, HasSubstr("Fetch fail on include for 'credentials.xml'"));
}

TEST(Includes, OfAMissingAbsoluteFileAreAnErrorWhereItsDirectoryIsMounted) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"/etc/hadoop/s3.xml\"/>"));
  EXPECT_THAT(codes(look_at(files)), ElementsAre("?config.file.not-judged"));

  files.put_directory("/etc/hadoop");
  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.core-site.include-missing"));
  EXPECT_EQ(observed.findings.front().severity, Severity::error);
}

TEST(Includes, OfTheNetworkAndOfTheWorkingDirectoryAreNotFollowed) {
  for (const char* href : {"http://conf.example/s3.xml", "../s3.xml", "hdfs:///s3.xml"}) {
    MemoryFiles files;
    files.put(kCoreSite, site("<xi:include href=\"" + std::string(href) + "\"/>"));
    EXPECT_THAT(codes(look_at(files)), ElementsAre("?config.file.not-judged")) << href;
  }
}

TEST(Includes, ThatAreMalformedAreToldInTheirOwnFile) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"s3.xml\"/>"))
      .put("/opt/spark/conf/s3.xml", "<configuration>\n<!-- a -- b -->\n</configuration>");

  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.core-site.malformed"));
  EXPECT_EQ(observed.findings.front().location, (Location{"/opt/spark/conf/s3.xml", 2, 8, 10}));
  EXPECT_EQ(observed.findings.front().related.front().location.path, kCoreSite);
}

TEST(Includes, ThatGoInACircleEnd) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"core-site.xml\"/>"));

  EXPECT_THAT(codes(look_at(files)), ElementsAre("config.core-site.include-loop"));
}

TEST(Includes, ThatMultiplyAreCounted) {
  MemoryFiles files;
  files.put(kCoreSite, site("<xi:include href=\"f0.xml\"/>"));
  for (int i = 0; i < 12; ++i) {
    const std::string next = "<xi:include href=\"f" + std::to_string(i + 1) + ".xml\"/>";
    files.put("/opt/spark/conf/f" + std::to_string(i) + ".xml", site(next + next));
  }
  files.put("/opt/spark/conf/f12.xml", site(""));

  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("?config.file.not-judged"));
  EXPECT_LT(files.reads().size(), 200);
}

TEST(Values, WithAShellVariableAreTold) {
  MemoryFiles files;
  files.put(kCoreSite,
            site("<property><name>fs.defaultFS</name><value>s3a://${BUCKET}/x</value></property>\n"
                 "<property name='a.b' value='${hadoop.tmp.dir} ${env.X} ${user.name}'/>"));

  const Observed observed = look_at(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.core-site.undefined-variable"));
  EXPECT_EQ(observed.findings.front().location, (Location{kCoreSite, 2, 43, 60}));
  EXPECT_THAT(observed.findings.front().fix, HasSubstr("${env.BUCKET}"));
}

TEST(Values, ThatReferToOneAnotherAreTold) {
  MemoryFiles files;
  files.put(kCoreSite,
            site("<property name='a.x' value='${b.x}'/>\n<property name='b.x' value='${a.x}'/>"));

  EXPECT_THAT(codes(look_at(files)),
              ElementsAre("config.core-site.expansion-depth", "config.core-site.expansion-depth"));
}

TEST(SecondCoreSite, IsToldWhereItHasWhatTheFirstHasNot) {
  MemoryFiles files;
  files.put(kCoreSite, site("<property name='a' value='1'/>"))
      .put("/opt/hadoop/conf/core-site.xml",
           site("<property name='a' value='1'/>\n<property name='fs.s3a.endpoint' value='x'/>"));

  const Observed observed = look_at(files, {{"HADOOP_CONF_DIR", "/opt/hadoop/conf"}});

  ASSERT_THAT(codes(observed), ElementsAre("config.core-site.shadowed"));
  EXPECT_EQ(observed.findings.front().location,
            (Location{"/opt/hadoop/conf/core-site.xml", 3, 17, 32}));
  files.put("/opt/hadoop/conf/core-site.xml", site("<!-- other --><property name='a' value='1'/>"));
  EXPECT_THAT(codes(look_at(files, {{"HADOOP_CONF_DIR", "/opt/hadoop/conf"}})), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::config
