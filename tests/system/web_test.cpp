// SPDX-License-Identifier: Apache-2.0
// The agent's pages as other programs fetch them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"

namespace sparkwarden::tests {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class WebTest : public testing::Test {
 protected:
  void SetUp() override {
    driver_.settings(std::string("probes:\n") + kNoInventories);
    driver_.start();
    // Its digests are part of the manifest.
    ASSERT_EQ(driver_.get_until_ok("/readyz/config").body, "ok") << driver_.log();
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(driver_.port()) + path;
  }
  /// What curl prints.
  [[nodiscard]] std::string curl(std::vector<std::string> arguments) const {
    const TempDir place;
    const std::string said = place.write("said", "");
    std::vector<std::string> command{"curl", "--silent", "--show-error", "--max-time", "60"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Process process(std::move(command), said);
    EXPECT_EQ(process.wait(std::chrono::seconds(70)), 0);
    std::ifstream file(said);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Agent driver_{"driver"};
};

TEST_F(WebTest, EveryCheckThatHealthListsHasAPath) {
  for (const char* path : {"/livez/loop",
                           "/livez/scheduler",
                           "/healthz/loop",
                           "/healthz/scheduler",
                           "/readyz/ping",
                           "/readyz/agent"}) {
    EXPECT_EQ(driver_.get(path).body, "ok") << path;
  }
  EXPECT_THAT(driver_.get("/startupz/gate").head, HasSubstr("Sparkwarden-Gate: "));
  for (const char* path : {"/livez/",
                           "/livez/ping",
                           "/livez/x/loop",
                           "/readyz/nobody",
                           "/readyz//agent",
                           "/readyz/x/agent",
                           "/startupz/x",
                           "/startupz/x/gate",
                           "/metrics/"}) {
    EXPECT_EQ(driver_.get(path).status, 404) << path;
  }
}

TEST_F(WebTest, ShowsPeopleAPageThatNamesEveryProbe) {
  const Reply page = driver_.get("/");

  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("Content-Type: text/html; charset=utf-8"));
  EXPECT_THAT(page.head, HasSubstr("Content-Security-Policy: default-src 'none'"));
  for (const char* part : {"<!DOCTYPE html>", "> agent</h2>", "> config</h2>", "</html>"}) {
    EXPECT_THAT(page.body, HasSubstr(part));
  }
  EXPECT_EQ(driver_.get("/index.html").status, 404);
}

TEST_F(WebTest, CurlUnpacksAPageOfMetricsInEitherForm) {
  const std::string open = "Accept: application/openmetrics-text;version=1.0.0";

  const std::string text = curl({"--compressed", url("/metrics")});
  const std::string metrics = curl({"--compressed", "-H", open, url("/metrics")});
  const std::string head = curl({"--compressed", "-I", "-H", open, url("/metrics")});

  EXPECT_THAT(text, StartsWith("# HELP sparkwarden_build_info"));
  EXPECT_THAT(text, HasSubstr("\nprocess_open_fds "));
  EXPECT_THAT(text, Not(HasSubstr("# EOF")));
  EXPECT_THAT(metrics, StartsWith("# TYPE sparkwarden_build info\n"));
  EXPECT_THAT(metrics, EndsWith("\n# EOF\n"));
  EXPECT_THAT(head, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Type: application/openmetrics-text; version=1.0.0"));
}

TEST_F(WebTest, AManifestThatIsPackedIsStillTheSameForWhoeverAsksAgain) {
  (void)driver_.get_until_ok("/v1/manifest");
  const Reply plain = driver_.get("/v1/manifest");
  const std::size_t at = plain.head.find("ETag: ") + 6;
  const std::string etag = plain.head.substr(at, plain.head.find("\r\n", at) - at);

  EXPECT_EQ(driver_.get("/v1/manifest", {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(driver_.get("/v1/manifest", {{"If-None-Match", "W/" + etag}}).status, 304);
  EXPECT_EQ(curl({"--compressed", url("/v1/manifest")}), plain.body);
}

}  // namespace
}  // namespace sparkwarden::tests
