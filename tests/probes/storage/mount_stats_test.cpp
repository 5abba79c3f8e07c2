// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_stats.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

// As RHEL 7's kernel writes it: 8 columns, nfsv4 after caps, other file systems around.
constexpr std::string_view kLinux310 =
    "device rootfs mounted on / with fstype rootfs\n"
    "no device mounted on /sys with fstype sysfs\n"
    "device 10.10.0.10:/volume1/spark-checkpoints mounted on /mnt/spark-checkpoints with fstype "
    "nfs4 statvers=1.1\n"
    "\topts:\trw,vers=4.0,rsize=131072,hard,proto=tcp,timeo=600,retrans=2,sec=sys\n"
    "\tage:\t1253\n"
    "\tcaps:\tcaps=0x7fff,wtmult=512,dtsize=32768,bsize=0,namlen=255\n"
    "\tnfsv4:\tbm0=0xfdffafff,bm1=0xf9be3e,bm2=0x0,acl=0x3\n"
    "\tsec:\tflavor=1,pseudoflavor=1\n"
    "\tevents:\t52 226 0 0 1 13 398 0 0 331 0 47 0 0 77 0 0 77 0 0 0 0 0 0 0 0 0 \n"
    "\tbytes:\t1207640230 0 0 0 1210214218 0 295483 0 \n"
    "\tRPC iostats version: 1.0  p/v: 100003/4 (nfs)\n"
    "\txprt:\ttcp 832 0 1 0 11 6428 6427 3 12154 4 24 26 5726\n"
    "\tper-op statistics\n"
    "\t        NULL: 0 0 0 0 0 0 0 0\n"
    "\t        READ: 1298 1300 2 207680 1210292152 6 79386 79407\n"
    "\t       WRITE: 0 0 0 0 0 0 0 0\n"
    "\n"
    "device proc mounted on /proc with fstype proc\n";

// nconnect=2, impl_id and 9 columns; the path has a blank.
constexpr std::string_view kLinux61 =
    "device [fd00::10]:/cp mounted on /mnt/a\\040b with fstype nfs4 statvers=1.1\n"
    "\topts:\trw,vers=4.2,hard,nconnect=2,proto=tcp6\n"
    "\tage:\t7\n"
    "\timpl_id:\tname='',domain='',date='0,0'\n"
    "\tcaps:\tcaps=0xfffbc0bf,wtmult=512,dtsize=1048576,bsize=0,namlen=255\n"
    "\tnfsv4:\tbm0=0xfdffbfff,sessions,pnfs=not configured,lease_time=90,lease_expired=0\n"
    "\tsec:\tflavor=1,pseudoflavor=1\n"
    "\tevents:\t1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 \n"
    "\tbytes:\t1 2 3 4 5 6 7 8 \n"
    "\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)\n"
    "\txprt:\ttcp 0 0 1 0 -1 10 9 0 10 0 2 0 0\n"
    "\txprt:\ttcp 0 0 2 0 5 20 20 0 20 1 2 0 0\n"
    "\tper-op statistics\n"
    "\t        NULL: 2 2 0 88 48 3 0 4 0\n"
    "\t  LAYOUTSTATS: 0 0 0 0 0 0 0 0 0\n"
    "\t  READ_PLUS: 4 5 1 60 70 8 9 10 3\n";

TEST(MountStats, ReadsWhatLinux310Writes) {
  const MountStatsTable table = parse_mount_stats(kLinux310);

  MountStats expected{.source = "10.10.0.10:/volume1/spark-checkpoints",
                      .mount_point = "/mnt/spark-checkpoints",
                      .fstype = "nfs4",
                      .age_seconds = 1253};
  expected.events = {52, 226, 0, 0,  1, 13, 398, 0, 0, 331, 0, 47, 0, 0,
                     77, 0,   0, 77, 0, 0,  0,   0, 0, 0,   0, 0,  0};
  expected.bytes = {1207640230, 0, 0, 0, 1210214218, 0, 295483, 0};
  expected.transports = {
      {.protocol = "tcp", .connects = 1, .sends = 6428, .receives = 6427, .backlog = 4}};
  expected.operations = {{.name = "NULL"},
                         {.name = "READ",
                          .operations = 1298,
                          .transmissions = 1300,
                          .timeouts = 2,
                          .bytes_sent = 207680,
                          .bytes_received = 1210292152,
                          .queue_ms = 6,
                          .rtt_ms = 79386,
                          .execute_ms = 79407},
                         {.name = "WRITE"}};
  EXPECT_EQ(table, (MountStatsTable{.mounts = {expected}}));
}

TEST(MountStats, ReadsSeveralConnectionsAndTheErrorColumn) {
  const MountStatsTable table = parse_mount_stats(kLinux61);

  EXPECT_EQ(table.malformed, 0U);
  const MountStats* mount = table.at("/mnt/a b");
  ASSERT_NE(mount, nullptr);
  EXPECT_EQ(mount->source, "[fd00::10]:/cp");
  EXPECT_EQ(mount->events.size(), 27U);
  ASSERT_EQ(mount->transports.size(), 2U);
  EXPECT_EQ(mount->transports[0].receives, 9U);
  EXPECT_EQ(mount->transports[1].connects, 2U);
  ASSERT_EQ(mount->operations.size(), 3U);
  EXPECT_EQ(mount->operations[2].name, "READ_PLUS");
  EXPECT_EQ(mount->operations[2].errors, 3U);
  EXPECT_EQ(mount->operations[0].errors, 0U);
}

struct Xprt {
  std::string name;
  std::string line;
  TransportStats expected;
};

class Transports : public testing::TestWithParam<Xprt> {};

