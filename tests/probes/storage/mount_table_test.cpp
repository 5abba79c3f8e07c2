// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_table.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

struct Line {
  std::string name;
  std::string text;
  Mount expected;
};

class MountLines : public testing::TestWithParam<Line> {};

TEST_P(MountLines, AreReadWhole) {
  const MountTable table = parse_mount_table(GetParam().text + "\n");

  EXPECT_EQ(table, (MountTable{.mounts = {GetParam().expected}}));
}

INSTANTIATE_TEST_SUITE_P(
    MountTable,
    MountLines,
    testing::Values(
        Line{"nfs4",
             "1234 1200 0:87 / /mnt/spark-checkpoints rw,relatime - nfs4 "
             "10.10.0.10:/volume1/spark-checkpoints "
             "rw,vers=4.1,rsize=131072,hard,proto=tcp,timeo=600,local_lock=none,addr=10.10.0.10",
             {.device = "0:87",
              .mount_point = "/mnt/spark-checkpoints",
              .fstype = "nfs4",
              .source = "10.10.0.10:/volume1/spark-checkpoints",
              .options = {"relatime",
                          "vers=4.1",
                          "rsize=131072",
                          "hard",
                          "proto=tcp",
                          "timeo=600",
                          "local_lock=none",
                          "addr=10.10.0.10"},
              .nfs = NfsSource{"10.10.0.10", "/volume1/spark-checkpoints"}}},
        Line{"nfs3_with_tags",
             "1235 1200 0:88 / /data ro shared:7 master:3 propagate_from:2 - nfs nas.example:/d "
             "rw,vers=3",
             {.device = "0:88",
              .mount_point = "/data",
              .fstype = "nfs",
              .source = "nas.example:/d",
              .read_only = true,
              .options = {"vers=3"},
              .nfs = NfsSource{"nas.example", "/d"}}},
        Line{"read_only_superblock",
             "1 2 0:3 / /data rw - nfs4 nas:/d ro",
             {.device = "0:3",
              .mount_point = "/data",
              .fstype = "nfs4",
              .source = "nas:/d",
              .read_only = true,
              .nfs = NfsSource{"nas", "/d"}}},
        Line{"ipv6_source",
             "1 2 0:3 / /data rw - nfs4 [fd00::10]:/vol:1 rw",
             {.device = "0:3",
              .mount_point = "/data",
              .fstype = "nfs4",
              .source = "[fd00::10]:/vol:1",
              .nfs = NfsSource{"fd00::10", "/vol:1"}}},
        Line{"octal_escapes",
             R"(1 2 0:3 / /mnt/a\040b\011c\012d\134e rw - nfs4 nas:/x\040y rw)",
             {.device = "0:3",
              .mount_point = "/mnt/a b\tc\nd\\e",
              .fstype = "nfs4",
              .source = "nas:/x y",
              .nfs = NfsSource{"nas", "/x y"}}},
        Line{
            "backslash_without_digits",
            R"(1 2 0:3 / /mnt/a\04 rw - tmpfs tmpfs rw)",
            {.device = "0:3", .mount_point = R"(/mnt/a\04)", .fstype = "tmpfs", .source = "tmpfs"}},
        Line{"nothing_like_nfs",
             "22 1 254:0 /var/lib/kubelet/pods/x /tmp rw,nosuid - ext4 /dev/vda "
             "rw,errors=remount-ro",
             {.device = "254:0",
              .mount_point = "/tmp",
              .fstype = "ext4",
              .source = "/dev/vda",
              .options = {"nosuid", "errors=remount-ro"}}},
        Line{"no_source",
             "22 1 0:9 / /x rw - tmpfs  rw,size=4k",
             {.device = "0:9",
              .mount_point = "/x",
              .fstype = "tmpfs",
              .source = "",
              .options = {"size=4k"}}},
        Line{"nfs_source_without_path",
             "1 2 0:3 / /data rw - nfs4 nas rw",
             {.device = "0:3", .mount_point = "/data", .fstype = "nfs4", .source = "nas"}}),
    [](const auto& test) { return test.param.name; });

class MalformedLines : public testing::TestWithParam<std::string> {};

TEST_P(MalformedLines, AreCountedAndTheNextLineIsRead) {
  const MountTable table =
      parse_mount_table(GetParam() + "\n1 2 0:3 / /data rw - nfs4 nas:/d rw\n");

  EXPECT_EQ(table.malformed, 1U);
  ASSERT_EQ(table.mounts.size(), 1U);
  EXPECT_EQ(table.mounts[0].mount_point, "/data");
}

INSTANTIATE_TEST_SUITE_P(MountTable,
                         MalformedLines,
                         testing::Values("x",
                                         "1 2 0:3 / /data rw",
                                         "1 2 0:3 / /data rw -",
                                         "1 2 0:3 / /data rw - nfs4",
                                         "- - - - - -",
                                         "1 2 0:3 / data rw - nfs4 nas:/d rw",
                                         "1 2 0:3 / /data rw shared:1 nfs4 nas:/d rw"));

TEST(MountTable, TheLastMountAtAPathIsTheOneThatIsSeen) {
  const MountTable table = parse_mount_table(
      "1 2 0:3 / /data rw - nfs4 old:/d rw\n"
      "4 2 0:5 / /other rw - nfs4 nas:/o rw\n"
      "5 2 0:6 / /data rw - tmpfs tmpfs rw\n");

  ASSERT_NE(table.at("/data"), nullptr);
  EXPECT_EQ(table.at("/data")->fstype, "tmpfs");
  EXPECT_EQ(table.at("/dat"), nullptr);
}

TEST(MountTable, OptionValuesAreFoundByTheirWholeName) {
  const Mount mount{.options = {"mountaddr=10.0.0.2", "addr=10.0.0.1", "hard"}};

  EXPECT_EQ(mount.value("addr"), "10.0.0.1");
  EXPECT_EQ(mount.value("add"), std::nullopt);
  EXPECT_EQ(mount.value("hard"), std::nullopt);
  EXPECT_TRUE(mount.has("hard"));
}

TEST(MountTable, IsBounded) {
  std::string text;
  for (int i = 0; i < 10'100; ++i) text += "1 2 0:3 / /d rw - tmpfs t rw\n";

  EXPECT_EQ(parse_mount_table(text).mounts.size(), 10'000U);
}

TEST(MountTable, EmptyTextHasNoMounts) {
  EXPECT_EQ(parse_mount_table(""), MountTable{});
}

}  // namespace
}  // namespace sparkwarden::probes::storage
