// SPDX-License-Identifier: Apache-2.0
// Mount tables and counters in the formats of many kernels (tests/golden/mounts), read whole: what
// is understood of each stands in one golden file.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "probes/storage/mount_stats.hpp"
#include "probes/storage/mount_table.hpp"
#include "probes/storage/mount_traffic.hpp"
#include "probes/storage/rules.hpp"
#include "tests/support/golden.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
namespace storage = probes::storage;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> kernels() {
  std::set<std::string> names;
  const fs::path directory = fs::path(SPARKWARDEN_SOURCE_DIR) / "tests/golden/mounts";
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".mountinfo") names.insert(entry.path().stem());
  }
  return names;
}

std::string options_judged(const storage::Mount& mount) {
  const storage::Settings settings;
  storage::TargetLook look;
  look.target = {.server = mount.nfs->server,
                 .export_path = mount.nfs->path,
                 .mount_path = mount.mount_point,
                 .checkpoint = true,
                 .mount = mount};
  Observed out;
  storage::judge_mount(look, {.role = Role::executor, .settings = &settings}, out);
  std::string codes;
  for (const Finding& finding : out.findings) codes += " " + finding.code;
  return codes.empty() ? " nothing" : codes;
}

std::string counters(const storage::MountStats& stats) {
  const storage::MountCounters sum = storage::counters_of(stats);
  std::string text = "    age " + std::to_string(stats.age_seconds) + " s, " +
                     std::to_string(stats.transports.size()) + " x " +
                     stats.transports.front().protocol + ", connects " +
                     std::to_string(sum.connects) + ", sends " + std::to_string(sum.sends) +
                     ", receives " + std::to_string(sum.receives) + ", backlog " +
                     std::to_string(sum.backlog) + "\n";
  text += "    " + std::to_string(stats.operations.size()) + " kinds of operations, requests " +
          std::to_string(sum.operations) + ", transmissions " + std::to_string(sum.transmissions) +
          ", timeouts " + std::to_string(sum.timeouts) + ", round trips " +
          std::to_string(sum.rtt_ms) + " ms, errors ";
  const bool told = std::all_of(stats.operations.begin(),
                                stats.operations.end(),
                                [](const auto& one) { return one.errors.has_value(); });
  return text + (told ? "told" : "not told") + "\n";
}

TEST(Kernels, TablesAndCountersOfEachAreReadWhole) {
  std::string text = "# What is read of the tables in this directory. Written by kernels_test.\n";
  const fs::path directory = fs::path(SPARKWARDEN_SOURCE_DIR) / "tests/golden/mounts";
  ASSERT_GE(kernels().size(), 6U);
  for (const std::string& kernel : kernels()) {
    const storage::MountTable table =
        storage::parse_mount_table(read(directory / (kernel + ".mountinfo")));
    const storage::MountStatsTable stats =
        storage::parse_mount_stats(read(directory / (kernel + ".mountstats")));
    EXPECT_EQ(table.malformed, 0U) << kernel;
    EXPECT_EQ(stats.malformed, 0U) << kernel;
    text += kernel + "\n";
    for (const storage::Mount& mount : table.mounts) {
      if (!mount.nfs) continue;
      text += "  " + mount.mount_point + (mount.read_only ? " ro " : " rw ") + mount.fstype +
              " server " + mount.nfs->server + " path " + mount.nfs->path + " vers " +
              std::string(mount.value("vers").value_or("?")) + ", judged:" + options_judged(mount) +
              "\n";
      const storage::MountStats* found = stats.at(mount.mount_point);
      ASSERT_NE(found, nullptr) << kernel;
      EXPECT_EQ(found->source, mount.source);
      ASSERT_FALSE(found->transports.empty()) << kernel;
      text += counters(*found);
    }
  }

  EXPECT_EQ(golden("mounts/summary.txt", text), text);
}

}  // namespace
}  // namespace sparkwarden::tests
