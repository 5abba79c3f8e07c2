// SPDX-License-Identifier: Apache-2.0
// The command line against real NFS servers: what an on-call sees, and what a script's exit code
// says.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/process.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// The child of an agent, once it has one.
std::string child_of(Process& agent) {
  const std::string children =
      "/proc/" + std::to_string(agent.pid()) + "/task/" + std::to_string(agent.pid()) + "/children";
  std::string child;
  for (int i = 0; i < 12'000 && child.empty() && agent.running(); ++i) {
    std::ifstream(children) >> child;
    ::usleep(5'000);
  }
  return child;
}

class StorageCheck : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
  }

  std::string config(const std::string& path, int nfs_port, int mount_port = 0) const {
    return dir_.write("agent.yaml",
                      "version: 1\nrole: driver\nlisten: {address: 127.0.0.1, port: 0}\npaths: "
                      "{mountinfo: " +
                          dir_.write("mountinfo", "") + ", run_dir: " + dir_.path().string() +
                          "}\nprobes:\n  python: {enabled: false}\n  runtime: {enabled: false}\n"
                          "  storage:\n    targets: [{server: nas, export: " +
                          path +
                          ", mount_path: /mnt/cp}]\n    deadline: 100s\n    rpc_timeout: 90s\n"
                          "    step_deadline: 90s\n    connect: {address: 127.0.0.1, nfs_port: " +
                          std::to_string(nfs_port) + ", mount_port: " + std::to_string(mount_port) +
                          "}\n");
  }

  std::vector<std::string> check(const std::string& config) const {
    return {SPARKWARDEN_BINARY, "check", "--config", config, "--only", "storage"};
  }

  // The exit code; -1 when it was no ordinary end.
  int run(std::vector<std::string> command) {
    Process process(std::move(command), output_);
    const auto status = process.wait(seconds(60));
    return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
  }

  [[nodiscard]] std::string output() const {
    std::ifstream file(output_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TempDir dir_;
  std::string output_ = (dir_.path() / "output").string();
};

TEST_F(StorageCheck, AHealthyExportPasses) {
  const Ganesha server;

  EXPECT_EQ(run(check(config(server.path(), server.nfs_port()))), 0) << output();
}

TEST_F(StorageCheck, AReadOnlyExportFailsWithCodeEffectAndFix) {
  GaneshaOptions options;
  options.read_only = true;
  const Ganesha server(options);

  EXPECT_EQ(run(check(config(server.path(), server.nfs_port()))), 1);

  EXPECT_THAT(output(), HasSubstr("nfs.export.read-only"));
  EXPECT_THAT(output(), HasSubstr("java.io.IOException: Read-only file system"));
  EXPECT_THAT(output(), HasSubstr("export it read-write"));
}

TEST_F(StorageCheck, AVersion3ServerIsReachedInsideItsNetwork) {
  const NetworkNamespace network;
  GaneshaOptions options;
  options.version = 3;
  options.network = &network;
  const Ganesha server(options);
  const std::string file = config(server.path(), server.nfs_port(), server.mount_port());

  EXPECT_EQ(run(network.entering(check(file))), 0) << output();
}

TEST_F(StorageCheck, ATerminatedAgentTakesItsChildWithItAtOnce) {
  const Ganesha server;
  TcpProxy proxy(server.nfs_port());
  proxy.set_after(9, ProxyMode::drop_replies);
  const std::string file = config(server.path(), proxy.port());
  Process agent({SPARKWARDEN_BINARY, "run", "--config", file}, output_);
  const std::string child = child_of(agent);
  ASSERT_NE(child, "") << output();

  agent.signal(SIGTERM);
  const auto status = agent.wait(seconds(60));

  ASSERT_TRUE(status.has_value()) << output();
  EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << output();
  // It dies with the agent at the latest, and process 1 reaps it then.
  const auto gone = [&] { return !std::filesystem::exists("/proc/" + child); };
  for (int i = 0; i < 12'000 && !gone(); ++i) ::usleep(5'000);
  EXPECT_TRUE(gone());
}

class MountCheck : public StorageCheck {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;
    fs_ = std::make_unique<HangingFs>(dir_.path().string() + "/root/mnt/cp");
  }

  std::string mount_config() const {
    const std::string here = dir_.path();
    dir_.write("mountinfo",
               "1 2 " + fs_->device() + " / " + fs_->path() + " rw - nfs4 nas:/cp rw,hard\n");
    return dir_.write("agent.yaml",
                      "version: 1\nrole: driver\nlisten: {address: 127.0.0.1, port: 0}\npaths: "
                      "{root: " +
                          here + "/root, mountinfo: " + here + "/mountinfo, run_dir: " + here +
                          "}\nprobes:\n  python: {enabled: false}\n  runtime: {enabled: false}\n  "
                          "storage:\n    wire: off\n    targets: [{server: nas, "
                          "export: /cp, mount_path: /mnt/cp}]\n");
  }

  std::unique_ptr<HangingFs> fs_;
};

TEST_F(MountCheck, AHealthyMountPassesAndShowsItsSteps) {
  EXPECT_EQ(run(check(mount_config())), 0) << output();

  EXPECT_THAT(output(), testing::ContainsRegex("replace +mount "));
}

TEST_F(MountCheck, AnAgentWhoseChildCannotBeKilledStillEndsAtOnce) {
  fs_->command("fsync wedge");
  Process agent({SPARKWARDEN_BINARY, "run", "--config", mount_config()}, output_);
  const std::string child = child_of(agent);
  ASSERT_NE(child, "") << output();
  for (int i = 0; i < 12'000 && !fs_->waited_for() && agent.running(); ++i) ::usleep(5'000);
  ASSERT_TRUE(fs_->waited_for()) << output();
  EXPECT_EQ(std::filesystem::read_symlink("/proc/" + child + "/cwd"), "/");

  agent.signal(SIGTERM);
  const auto status = agent.wait(seconds(60));

  ASSERT_TRUE(status.has_value()) << output();
  EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << output();
  EXPECT_TRUE(std::filesystem::exists("/proc/" + child));  // nobody waited for it
}

}  // namespace
}  // namespace sparkwarden::tests
