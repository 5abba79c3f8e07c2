// SPDX-License-Identifier: Apache-2.0
#include "agent/io/token_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::io {
namespace {

std::string read(const std::string& text) {
  const tests::TempDir directory;
  const auto token = read_token(directory.write("token", text));
  return token ? *token : token.error().code;
}

TEST(TokenFile, HoldsOneWord) {
  EXPECT_EQ(read("abc-._~+/=123"), "abc-._~+/=123");
  EXPECT_EQ(read(" abc\r\n"), "abc");
}

TEST(TokenFile, ThatIsNoneIsToldByItsTrouble) {
  EXPECT_EQ(read(""), "token.empty");
  EXPECT_EQ(read(" \n"), "token.empty");
  EXPECT_EQ(read("two words"), "token.malformed");
  EXPECT_EQ(read("header\r\nX: y"), "token.malformed");
  EXPECT_EQ(read(std::string(kTokenBytesMax + 1, 'a')), "token.unreadable");
  EXPECT_EQ(read_token("/nowhere/token").error().code, "token.unreadable");
}

TEST(TokenFile, ErrorsDoNotRepeatTheToken) {
  const tests::TempDir directory;

  const auto token = read_token(directory.write("token", "s3cret s3cret"));

  EXPECT_EQ(token.error().detail.find("s3cret"), std::string::npos);
}

TEST(Authorization, PresentsTheToken) {
  EXPECT_TRUE(presents_token("Bearer abc", "abc"));
  EXPECT_TRUE(presents_token("bearer   abc ", "abc"));
}

TEST(Authorization, ThatPresentsAnythingElseDoesNot) {
  for (const char* header : {"",
                             "Bearer",
                             "Bearer ",
                             "Bearer ab",
                             "Bearer abcd",
                             "Bearer ABC",
                             "abc",
                             "Basic abc",
                             "Bearerabc",
                             "Bearer\tabc",
                             "Bearer abc abc"}) {
    EXPECT_FALSE(presents_token(header, "abc")) << header;
  }
  EXPECT_FALSE(presents_token("Bearer ", "")) << "no token is nobody's token";
}

}  // namespace
}  // namespace sparkwarden::io
