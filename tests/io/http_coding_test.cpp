// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_coding.hpp"

#include <random>

#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

/// What zlib's own gzip reader makes of `bytes`, which must be one stream and nothing else.
std::string unpacked(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK) {
    std::array<char, 4096> chunk{};
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    result = ::inflate(&stream, Z_NO_FLUSH);
    text.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  EXPECT_EQ(result, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U) << "bytes after the stream";
  ::inflateEnd(&stream);
  return text;
}

std::string joined(const CodedBody& body) {
  std::string text;
  for (const std::string_view piece : body.pieces()) text += piece;
  EXPECT_EQ(text.size(), body.bytes());
  return text;
}

CodedBody coded(const std::shared_ptr<Answer>& answer, bool gzip) {
  boost::asio::io_context loop(1);
  CodedBody result;
  boost::asio::co_spawn(
      loop, code_body(answer, gzip), [&](const std::exception_ptr& error, CodedBody body) {
        if (error) std::rethrow_exception(error);
        result = std::move(body);
      });
  loop.run();
  return result;
}

std::string some_text(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < bytes) text += "series{a=\"" + std::to_string(random() % 1000) + "\"} 1\n";
  text.resize(bytes);
  return text;
}

std::string header_of(const Answer& answer, std::string_view name) {
  return std::string(find_header(answer.headers, name).value_or(""));
}

struct EncodingCase {
  std::string name;
  std::string header;
  bool gzip;
};

class AcceptsGzip : public testing::TestWithParam<EncodingCase> {};

TEST_P(AcceptsGzip, WhereItIsWanted) {
  EXPECT_EQ(accepts_gzip(GetParam().header), GetParam().gzip);
}

INSTANTIATE_TEST_SUITE_P(Headers,
                         AcceptsGzip,
                         testing::Values(EncodingCase{"none", "", false},
                                         EncodingCase{"named", "gzip", true},
                                         EncodingCase{"browser", "gzip, deflate, br", true},
                                         EncodingCase{"old_name", "x-gzip", true},
                                         EncodingCase{"capitals", "GZIP;Q=0.1", true},
                                         EncodingCase{"refused", "gzip;q=0", false},
                                         EncodingCase{
                                             "refused_in_thousandths", "gzip;q=0.000", false},
                                         EncodingCase{"anything", "*", true},
                                         EncodingCase{"anything_but", "gzip;q=0, *;q=1", false},
                                         EncodingCase{"nothing_at_all", "*;q=0", false},
                                         EncodingCase{"identity", "identity", false},
                                         EncodingCase{"other", "gzipped, br;q=1", false}),
                         [](const auto& row) { return row.param.name; });

TEST(Gzip, IsOneStreamOfTheSharedTextAndTheRest) {
  for (const std::size_t shared : {0U, 1U, 1'000U, 40'000U}) {
    for (const std::size_t rest : {0U, 1U, 65'535U, 65'536U, 200'000U}) {
      const std::string first = some_text(shared);
      const std::string second = some_text(rest);
      const Deflated part = deflate_part(first);

      const std::string whole =
          gzip_begin() + part.bytes + gzip_end(part.crc32, first.size(), second);

      EXPECT_EQ(unpacked(whole), first + second) << shared << " " << rest;
    }
  }
}

TEST(CodedBody, OfASmallAnswerIsLeftAlone) {
  const auto answer = std::make_shared<Answer>(Answer{.body = some_text(kCodedFrom - 1)});

  EXPECT_EQ(joined(coded(answer, true)), some_text(kCodedFrom - 1));
  EXPECT_TRUE(answer->headers.empty());
}

TEST(CodedBody, IsAsItWasForThoseWhoDoNotAskAndSaysThatItDepends) {
  const auto answer = std::make_shared<Answer>(
      Answer{.body = "tail\n", .shared = std::make_shared<SharedText>(some_text(5'000))});

  EXPECT_EQ(joined(coded(answer, false)), some_text(5'000) + "tail\n");
  EXPECT_EQ(header_of(*answer, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(*answer, "Content-Encoding"), "");
}

TEST(CodedBody, IsCompressedOnceHoweverManyAsk) {
  const auto shared = std::make_shared<SharedText>(some_text(5'000));
  const auto first = std::make_shared<Answer>(
      Answer{.body = "1\n", .headers = {{"ETag", "\"a\""}}, .shared = shared});
  const auto second = std::make_shared<Answer>(Answer{.body = "2\n", .shared = shared});

  const CodedBody one = coded(first, true);
  const char* const made = shared->deflated.data();
  const CodedBody two = coded(second, true);

  EXPECT_EQ(unpacked(joined(one)), shared->text + "1\n");
  EXPECT_EQ(unpacked(joined(two)), shared->text + "2\n");
  EXPECT_EQ(shared->deflated.data(), made);
  EXPECT_LT(one.bytes(), 2'000U);
  EXPECT_EQ(header_of(*first, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(*first, "ETag"), "W/\"a\"");
}

TEST(CodedBody, OfALargeTextIsMadeOnTheWorkerAndNobodyElseWaitsForIt) {
  const auto shared = std::make_shared<SharedText>(some_text(kDeflatedHere * 40));
  const auto first = std::make_shared<Answer>(Answer{.shared = shared});
  const auto second = std::make_shared<Answer>(Answer{.shared = shared});
  boost::asio::io_context loop(1);
  CodedBody one;
  CodedBody two;
  const auto into = [](CodedBody& place) {
    return [&place](const std::exception_ptr& error, CodedBody body) {
      if (error) std::rethrow_exception(error);
      place = std::move(body);
    };
  };

  boost::asio::co_spawn(loop, code_body(first, true), into(one));
  boost::asio::co_spawn(loop, code_body(second, true), into(two));
  loop.run();

  EXPECT_EQ(unpacked(joined(one)), shared->text);
  EXPECT_EQ(joined(two), shared->text);
  EXPECT_FALSE(shared->deflating);
}

TEST(CodedBody, OfATextOfItsOwnIsCompressedToo) {
  const auto answer = std::make_shared<Answer>(Answer{.body = some_text(10'000)});

  const CodedBody body = coded(answer, true);

  EXPECT_EQ(unpacked(joined(body)), some_text(10'000));
  EXPECT_LT(body.bytes(), 5'000U);
}

}  // namespace
}  // namespace sparkwarden::io
