// SPDX-License-Identifier: Apache-2.0
#include "probes/config/mount_of.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

TEST(Mountinfo, KeepsWhatMattersOfEachLine) {
  const std::vector<Mount> mounts = parse_mountinfo(
      "21 1 0:20 / / rw,relatime - overlay overlay rw\n"
      "22 21 8:1 /a /opt/spark\\040conf ro,relatime shared:1 master:2 - ext4 /dev/sda1 rw\n"
      "23 21 0:40 / /mnt/x rw - nfs4 10.10.0.10:/volume1/x rw,vers=4.1\n");

  EXPECT_EQ(mounts,
            (std::vector<Mount>{{"/", "overlay", "overlay", "/", false},
                                {"/opt/spark conf", "ext4", "/dev/sda1", "/a", true},
                                {"/mnt/x", "nfs4", "10.10.0.10:/volume1/x", "/", false}}));
}

TEST(Mountinfo, LeavesOutLinesItDoesNotUnderstand) {
  const std::vector<Mount> mounts =
      parse_mountinfo("\nnonsense\n1 2 3 4 5\n1 2 3 / /a rw - ext4\n1 2 3 / /b rw - ext4 dev rw");

  EXPECT_EQ(mounts, (std::vector<Mount>{{"/b", "ext4", "dev", "/", false}}));
}

TEST(MountOf, IsTheLongestMountPointAboveAndTheLastOfEquals) {
  const std::vector<Mount> mounts{
      {"/", "overlay", ""}, {"/mnt", "ext4", ""}, {"/mnt/x", "ext4", ""}, {"/mnt/x", "nfs4", ""}};

  EXPECT_EQ(mount_of(mounts, "/mnt/x/y"), &mounts[3]);
  EXPECT_EQ(mount_of(mounts, "/mnt/xy"), &mounts[1]);
  EXPECT_EQ(mount_of(mounts, "/opt"), &mounts[0]);
  EXPECT_EQ(mount_of({}, "/opt"), nullptr);
}

struct TypeCase {
  const char* name;
  std::string fstype;
  bool network;
};

class NetworkTypes : public testing::TestWithParam<TypeCase> {};

TEST_P(NetworkTypes, AreThoseThatCanHang) {
  EXPECT_EQ(is_network(GetParam().fstype), GetParam().network);
}

INSTANTIATE_TEST_SUITE_P(Types,
                         NetworkTypes,
                         testing::Values(TypeCase{"Nfs", "nfs", true},
                                         TypeCase{"Nfs4", "nfs4", true},
                                         TypeCase{"Cifs", "cifs", true},
                                         TypeCase{"FuseKind", "fuse.s3fs", true},
                                         TypeCase{"Ceph", "ceph", true},
                                         TypeCase{"Overlay", "overlay", false},
                                         TypeCase{"Tmpfs", "tmpfs", false},
                                         TypeCase{"Fuseblk", "fuseblk", false}),
                         by_name);

/// A tree with links only; touching anything below /nfs fails the test.
class NetworkMount : public testing::Test {
 protected:
  const Mount* on(const std::string& path) {
    return network_mount(
        mounts_, path, [this](const std::string& link) -> std::optional<std::string> {
          EXPECT_FALSE(link.starts_with("/nfs")) << link;
          const auto found = links_.find(link);
          return found == links_.end() ? std::nullopt : std::optional(found->second);
        });
  }

  const std::vector<Mount> mounts_{{"/", "overlay", ""}, {"/nfs", "nfs4", "server:/x"}};
  std::map<std::string, std::string> links_;
};

TEST_F(NetworkMount, LocalPathHasNone) {
  EXPECT_EQ(on("/opt/spark/conf/core-site.xml"), nullptr);
}

TEST_F(NetworkMount, PathOnTheMountIsNotTouched) {
  EXPECT_EQ(on("/nfs/conf/a"), &mounts_[1]);
}

TEST_F(NetworkMount, AbsoluteLinkIsFollowed) {
  links_ = {{"/opt/conf", "/nfs/conf"}};

  EXPECT_EQ(on("/opt/conf/a"), &mounts_[1]);
}

TEST_F(NetworkMount, RelativeLinkIsFollowed) {
  links_ = {{"/opt/conf/a", "..data/a"}, {"/opt/conf/..data", "../../nfs/v1"}};

  EXPECT_EQ(on("/opt/conf/a"), &mounts_[1]);
}

TEST_F(NetworkMount, ConfigMapLinksStayLocal) {
  links_ = {{"/opt/conf/a", "..data/a"}, {"/opt/conf/..data", "..2026_01_02"}};

  EXPECT_EQ(on("/opt/conf/a"), nullptr);
}

TEST_F(NetworkMount, LinkLoopEnds) {
  links_ = {{"/a", "/b"}, {"/b", "a"}};

  EXPECT_EQ(on("/a/x"), nullptr);
}

}  // namespace
}  // namespace sparkwarden::probes::config
