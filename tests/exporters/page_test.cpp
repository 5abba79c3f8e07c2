// SPDX-License-Identifier: Apache-2.0
#include "exporters/page/page.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/page/html.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"

namespace sparkwarden::exporters {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::kNow;

constexpr std::string_view kHostile = "<script>alert('\"&\")</script>\x1b[2J\n";

Answer page_of(const Snapshot& snapshot, const NoticeTable* executors = nullptr) {
  return page(
      snapshot, decide(snapshot, ReadyPolicy::verdict, kNow), tests::an_agent(), executors, kNow);
}

Notice notice_of(std::string pod, Verdict verdict) {
  return {.pod = std::move(pod),
          .gate = GatePhase::holding,
          .verdict = verdict,
          .code = "python.package.differs",
          .subject = "numpy"};
}

int count(const std::string& text, std::string_view word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++found;
  }
  return found;
}

TEST(Page, OfARealisticPodIsAsReviewed) {
  NoticeTable executors;
  executors.hear(notice_of("etl-exec-3", Verdict::fail), kNow - std::chrono::seconds(7));
  executors.hear(notice_of("etl-exec-1", Verdict::pass), kNow - std::chrono::minutes(9));

  const Answer answer = page_of(tests::a_snapshot(), &executors);

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(answer.body, tests::golden("page.html", answer.body));
}

TEST(Page, LetsTheBrowserLoadAndRunNothing) {
  const Answer answer = page_of(tests::a_snapshot());

  const auto policy = find_header(answer.headers, "Content-Security-Policy");
  ASSERT_TRUE(policy.has_value());
  EXPECT_THAT(std::string(*policy), HasSubstr("default-src 'none'"));
  for (const char* outside : {"<script", "src=", "http://", "https://", "url(", "@import"}) {
    EXPECT_THAT(answer.body, Not(HasSubstr(outside)));
  }
}

// Everything on it may come from a file, a server or another pod.
TEST(Page, IsNotBrokenByWhatItShows) {
  const std::string hostile(kHostile);
  Finding finding{.code = hostile,
                  .subject = hostile,
                  .message = hostile,
                  .location = Location{.path = hostile, .line = 1, .column = 1},
                  .related = {{.location = {.path = hostile}, .message = hostile}},
                  .expected = hostile,
                  .actual = hostile,
                  .effect = hostile,
                  .fix = hostile};
  Observed observed{
      .findings = {std::move(finding)},
      .unlooked = {{.code = hostile, .subject = hostile, .message = hostile}},
      .steps = {{.name = hostile, .via = hostile, .status = hostile, .text = hostile}}};
  const Snapshot snapshot = fold(tests::empty_snapshot({"storage"}),
                                 tests::a_report("storage", milliseconds(10), std::move(observed)));
  NoticeTable executors;
  Notice notice = notice_of(hostile, Verdict::fail);
  notice.code = notice.subject = hostile;
  executors.hear(notice, kNow);

  const std::string body = page_of(snapshot, &executors).body;

  EXPECT_THAT(body, Not(HasSubstr("<script")));
  EXPECT_THAT(body, Not(HasSubstr("\x1b")));
  // All that was put in is there, as text: 10 of the finding, 3 of what was not looked at, 1 its
  // reason, 4 of the step, 3 of the notice.
  EXPECT_GE(count(body, "&lt;script&gt;alert(&#39;&quot;&amp;&quot;)"), 20);
}

TEST(Page, ShowsTheWorstExecutorsAndCountsTheRest) {
  NoticeTable executors;
  for (int i = 0; i < 200; ++i) {
    const std::string pod = "pod-" + std::to_string(i);
    executors.hear(notice_of(pod, i == 3 ? Verdict::fail : Verdict::pass), kNow);
  }

  const std::string body = page_of(tests::a_snapshot(), &executors).body;

  EXPECT_THAT(body, HasSubstr("<td>pod-3</td>"));
  EXPECT_THAT(body, HasSubstr("and 150 more, none of them worse"));
  EXPECT_EQ(count(body, "<td>pod-"), 50);
}

TEST(Page, OfARoleWithoutExecutorsSaysNothingOfThem) {
  EXPECT_THAT(page_of(tests::a_snapshot()).body, Not(HasSubstr("executors")));
}

TEST(Html, EscapesForTextAndForAttributes) {
  EXPECT_EQ(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(element("td", "is <", "x&y"), "<td class=\"is &lt;\">x&amp;y</td>");
}

}  // namespace
}  // namespace sparkwarden::exporters
