// SPDX-License-Identifier: Apache-2.0
// What the mount's child and the kernel's counters are measured by: slowness, kills, round trips.
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/verdict.hpp"
#include "probes/storage/measures.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<double> value_of(const Observed& observed,
                               const MeasureSpec& spec,
                               const std::vector<std::string>& labels = {}) {
  for (const Measurement& one : observed.measurements) {
    if (one.spec == &spec && one.labels == labels) return one.value;
  }
  return std::nullopt;
}

class MountMeasures : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;
    fs_ = std::make_unique<HangingFs>(dir_.path().string() + kMountPath);
    rig_.world().paths.root = dir_.path();
    rig_.target("/cp", 1);
    rig_.settings().wire = storage::Use::off;
    rig_.mountinfo("1 2 " + fs_->device() + " / " + fs_->path() + " rw - nfs4 nas:/cp rw,hard\n");
  }

  // The kernel's table after so many requests, each answered after 2 ms.
  void count(int requests) {
    const std::string number = std::to_string(requests);
    rig_.world().paths.mountstats = dir_.write(
        "mountstats",
        "device nas:/cp mounted on " + fs_->path() +
            " with fstype nfs4 statvers=1.1\n\tage:\t100\n\txprt:\ttcp 0 0 1 0 0 " + number + " " +
            number + " 0 0 0 2 0 0\n\tper-op statistics\n\t READ: " + number + " " + number +
            " 0 0 0 0 " + std::to_string(2 * requests) + " 0 0\n");
  }

  TempDir dir_;
  StorageRig rig_;
  std::unique_ptr<HangingFs> fs_;
};

// Two of the steps create a file, so that the one outlier that is forgiven is not all of it.
TEST_F(MountMeasures, ASlowMountIsAWarningUntilItIsClearlyFaster) {
  rig_.settings().slow = {.p99 = milliseconds(400), .runs = 1};
  ASSERT_THAT(codes_of(rig_.run()), IsEmpty());
  fs_->command("create slow 450");

  const Observed slow = rig_.run();
  fs_->command("create slow 350");
  const Observed hardly_faster = rig_.run();
  fs_->command("");
  const Observed fast = rig_.run();

  ASSERT_THAT(codes_of(slow), ElementsAre("nfs.server.slow")) << told(slow);
  EXPECT_EQ(slow.findings[0].severity, Severity::warning);
  EXPECT_THAT(slow.findings[0].message,
              AllOf(HasSubstr("p99 of the operations through the mount of the last 1 full runs"),
                    HasSubstr("the limit is 400 ms")));
  EXPECT_THAT(codes_of(hardly_faster), ElementsAre("nfs.server.slow")) << told(hardly_faster);
  EXPECT_THAT(codes_of(fast), IsEmpty()) << told(fast);
}

TEST_F(MountMeasures, ALightRunRepeatsThatTheMountIsSlow) {
  rig_.settings().slow = {.p99 = milliseconds(100), .runs = 1};
  fs_->command("create slow 150");
  static_cast<void>(rig_.run());

  EXPECT_THAT(codes_of(rig_.run(false)), ElementsAre("nfs.server.slow"));
}

TEST_F(MountMeasures, AKilledChildIsCounted) {
  const Observed well = rig_.run();
  fs_->command("fsync hang");
  const Observed hung = rig_.run(true, milliseconds(3'000));

  EXPECT_EQ(value_of(well, storage::measures::kChildKills, {"mount"}), 0.0);
  EXPECT_EQ(value_of(hung, storage::measures::kChildKills, {"mount"}), 1.0) << told(hung);
  EXPECT_EQ(value_of(hung, storage::measures::kChildKills, {"wire"}), std::nullopt) << "it is off";
}

TEST_F(MountMeasures, TheNodesRequestsAndTheirRoundTripsAreCounted) {
  count(100);
  const Observed first = rig_.run();
  count(600);
  const Observed second = rig_.run(false);

  EXPECT_EQ(value_of(first, storage::measures::kRequests), std::nullopt);
  EXPECT_EQ(value_of(second, storage::measures::kRequests), 500.0);
  EXPECT_EQ(value_of(second, storage::measures::kRoundTrip), 1.0);
}

}  // namespace
}  // namespace sparkwarden::tests
