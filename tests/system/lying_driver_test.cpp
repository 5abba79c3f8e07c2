// SPDX-License-Identifier: Apache-2.0
// What answers as the driver means harm: the executor's agent stays within the memory that its
// container is given, and goes on answering.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "tests/support/agent.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The number behind `word`.
std::size_t number_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word);
  return at == std::string::npos ? 0 : std::stoul(text.substr(at + word.size()));
}

std::size_t limit_mib() {
  return number_after(read(SPARKWARDEN_SOURCE_DIR "/charts/plain/executor-sidecar.yaml"),
                      "limits: {memory: ");
}

std::size_t peak_mib(pid_t pid) {
  return number_after(read("/proc/" + std::to_string(pid) + "/status"), "VmHWM:") / 1024;
}

void expect_within_limit(Agent& agent) {
  const std::size_t limit = limit_mib();
  const std::size_t peak = peak_mib(agent.process().pid());
  ASSERT_GT(limit, 0U);
  ASSERT_GT(peak, 0U);
#ifndef SPARKWARDEN_SANITIZED  // whose memory is another
  EXPECT_LT(peak, limit);
#endif
}

/// As many packages as a manifest may have, in nearly as many bytes.
std::string largest(char fill) {
  Manifest manifest{.agent_version = "1", .pod = {.role = "driver", .uid = "a-driver"}};
  PythonManifest python{.executable = "/usr/bin/python3",
                        .version = "3.11.2",
                        .path = {"/usr/lib/python3/dist-packages"}};
  for (std::size_t i = 0; i < kManifestListMax; ++i) {
    python.distributions.push_back({.name = "package-" + std::to_string(i),
                                    .version = std::string(300, fill),
                                    .origin = 0,
                                    .installer = std::string(200, fill)});
  }
  manifest.python = std::make_shared<const PythonManifest>(std::move(python));
  return to_json(manifest);
}

/// One package, as `wait --manifest` would tell it.
std::string own_inventory() {
  return R"({"schema":1,"python":{"executable":"/usr/bin/python3","version":"3.11.2",)"
         R"("path":["/usr/lib/python3/dist-packages"],"complete":true,)"
         R"("distributions":[{"name":"numpy","version":"1.26.4","origin":0}]}})";
}

std::string flood() {
  std::string text = R"({"schema":1,"x":[)";
  while (text.size() < kManifestBytesMax - 8) text += "[],";
  return text + "[]]}";
}

TEST(LyingDriver, DoesNotPushAnExecutorsAgentOverItsLimitOfMemory) {
  const std::string bodies[] = {largest('1'), flood(), largest('2')};
  std::atomic<std::size_t> asked = 0;
  ServerThread driver({}, [&](const Request&) {
    const std::size_t now = asked++;
    return Answer{.content_type = std::string(kManifestContentType),
                  .body = bodies[now % std::size(bodies)],
                  .headers = {{"ETag", '"' + std::to_string(now) + '"'}}};
  });
  Agent executor{"executor"};
  executor.settings(
      "probes:\n"
      "  config: {enabled: false}\n"
      "  storage: {enabled: false}\n"
      "  python: {source: root, period: 1s}\n"
      "  runtime: {enabled: false}\n"
      "  peers: {driver_url: \"127.0.0.1:" +
      std::to_string(driver.port()) + "\", period: 100ms, deadline: 30s}\n");
  executor.start();

  for (std::size_t i = 0; i < std::size(bodies); ++i) executor.await_runs("peers", 1);

  EXPECT_THAT(executor.get("/livez").body, HasSubstr("ok"));
  EXPECT_THAT(executor.log(), HasSubstr("peer.manifest.too-large"));
  EXPECT_GE(asked, std::size(bodies));
  expect_within_limit(executor);
}

class ThousandsOfDifferences : public testing::Test {
 protected:
  /// Returns once the agent has the driver's manifest and compares it.
  std::unique_ptr<Agent> comparing() {
    auto executor = std::make_unique<Agent>("executor");
    std::filesystem::create_directories(executor->world().path() / "run");
    executor->world().write("run/manifest.json", own_inventory());
    executor->settings(
        "probes:\n"
        "  config: {enabled: false}\n"
        "  storage: {enabled: false}\n"
        "  python: {source: file, deadline: 5m}\n"
        "  runtime: {enabled: false}\n"
        "  peers: {driver_url: \"127.0.0.1:" +
        std::to_string(driver_.port()) + "\", deadline: 30s}\n");
    executor->start();
    EXPECT_EQ(executor->get_until_ok("/readyz/peers").status, 200) << executor->log();
    return executor;
  }

 private:
  ServerThread driver_{{}, [body = largest('1')](const Request&) {
                         return Answer{.content_type = std::string(kManifestContentType),
                                       .body = body};
                       }};
};

// They are judged on the worker thread, which nobody can interrupt and nobody waits for.
TEST_F(ThousandsOfDifferences, DoNotKeepAnAgentFromItsEnd) {
  const auto whole = comparing();
  const Instant begun = std::chrono::steady_clock::now();
  ASSERT_THAT(whole->get_until("/status", "python.package.missing").body,
              HasSubstr("python.package.missing"));
  const auto took = std::chrono::steady_clock::now() - begun;
  expect_within_limit(*whole);

  // One that waited would take as long every time; one that does not may be held up by others.
  auto least = Instant::duration::max();
  for (int tries = 0; tries < 3 && least >= took / 2; ++tries) {
    const auto executor = comparing();
    const Instant asked = std::chrono::steady_clock::now();
    executor->process().signal(SIGTERM);
    ASSERT_EQ(executor->process().wait(std::chrono::seconds(60)), 0) << executor->log();
    least = std::min(least, std::chrono::steady_clock::now() - asked);
  }

  // A machine that compares them within the time that tasks are given shows no difference.
  if (took > std::chrono::seconds(2)) {
    EXPECT_LT(least, took / 2);
  }
}

}  // namespace
}  // namespace sparkwarden::tests
