// SPDX-License-Identifier: Apache-2.0
// The whole probe with its real child against a real server, over version 4 on the host's loopback
// or over version 3 in a network of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/process.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace sparkwarden::tests {

// What every run against a rig without a mount says besides.
inline constexpr const char* kAbsent = "mount.checkpoint.absent";

inline std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    files.push_back(entry.path().lexically_relative(directory).string());
  }
  return files;
}

class WireV4 : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
  }
  void TearDown() override {
    EXPECT_TRUE(rig_.at_rest());
    EXPECT_EQ(count_children(), servers_);
  }

  Ganesha& serve(GaneshaOptions options = {}) {
    server_ = std::make_unique<Ganesha>(std::move(options));
    servers_ = 1;
    rig_.target(server_->path(), server_->nfs_port());
    return *server_;
  }
  // As another user without a privileged port, as in a pod.
  void run_child_as_nobody() {
    const std::string script = dir_.write(
        "as-nobody",
        "#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all " +
            std::string(SPARKWARDEN_BINARY) + " \"$@\"\n");
    ::chmod(script.c_str(), 0755);
    rig_.world().executable = script;
  }

  TempDir dir_;
  std::unique_ptr<Ganesha> server_;
  StorageRig rig_;
  int servers_ = 0;
};

class WireProxied : public WireV4 {
 protected:
  TcpProxy& proxy() {
    serve();
    proxy_ = std::make_unique<TcpProxy>(server_->nfs_port());
    rig_.settings().connect.nfs_port = proxy_->port();
    rig_.settings().connect.version = storage::NfsVersion::v4;  // one connection for the NULL call
    return *proxy_;
  }
  std::unique_ptr<TcpProxy> proxy_;
};

class WireV3 : public WireV4 {
 protected:
  void SetUp() override {
    WireV4::SetUp();
    if (IsSkipped()) return;
    network_ = std::make_unique<NetworkNamespace>();
    rig_.network(network_.get());
    servers_ = 1;
  }
  Ganesha& serve3(GaneshaOptions options = {}) {
    options.version = 3;
    options.network = network_.get();
    Ganesha& server = serve(std::move(options));
    rig_.settings().connect.mount_port = server.mount_port();
    servers_ = 2;
    return server;
  }

  std::unique_ptr<NetworkNamespace> network_;
};

}  // namespace sparkwarden::tests
