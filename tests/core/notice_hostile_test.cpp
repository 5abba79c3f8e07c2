// SPDX-License-Identifier: Apache-2.0
// Notices come from anyone who can reach the driver's port.
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "agent/core/notice_table.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden {
namespace {

constexpr unsigned kSeed = 20'260'131;

std::string random_bytes(std::mt19937& random, std::size_t most) {
  std::string text(random() % (most + 1), '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

/// What must hold for a notice that was accepted.
std::string broken(const Notice& notice) {
  if (notice.pod.empty() || notice.pod.size() > 253) return "pod";
  if (notice.executor.size() > 32) return "executor";
  if (notice.code.size() > 64) return "code";
  if (notice.subject.size() > 160) return "subject";
  for (const std::string& text : {notice.pod, notice.executor, notice.code, notice.subject}) {
    if (printable(text) != text) return "text that steers a terminal";
  }
  const auto again = parse_notice(to_header(notice));
  if (!again || *again != notice) return "is not read back as it was: " + to_header(notice);
  return "";
}

TEST(NoticeProperty, AnyNoticeIsWrittenWithinItsBoundAndWhatIsReadBackHolds) {
  std::mt19937 random(kSeed);

  for (int i = 0; i < 20'000; ++i) {
    const Notice notice{.pod = "p" + random_bytes(random, 300),
                        .executor = random_bytes(random, 50),
                        .gate = GatePhase::failed,
                        .verdict = Verdict::fail,
                        .code = i % 2 == 0 ? "nfs.export.refused" : random_bytes(random, 80),
                        .subject = random_bytes(random, 400)};

    const std::string header = to_header(notice);
    const auto read = parse_notice(header);

    ASSERT_LE(header.size(), kNoticeBytesMax) << "number " << i;
    ASSERT_TRUE(read.has_value()) << "number " << i << ": " << header;
    ASSERT_EQ(broken(*read), "") << "number " << i;
    for (const char c : header) ASSERT_TRUE(c >= ' ' && c <= '~') << header;
  }
}

TEST(NoticeProperty, WhateverIsAcceptedOfAMutatedHeaderHolds) {
  std::mt19937 random(kSeed);
  const std::string good =
      "v=1, pod=exec-3, exec=3, gate=holding, verdict=fail, code=python.package.differs, "
      "subject=numpy%20%C3%A4";
  int accepted = 0;

  for (int i = 0; i < 50'000; ++i) {
    std::string header = good;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int change = 0; change < changes; ++change) {
      const std::size_t at = random() % header.size();
      switch (random() % 4) {
        case 0:
          header[at] = static_cast<char>(random());
          break;
        case 1:
          header.erase(at, random() % 5);
          break;
        case 2:
          header.insert(at, header.substr(random() % header.size(), random() % 20));
          break;
        default:
          header.insert(at, "%" + std::to_string(random() % 100));
      }
      if (header.empty()) header = good;
    }
    const auto notice = parse_notice(header);
    if (!notice) continue;
    ++accepted;
    ASSERT_EQ(broken(*notice), "") << "number " << i << ": " << header;
  }

  EXPECT_GT(accepted, 100) << "or the mutations prove nothing";
}

TEST(NoticeProperty, AFloodOfInventedPodsAndCodesStaysWithinTheTable) {
  NoticeTable table(100);
  const Instant now(std::chrono::hours(1));

  for (int i = 0; i < 10'000; ++i) {
    (void)table.hear({.pod = "pod-" + std::to_string(i),
                      .verdict = Verdict::fail,
                      .code = "a.b.c" + std::to_string(i)},
                     now);
  }

  EXPECT_EQ(table.size(), 100U);
  EXPECT_EQ(table.by_code().size(), 100U);
  EXPECT_EQ(table.worst(1'000).size(), 100U);
  EXPECT_EQ(table.worst(7).size(), 7U);
}

}  // namespace
}  // namespace sparkwarden