TEST_P(Transports, AreReadByTheirOwnColumns) {
  const MountStatsTable table =
      parse_mount_stats("device nas:/d mounted on /d with fstype nfs statvers=1.1\n\txprt:\t" +
                        GetParam().line + "\n");

  EXPECT_EQ(table.malformed, 0U);
  ASSERT_EQ(table.mounts.size(), 1U);
  EXPECT_EQ(table.mounts[0].transports, std::vector{GetParam().expected});
}

INSTANTIATE_TEST_SUITE_P(
    MountStats,
    Transports,
    testing::Values(
        Xprt{"tcp",
             "tcp 875 1 2 0 3 100 99 4 500 60 16 7 8",
             {.protocol = "tcp", .connects = 2, .sends = 100, .receives = 99, .backlog = 60}},
        Xprt{"tcp_of_statvers_1_0",
             "tcp 875 1 2 0 3 100 99 4 500 60",
             {.protocol = "tcp", .connects = 2, .sends = 100, .receives = 99, .backlog = 60}},
        Xprt{"udp",
             "udp 800 1 30 29 0 40 5 16 0 0",
             {.protocol = "udp", .sends = 30, .receives = 29, .backlog = 5}},
        Xprt{"udp_of_statvers_1_0",
             "udp 800 1 30 29 0 40 5",
             {.protocol = "udp", .sends = 30, .receives = 29, .backlog = 5}},
        Xprt{"rdma",
             "rdma 0 0 1 0 0 70 68 0 69 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
             {.protocol = "rdma", .connects = 1, .sends = 70, .receives = 68, .backlog = 2}},
        Xprt{"local",
             "local 1 3 0 -1 9 8 0 7 6 5 4 3",
             {.protocol = "local", .connects = 3, .sends = 9, .receives = 8, .backlog = 6}}),
    [](const auto& test) { return test.param.name; });

constexpr std::string_view kDevice = "device nas:/d mounted on /d with fstype nfs4 statvers=1.1\n";

struct Hostile {
  std::string name;
  std::string text;
  std::size_t malformed;
  std::size_t mounts;
};

class HostileStats : public testing::TestWithParam<Hostile> {};

TEST_P(HostileStats, AreCountedAndPassedOver) {
  const MountStatsTable table = parse_mount_stats(GetParam().text);

  EXPECT_EQ(table.malformed, GetParam().malformed);
  EXPECT_EQ(table.mounts.size(), GetParam().mounts);
}

std::string inside(const std::string& line) {
  return std::string(kDevice) + line + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    MountStats,
    HostileStats,
    testing::Values(
        Hostile{"empty", "", 0, 0},
        Hostile{"cut_in_the_device", "device nas:/d mounted on", 1, 0},
        Hostile{"relative_path", "device nas:/d mounted on d with fstype nfs4\n", 1, 0},
        Hostile{"cut_in_xprt", std::string(kDevice) + "\txprt:\ttcp 1 2 3 4 5 6", 1, 1},
        Hostile{"cut_in_an_operation", std::string(kDevice) + "\t READ: 1 2 3", 1, 1},
        Hostile{"letters", inside("\t READ: 1 2 3 x 5 6 7 8"), 1, 1},
        Hostile{"overflow", inside("\t READ: 99999999999999999999 2 3 4 5 6 7 8"), 1, 1},
        Hostile{"age_in_letters", inside("\tage:\tyoung"), 1, 1},
        Hostile{"nameless_xprt", inside("\txprt:"), 1, 1},
        Hostile{"many_numbers", inside("\tevents:\t" + std::string(2'000, '1') + " 1"), 1, 1},
        Hostile{"a_line_of_1_mib", inside("\t READ: " + std::string(1 << 20, '1')), 1, 1},
        Hostile{"a_word_of_1_mib",
                inside("\t" + std::string(1 << 20, 'A') + ": 1 2 3 4 5 6 7 8"),
                1,
                1},
        Hostile{"1_mib_of_numbers",
                inside("\tbytes: " +
                       [] {
                         std::string text;
                         while (text.size() < 1 << 20) text += "1 ";
                         return text;
                       }()),
                1,
                1},
        Hostile{"details_of_nobody", "\txprt:\ttcp 1\n\tREAD: x\n", 0, 0},
        Hostile{"of_another_file_system",
                "device x mounted on /x with fstype ext4\n\txprt:\ttcp 1\n",
                0,
                0},
        Hostile{"a_zero_byte", inside(std::string("\t RE\0AD: 1", 10)), 0, 1},
        Hostile{"unknown_labels", inside("\tfuture: x y z\n\tper-op statistics\n\t:"), 0, 1}),
    [](const auto& test) { return test.param.name; });

TEST(MountStats, AreBounded) {
  std::string text;
  for (int i = 0; i < 1'100; ++i) text += kDevice;
  for (int i = 0; i < 100; ++i) text += "\txprt:\tudp 1 2 3 4 5 6 7\n";
  std::string one(kDevice);
  for (int i = 0; i < 100; ++i) one += "\txprt:\tudp 1 2 3 4 5 6 7\n";
  for (int i = 0; i < 300; ++i) one += "\tREAD: 1 2 3 4 5 6 7 8\n";

  EXPECT_EQ(parse_mount_stats(text).mounts.size(), 1'024U);
  const MountStatsTable table = parse_mount_stats(one);
  ASSERT_EQ(table.mounts.size(), 1U);
  EXPECT_EQ(table.mounts[0].transports.size(), 64U);
  EXPECT_EQ(table.mounts[0].operations.size(), 256U);
}

TEST(MountStats, EveryPrefixOfATextIsReadWithoutHarm) {
  for (std::size_t length = 0; length <= kLinux61.size(); ++length) {
    EXPECT_LE(parse_mount_stats(kLinux61.substr(0, length)).malformed, 1U) << length;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::storage
