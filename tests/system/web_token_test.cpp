// SPDX-License-Identifier: Apache-2.0
// The token in front of manifest, status and page, from the driver's Secret to its executor.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "s3cret-0123456789";

/// A Secret as the kubelet mounts it: the key is a link through `..data`, which is swapped.
class Secret {
 public:
  explicit Secret(const std::string& token) {
    swap(token);
    fs::create_symlink("..data/token", directory_.path() / "token");
  }
  void swap(const std::string& token) {
    const std::string generation = "..generation-" + std::to_string(++generation_);
    fs::create_directory(directory_.path() / generation);
    std::ofstream(directory_.path() / generation / "token") << token << '\n';
    fs::create_symlink(generation, directory_.path() / "..data_tmp");
    fs::rename(directory_.path() / "..data_tmp", directory_.path() / "..data");
  }
  [[nodiscard]] std::string path() const { return (directory_.path() / "token").string(); }

 private:
  TempDir directory_;
  int generation_ = 0;
};

Headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

std::string driver_settings(const Secret& secret) {
  return "web: {token_file: \"" + secret.path() + "\"}\n";
}

TEST(WebToken, IsAskedForWhereThereIsSomethingToSeeAndNowhereElse) {
  const Secret secret(kSecret);
  Agent driver("driver");
  driver.settings(driver_settings(secret));
  driver.start();

  for (const char* path : {"/v1/manifest", "/status", "/"}) {
    for (const Headers& headers : {Headers{}, bearer("wrong"), bearer(""), bearer("s3cret")}) {
      const Reply reply = driver.get(path, headers);
      EXPECT_EQ(reply.status, 401) << path;
      EXPECT_THAT(reply.head, HasSubstr("WWW-Authenticate: Bearer")) << path;
      EXPECT_THAT(reply.body, Not(HasSubstr("{"))) << path;
    }
    EXPECT_NE(driver.get(path, bearer(kSecret)).status, 401) << path;
  }
  for (const char* path : {"/livez", "/readyz", "/healthz", "/metrics"}) {
    EXPECT_NE(driver.get(path).status, 401) << path;
  }
  EXPECT_THAT(driver.get("/metrics").body,
              HasSubstr("sparkwarden_http_requests_total{path=\"/status\",code=\"401\"} 4\n"));
}

TEST(WebToken, ThatIsSwappedIsTakenAndTheOldOneIsNot) {
  Secret secret(kSecret);
  Agent driver("driver");
  driver.settings(driver_settings(secret));
  driver.start();
  ASSERT_EQ(driver.get("/status", bearer(kSecret)).status, 200);

  secret.swap("another");

  const Reply taken = driver.ask_until(
      "/status", [](const Reply& reply) { return reply.status == 200; }, bearer("another"));
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(driver.get("/status", bearer(kSecret)).status, 401);
}

TEST(WebToken, ThatCannotBeReadLetsNobodyInAndIsReported) {
  Agent driver("driver");
  driver.settings("web: {token_file: /nowhere/token}\n");
  driver.start();

  EXPECT_EQ(driver.get("/status").status, 401);
  EXPECT_EQ(driver.get("/status", bearer("")).status, 401);
  EXPECT_EQ(driver.get("/livez").body, "ok");
  EXPECT_THAT(driver.get("/readyz/agent").body, HasSubstr("agent.web.token-unusable"));
}

TEST(WebToken, ThatBecomesUnreadableStaysInForceUntilItIsMended) {
  Secret secret(kSecret);
  Agent driver("driver");
  driver.settings(driver_settings(secret));
  driver.start();
  ASSERT_EQ(driver.get("/status", bearer(kSecret)).status, 200);

  secret.swap("two words");

  EXPECT_THAT(driver.get_until("/readyz/agent", "agent.web.token-unusable").body,
              HasSubstr("agent.web.token-unusable"));
  EXPECT_EQ(driver.get("/status", bearer(kSecret)).status, 200);
  secret.swap(kSecret);
  EXPECT_EQ(driver.get_until_ok("/readyz/agent").body, "ok");
}

TEST(WebToken, IsWhatAnExecutorPresentsAndStandsInNoLog) {
  const Secret secret(kSecret);
  Agent driver("driver");
  driver.settings(driver_settings(secret) +
                  "probes: {config: {enabled: false}, storage: {enabled: "
                  "false}, python: {enabled: false}, runtime: {enabled: "
                  "false}}\n");
  driver.start();
  Agent executor("executor");
  const std::string peers =
      "  peers: {period: 200ms, driver_url: \"127.0.0.1:" + std::to_string(driver.port()) +
      "\", token_file: ";
  const std::string others =
      "probes:\n  config: {enabled: false}\n  storage: {enabled: false}\n"
      "  python: {enabled: false}\n  runtime: {enabled: false}\n";
  Agent stranger("executor");

  executor.settings(others + peers + "\"" + secret.path() + "\"}\n");
  executor.start();
  stranger.settings(others + peers + "\"\"}\n");
  stranger.start();

  EXPECT_EQ(executor.get_until_ok("/readyz/peers").body, "ok") << executor.log();
  EXPECT_THAT(stranger.get_until("/readyz/peers", "peer.driver.not-permitted").body,
              HasSubstr("unknown:peer.driver.not-permitted"));
  for (const Agent* agent : {&driver, &executor}) {
    EXPECT_THAT(agent->log(), Not(HasSubstr("s3cret")));
    EXPECT_THAT(agent->get("/metrics").body, Not(HasSubstr("s3cret")));
    EXPECT_THAT(agent->get("/status", bearer(kSecret)).body, Not(HasSubstr("s3cret")));
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(driver.port());
  const Finished refused = run_sparkwarden({"diff", url, url});
  const Finished let_in = run_sparkwarden({"diff", "--token-file", secret.path(), url, url});
  EXPECT_THAT(refused.err, HasSubstr("--token-file"));
  EXPECT_EQ(let_in.code, 0) << let_in.err;
  const Finished shown = run_sparkwarden({"config", "show", "--config", driver.config_path()});
  EXPECT_THAT(shown.out, HasSubstr("web.token_file"));
  EXPECT_THAT(shown.out, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace sparkwarden::tests
