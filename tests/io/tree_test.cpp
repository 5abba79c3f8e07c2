// SPDX-License-Identifier: Apache-2.0
// Every case with openat2(2) and without it: both must see the same world.
#include "agent/io/tree.hpp"

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class TreeTest : public testing::TestWithParam<bool> {
 protected:
  TreeTest() {
    place_.write("secret", "outside");
    place_.write("root/etc/version", "3.11.2\n");
    place_.write("root/secret", "inside");
  }

  [[nodiscard]] fs::path root() const { return place_.path() / "root"; }
  void link(const std::string& target, const std::string& name) const {
    fs::create_symlink(target, root() / name);
  }
  [[nodiscard]] Tree tree() const {
    auto tree = Tree::open(root().string());
    if (!tree) throw std::runtime_error(tree.error().detail);
    return GetParam() ? std::move(*tree) : std::move(*tree).without_openat2();
  }
  [[nodiscard]] FileTrouble trouble(const std::string& path) const {
    const auto text = tree().read(path, 1024);
    return text ? FileTrouble::other : text.error().trouble;
  }

  tests::TempDir place_;
};

TEST_P(TreeTest, ReadsFilesByAbsolutePath) {
  EXPECT_EQ(tree().read("/etc/version", 1024), "3.11.2\n");
  EXPECT_EQ(tree().read_part("/etc/version", 2, 2), "11");
  EXPECT_EQ(tree().read_part("/etc/version", 5, 100), "2\n");
  EXPECT_EQ(tree().read_part("/etc/version", 100, 4), "");
}

TEST_P(TreeTest, AbsoluteLinksStayInside) {
  link("/secret", "absolute");
  link("/etc", "directory");

  EXPECT_EQ(tree().read("/absolute", 1024), "inside");
  EXPECT_EQ(tree().read("/directory/version", 1024), "3.11.2\n");
}

TEST_P(TreeTest, NoAmountOfDotsLeavesTheRoot) {
  link("../../../../../../secret", "etc/climb");

  EXPECT_EQ(tree().read("/etc/climb", 1024), "inside");
  EXPECT_EQ(tree().read("/../../secret", 1024), "inside");
}

TEST_P(TreeTest, LinksThatGoInACircleAreTold) {
  link("loop2", "loop1");
  link("loop1", "loop2");

  EXPECT_EQ(trouble("/loop1"), FileTrouble::symlink_loop);
  const auto real = tree().real_path("/loop1");
  ASSERT_FALSE(real.has_value());
  EXPECT_EQ(real.error().trouble, FileTrouble::symlink_loop);
}

TEST_P(TreeTest, WhatIsNoFileIsToldWithoutWaiting) {
  ASSERT_EQ(::mkfifo((root() / "fifo").c_str(), 0600), 0);

  EXPECT_EQ(trouble("/fifo"), FileTrouble::not_regular);
  EXPECT_EQ(trouble("/etc"), FileTrouble::not_regular);
  EXPECT_EQ(trouble("/none"), FileTrouble::missing);
  EXPECT_EQ(trouble("/secret/below"), FileTrouble::missing);
  const auto part = tree().read_part("/fifo", 0, 10);
  ASSERT_FALSE(part.has_value());
  EXPECT_EQ(part.error().trouble, FileTrouble::not_regular);
}

TEST_P(TreeTest, AFileOfMoreThanItsBoundIsNotRead) {
  place_.write("root/long", std::string(1025, 'x'));

  EXPECT_EQ(trouble("/long"), FileTrouble::too_large);
}

TEST_P(TreeTest, ListsNamesInOrderWithTheirKinds) {
  link("version", "etc/link");
  fs::create_directory(root() / "etc/a");

  const auto entries = tree().list("/etc", 10);

  ASSERT_TRUE(entries.has_value());
  EXPECT_THAT(*entries,
              ElementsAre(DirectoryEntry{"a", EntryKind::directory},
                          DirectoryEntry{"link", std::nullopt},
                          DirectoryEntry{"version", EntryKind::file}));
}

TEST_P(TreeTest, ADirectoryOfMoreEntriesThanItsBoundIsTold) {
  place_.write("root/many/a", "");
  place_.write("root/many/b", "");

  const auto entries = tree().list("/many", 1);

  ASSERT_FALSE(entries.has_value());
  EXPECT_EQ(entries.error().trouble, FileTrouble::too_large);
}

TEST_P(TreeTest, ListingWhatIsNoDirectoryIsMissing) {
  const auto entries = tree().list("/etc/version", 10);

  ASSERT_FALSE(entries.has_value());
  EXPECT_EQ(entries.error().trouble, FileTrouble::missing);
}

TEST_P(TreeTest, StatusFollowsLinksAndKnowsTheSamePlace) {
  link("/etc", "lib64");
  fs::permissions(root() / "etc/version", fs::perms::owner_all);

  const auto direct = tree().status("/etc");
  const auto linked = tree().status("/lib64");
  const auto file = tree().status("/lib64/version");

  ASSERT_TRUE(direct && linked && file);
  EXPECT_EQ(*direct, *linked);
  EXPECT_EQ(direct->kind, EntryKind::directory);
  EXPECT_EQ(file->kind, EntryKind::file);
  EXPECT_EQ(file->bytes, 7U);
  EXPECT_TRUE(file->executable);
}

TEST_P(TreeTest, TellsWhereLinksLead) {
  link("../etc", "etc/self");
  link("/etc/self/version", "there");

  EXPECT_EQ(tree().link_target("/there"), "/etc/self/version");
  EXPECT_EQ(tree().link_target("/etc"), std::nullopt);
  EXPECT_EQ(tree().real_path("/there"), "/etc/version");
  EXPECT_EQ(tree().real_path("//etc/./../etc/"), "/etc");
  EXPECT_EQ(tree().real_path("/"), "/");
}

TEST_P(TreeTest, ARootThatIsNotThereIsTold) {
  const auto missing = Tree::open((root() / "none").string());
  const auto file = Tree::open((root() / "secret").string());

  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().trouble, FileTrouble::missing);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().trouble, FileTrouble::missing);
}

INSTANTIATE_TEST_SUITE_P(Ways, TreeTest, testing::Values(true, false), [](const auto& row) {
  return row.param ? "kernel" : "by_hand";
});

TEST(Tree, TheOwnRootIsTheWorldAsItIs) {
  const tests::TempDir place;
  const std::string path = place.write("file", "text");

  const auto tree = Tree::open("/");

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->read(path, 1024), "text");
}

}  // namespace
}  // namespace sparkwarden::io
