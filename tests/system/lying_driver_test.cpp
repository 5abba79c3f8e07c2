// SPDX-License-Identifier: Apache-2.0
// What answers as the driver means harm: the executor's agent stays within the memory that its
// container is given, and goes on answering.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
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

/// As many packages as a manifest may have, in nearly as many bytes.
std::string largest(char fill) {
  Manifest manifest{.agent_version = "1", .pod = {.role = "driver", .uid = "a-driver"}};
  PythonManifest python{.version = "3.11.2", .path = {"/usr/lib/python3/dist-packages"}};
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
#ifndef SPARKWARDEN_SANITIZED  // whose memory is another
  ASSERT_GT(limit_mib(), 0U);
  EXPECT_LT(peak_mib(executor.process().pid()), limit_mib());
#endif
}

// Thousands of differences are judged on the worker thread, which nobody can interrupt.
TEST(LyingDriver, DoesNotKeepAnExecutorsAgentFromAnsweringNorFromItsEnd) {
  ServerThread driver({}, [body = largest('1')](const Request&) {
    return Answer{.content_type = std::string(kManifestContentType), .body = body};
  });
  Agent executor{"executor"};
  std::filesystem::create_directories(executor.world().path() / "run");
  executor.world().write("run/manifest.json", own_inventory());
  executor.settings(
      "probes:\n"
      "  config: {enabled: false}\n"
      "  storage: {enabled: false}\n"
      "  python: {source: file}\n"
      "  runtime: {enabled: false}\n"
      "  peers: {driver_url: \"127.0.0.1:" +
      std::to_string(driver.port()) + "\", deadline: 30s}\n");
  executor.start();
  ASSERT_EQ(executor.get_until_ok("/readyz/peers").status, 200) << executor.log();
  EXPECT_EQ(executor.get("/readyz").status, 500) << "python has not reported";

  executor.process().signal(SIGTERM);

  EXPECT_EQ(executor.process().wait(std::chrono::seconds(5)), 0);
}

}  // namespace
}  // namespace sparkwarden::tests
