// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/settings.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "agent/config/config.hpp"
#include "agent/config/yaml_tree.hpp"
#include "probes/storage/probe.hpp"

namespace sparkwarden::probes::storage {
namespace {

struct Read {
  std::shared_ptr<Settings> own = std::make_shared<Settings>();
  settings::Problems problems = {};
};

Read read(const std::string& storage) {
  Read result;
  const settings::Sources none{
      .file = {}, .file_name = "agent.yaml", .environment = {}, .flags = {}};
  settings::Loaded loaded = settings::load("probes:\n  storage: " + storage + "\n",
                                           none,
                                           {{"storage", settings::ProbeCommon{}, result.own}});
  result.problems = std::move(loaded.problems);
  return result;
}

TEST(StorageSettings, EveryKeyIsRead) {
  const Read result = read(
      "{targets: [{server: 10.10.0.10, export: /volume1/cp, mount_path: /mnt/cp, write: true},"
      " {server: nas, export: /in, write: false}],"
      " connect: {address: 127.0.0.1, nfs_port: 20490, mount_port: 20491, version: 4},"
      " identity: {uid: 185, gid: 0, groups: [4242]}, wire: require, mount: off,"
      " full_every: 2h, rpc_timeout: 1s, step_deadline: 4s, space: {warning: 20%, error: 5%}, "
      "slow: {p99: 2s, runs: 3}}");

  ASSERT_TRUE(result.problems.empty()) << result.problems.front().message;
  const Settings& own = *result.own;
  EXPECT_EQ(own.targets,
            (std::vector<TargetSetting>{{.server = "10.10.0.10",
                                         .export_path = "/volume1/cp",
                                         .mount_path = "/mnt/cp",
                                         .write = true},
                                        {.server = "nas", .export_path = "/in", .write = false}}));
  EXPECT_EQ(own.connect.address, "127.0.0.1");
  EXPECT_EQ(own.connect.nfs_port, 20'490);
  EXPECT_EQ(own.connect.mount_port, 20'491);
  EXPECT_EQ(own.connect.version, NfsVersion::v4);
  EXPECT_EQ(own.identity.uid, 185);
  EXPECT_EQ(own.identity.gid, 0);
  EXPECT_EQ(own.identity.groups, std::vector<int>{4242});
  EXPECT_EQ(own.wire, Use::require);
  EXPECT_EQ(own.mount, Use::off);
  EXPECT_EQ(own.full_every, std::chrono::hours(2));
  EXPECT_EQ(own.rpc_timeout, milliseconds(1'000));
  EXPECT_EQ(own.step_deadline, milliseconds(4'000));
  EXPECT_EQ(own.space.warning.fraction, 0.2);
  EXPECT_EQ(own.space.error.fraction, 0.05);
  EXPECT_EQ(own.slow.p99, milliseconds(2'000));
  EXPECT_EQ(own.slow.runs, 3);
}

struct Wrong {
  std::string name;
  std::string yaml;
  std::string key;
};

class WrongSettings : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSettings, AreReportedAtTheirKey) {
  const Read result = read(GetParam().yaml);

  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(result.problems[0].key, "probes.storage." + GetParam().key);
  EXPECT_EQ(result.problems[0].location.line, 2);
}

INSTANTIATE_TEST_SUITE_P(
    StorageSettings,
    WrongSettings,
    testing::Values(
        Wrong{"port", "{connect: {nfs_port: 70000}}", "connect.nfs_port"},
        Wrong{"version", "{connect: {version: 5}}", "connect.version"},
        Wrong{"word", "{wire: maybe}", "wire"},
        Wrong{"negative_uid", "{identity: {uid: -1}}", "identity.uid"},
        Wrong{"groups",
              "{identity: {groups: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}}",
              "identity.groups"},
        Wrong{"crossed_limits", "{space: {warning: 2%, error: 10%}}", "space.error"},
        Wrong{"no_runs", "{slow: {runs: 0}}", "slow.runs"},
        Wrong{"too_many_runs", "{slow: {runs: 21}}", "slow.runs"},
        Wrong{"no_limit", "{slow: {p99: 0ms}}", "slow.p99"},
        Wrong{"no_time", "{rpc_timeout: 0ms}", "rpc_timeout"},
        Wrong{"relative_export", "{targets: [{server: a, export: b}]}", "targets.0"},
        Wrong{"relative_mount", "{targets: [{server: a, export: /b, mount_path: c}]}", "targets.0"},
        Wrong{"no_server", "{targets: [{export: /b}]}", "targets.0"}),
    [](const auto& test) { return test.param.name; });

TEST(StorageSettings, ATargetIsShownAsItIsWritten) {
  const TargetSetting target{
      .server = "nas", .export_path = "/a", .mount_path = "/mnt/a", .write = false};

  EXPECT_EQ(settings::Codec<TargetSetting>::show(target),
            "{server: nas, export: /a, mount_path: /mnt/a, write: false}");
}

TEST(FullEvery, IsTenMinutesOnRolesThatStartPodsAndNeverOnExecutors) {
  Settings own;

  EXPECT_EQ(full_every(own, Role::driver), std::chrono::minutes(10));
  EXPECT_EQ(full_every(own, Role::zeppelin_server), std::chrono::minutes(10));
  EXPECT_EQ(full_every(own, Role::executor), std::nullopt);
  own.full_every = std::chrono::hours(1);
  EXPECT_EQ(full_every(own, Role::executor), std::chrono::hours(1));
}

}  // namespace
}  // namespace sparkwarden::probes::storage
