// SPDX-License-Identifier: Apache-2.0
// An executor beside its driver: which files are held against one another.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "agent/core/peer_view.hpp"
#include "probes/config/probe.hpp"
#include "tests/core/a_run.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/support/run_probe.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kCoreSite = "/opt/spark/conf/core-site.xml";
constexpr const char* kIncluded = "/opt/spark/conf/s3.xml";
constexpr const char* kTemplate = "/opt/spark/conf/executor-pod-template.yaml";

const std::string kIncluding =
    "<c xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='s3.xml'/></c>";

/// The files that an executor with `files` finds to differ from those of a driver.
std::vector<std::string> differing(const tests::MemoryFiles& files,
                                   const std::map<std::string, std::string>& of_driver) {
  PeerView driver{.url = "http://driver:9797"};
  for (const auto& [name, text] : of_driver) driver.manifest.config[name] = sha256_hex(text);
  Snapshot snapshot = test::a_snapshot_of({"peers", "config"});
  snapshot.probes.front().facts.driver = std::make_shared<const PeerView>(std::move(driver));

  settings::World world;
  world.role = Role::executor;
  ConfigProbe probe(files, world, std::make_shared<Settings>());
  const Observed observed =
      tests::run_probe(probe, std::make_shared<const Snapshot>(std::move(snapshot)));
  std::vector<std::string> names;
  for (const Finding& finding : observed.findings) {
    names.push_back(finding.code + " " + finding.subject);
  }
  return names;
}

TEST(FilesOfDriverAndExecutor, AreHeldAgainstOneAnotherTemplatesAndIncludedOnesAsWell) {
  tests::MemoryFiles files;
  files.put(kCoreSite, kIncluding).put(kIncluded, "<c/>").put(kTemplate, "spec: {}\n");

  EXPECT_THAT(
      differing(files,
                {{"core-site.xml", kIncluding},
                 {"s3.xml", "<c><!-- rotated --></c>"},
                 {"executor-pod-template.yaml", "spec: {containers: []}\n"}}),
      ElementsAre("config.file.differs executor-pod-template.yaml", "config.file.differs s3.xml"));
}

TEST(FilesOfDriverAndExecutor, ThatOnlyOneOfThemHasAreNotCompared) {
  tests::MemoryFiles files;
  files.put(kCoreSite, "<c/>");

  EXPECT_THAT(differing(files,
                        {{"spark-defaults.conf", "spark.a 1\n"},
                         {"executor-pod-template.yaml", "spec: {}\n"}}),
              IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::config
