// SPDX-License-Identifier: Apache-2.0
#include "probes/python/zip.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/python/a_tree.hpp"
#include "tests/probes/python/a_zip.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::ElementsAre;

constexpr std::size_t kMax = 4096;

io::FileResult<std::string> member_of(const std::string& bytes, const std::string& name) {
  const ATree root;
  root.put("/a.zip", bytes);
  const io::Tree tree = root.tree();
  const auto zip = Zip::open(tree, "/a.zip");
  if (!zip) return tl::unexpected(zip.error());
  return zip->read(tree, name, kMax);
}

struct GoodCase {
  std::string name;
  std::string bytes;
};

class Good : public testing::TestWithParam<GoodCase> {};

TEST_P(Good, ZipsGiveTheirMembers) {
  const auto content = member_of(GetParam().bytes, "p/m.py");

  ASSERT_TRUE(content.has_value()) << content.error().detail;
  EXPECT_EQ(*content, "x = 1\n");
}

const ZipMember kStored{.name = "p/m.py", .content = "x = 1\n"};
const ZipMember kDeflated{.name = "p/m.py", .content = "x = 1\n", .method = 8};

INSTANTIATE_TEST_SUITE_P(
    Forms,
    Good,
    testing::Values(GoodCase{"stored", a_zip({kStored})},
                    GoodCase{"deflated", a_zip({kDeflated})},
                    GoodCase{"second", a_zip({{.name = "other", .content = "y"}, kDeflated})},
                    GoodCase{"in_front", a_zip({kDeflated}, {.prefix = "#!/usr/bin/python3\n"})},
                    GoodCase{"behind", a_zip({kDeflated}, {.comment = std::string(65'535, 'c')})},
                    // The end is looked for from behind.
                    GoodCase{"end_mark_in_a_member",
                             a_zip({{.name = "m", .content = "PK\x05\x06"}, kStored})}),
    [](const auto& row) { return row.param.name; });

struct BadCase {
  std::string name;
  std::string bytes;
  io::FileTrouble trouble;
};

class Bad : public testing::TestWithParam<BadCase> {};

TEST_P(Bad, ZipsAreRefused) {
  const auto content = member_of(GetParam().bytes, "p/m.py");

  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().trouble, GetParam().trouble) << content.error().detail;
}

ZipMember with(ZipMember member, std::int64_t ZipMember::*what, std::int64_t value) {
  member.*what = value;
  return member;
}

std::string with_byte(std::string bytes, std::size_t at, char value) {
  bytes[at] = value;
  return bytes;
}

constexpr auto kOther = io::FileTrouble::other;

INSTANTIATE_TEST_SUITE_P(
    Forms,
    Bad,
    testing::Values(
        BadCase{"empty", "", kOther},
        BadCase{"no_zip", std::string(1000, 'x'), kOther},
        BadCase{"only_an_end_mark", "PK\x05\x06", kOther},
        BadCase{"cut", a_zip({kStored}).substr(0, a_zip({kStored}).size() - 1), kOther},
        BadCase{"no_such_member", a_zip({{.name = "q"}}), io::FileTrouble::missing},
        BadCase{"no_members", a_zip({}), io::FileTrouble::missing},
        BadCase{"encrypted", a_zip({{.name = "p/m.py", .content = "x", .flags = 1}}), kOther},
        BadCase{"bzip2", a_zip({{.name = "p/m.py", .content = "x", .method = 12}}), kOther},
        BadCase{"zip64_offset", a_zip({kStored}, {.directory_offset = 0xFFFFFFFF}), kOther},
        BadCase{"zip64_count", a_zip({kStored}, {.members = 0xFFFF}), kOther},
        BadCase{"more_members_than_there_are", a_zip({kStored}, {.members = 2}), kOther},
        BadCase{"very_many_members", a_zip({kStored}, {.members = 20'001}), kOther},
        BadCase{"directory_too_large", a_zip({kStored}, {.directory_bytes = 5 << 20}), kOther},
        BadCase{"directory_beyond_the_end", a_zip({kStored}, {.directory_offset = 5000}), kOther},
        BadCase{"wrong_crc", a_zip({with(kStored, &ZipMember::crc, 1)}), kOther},
        BadCase{"wrong_content", with_byte(a_zip({kStored}), 38, 'y'), kOther},
        BadCase{"wrong_deflate", with_byte(a_zip({kDeflated}), 38, '\xff'), kOther},
        BadCase{"wrong_local_mark", with_byte(a_zip({kStored}), 0, 'X'), kOther},
        BadCase{"claims_less", a_zip({with(kDeflated, &ZipMember::unpacked, 3)}), kOther},
        BadCase{"claims_more", a_zip({with(kDeflated, &ZipMember::unpacked, 4000)}), kOther},
        BadCase{"claims_nothing", a_zip({with(kDeflated, &ZipMember::unpacked, 0)}), kOther},
        BadCase{"stored_claims_more", a_zip({with(kStored, &ZipMember::unpacked, 7)}), kOther},
        BadCase{"packed_beyond_the_end", a_zip({with(kStored, &ZipMember::packed, 4000)}), kOther},
        BadCase{"too_large",
                a_zip({with(kStored, &ZipMember::unpacked, kMax + 1)}),
                io::FileTrouble::too_large},
        BadCase{"packed_too_large",
                a_zip({with(kStored, &ZipMember::packed, 0xFFFFFFFF)}),
                io::FileTrouble::too_large},
        BadCase{"a_bomb",
                a_zip({{.name = "p/m.py", .content = std::string(10 << 20, '0'), .method = 8}}),
                io::FileTrouble::too_large},
        BadCase{"a_bomb_that_lies",
                a_zip({{.name = "p/m.py",
                        .content = std::string(1 << 20, '0'),
                        .method = 8,
                        .unpacked = 100}}),
                kOther}),
    [](const auto& row) { return row.param.name; });

TEST(Zip, EveryPrefixOfAFileIsRefusedOrRight) {
  const std::string bytes = a_zip({kDeflated, {.name = "q", .content = "1"}}, {.comment = "end"});
  const std::size_t end = bytes.size() - 3;  // a comment may be cut
  for (std::size_t length = 0; length < end; ++length) {
    EXPECT_FALSE(member_of(bytes.substr(0, length), "p/m.py").has_value()) << length;
  }
}

TEST(Zip, EveryByteThatIsWrongIsRefusedOrHarmless) {
  const std::string bytes = a_zip({kDeflated});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto content =
        member_of(with_byte(bytes, at, static_cast<char>(bytes[at] ^ 0x55)), "p/m.py");
    if (content) {
      EXPECT_EQ(*content, "x = 1\n") << at;
    }
  }
}

TEST(Zip, NamesAreInTheOrderOfTheDirectory) {
  const ATree root;
  root.put("/a.zip", a_zip({{.name = "b/"}, {.name = "a"}, {.name = ""}}));

  EXPECT_THAT(Zip::open(root.tree(), "/a.zip")->names(), ElementsAre("b/", "a", ""));
}

TEST(Zip, WhatIsNoFileIsTold) {
  const ATree root;
  root.make_directory("/a.zip");

  EXPECT_EQ(Zip::open(root.tree(), "/a.zip").error().trouble, io::FileTrouble::not_regular);
  EXPECT_EQ(Zip::open(root.tree(), "/b.zip").error().trouble, io::FileTrouble::missing);
}

TEST(Zip, ThoseThatPythonMakesAreRead) {
  const ATree root;
  root.put("/make.py",
           "import sys, zipfile\n"
           "with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:\n"
           "  z.writestr('pyspark/version.py', '__version__ = \"4.0.1\"\\n' * 100)\n"
           "  with z.open('pyspark/large.py', 'w', force_zip64=True) as member:\n"
           "    member.write(b'y = 2\\n')\n"
           "  z.writestr(zipfile.ZipInfo('pyspark/stored.py'), 'z = 3\\n')\n");
  tests::Process process({"/usr/bin/python3", "-I", root.real("/make.py"), root.real("/real.zip")});
  ASSERT_EQ(process.wait(std::chrono::minutes(1)), 0);
  const io::Tree tree = root.tree();

  const auto zip = Zip::open(tree, "/real.zip");

  ASSERT_TRUE(zip.has_value()) << zip.error().detail;
  EXPECT_EQ(zip->read(tree, "pyspark/version.py", kMax)->size(), 2200U);
  EXPECT_EQ(*zip->read(tree, "pyspark/large.py", kMax), "y = 2\n");
  EXPECT_EQ(*zip->read(tree, "pyspark/stored.py", kMax), "z = 3\n");
}

}  // namespace
}  // namespace sparkwarden::probes::python
