// SPDX-License-Identifier: Apache-2.0
// The probe where there is nothing to talk to.
#include "probes/storage/probe.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/storage/codes.hpp"
#include "tests/probes/storage/storage_rig.hpp"

namespace sparkwarden::tests {
namespace {

using testing::Contains;
using testing::Field;

TEST(StorageProbe, AMountTableThatCannotBeReadIsUnknown) {
  StorageRig rig;
  rig.world().role = Role::executor;
  std::filesystem::remove(rig.world().paths.mountinfo);

  const Observed observed = rig.run();

  EXPECT_THAT(observed.unlooked,
              Contains(Field(&Unlooked::code, storage::codes::kMountTable.code)));
  EXPECT_EQ(judge(observed), Verdict::unknown);
}

TEST(StorageProbe, AMountTableOfAnotherFormIsUnknownAndNotEmpty) {
  StorageRig rig;
  rig.mountinfo("nas:/cp /mnt/spark-checkpoints nfs4 rw,hard 0 0\n");  // of /proc/mounts

  const Observed observed = rig.run();

  EXPECT_THAT(observed.unlooked,
              Contains(Field(&Unlooked::code, storage::codes::kMountTable.code)));
  EXPECT_EQ(judge(observed), Verdict::unknown);
}

TEST(StorageProbe, AnExecutorWithoutAnyNfsMountHasNoTargetAndSaysWhereItLooked) {
  StorageRig rig;
  rig.world().role = Role::executor;

  const Observed observed = rig.run();

  ASSERT_EQ(observed.unlooked.size(), 1u);
  EXPECT_EQ(observed.unlooked[0].code, "storage.target.unknown");
  EXPECT_NE(observed.unlooked[0].message.find(rig.world().paths.mountinfo), std::string::npos)
      << observed.unlooked[0].message;
}

}  // namespace
}  // namespace sparkwarden::tests
