// SPDX-License-Identifier: Apache-2.0
// A network of the test's own, with its own rpcbind, for NFS version 3. Needs root.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace sparkwarden::tests {

/// Runs `act` on a thread of its own inside the network of `namespace_file` (/proc/PID/ns/net);
/// what that thread starts lives there too. Exceptions come back to the caller.
void inside_network(const std::string& namespace_file, const std::function<void()>& act);

/// Lives in a process of its own (the rpcbind); the network ends with it.
class NetworkNamespace {
 public:
  NetworkNamespace();

  /// As inside_network.
  void inside(const std::function<void()>& act) const;
  /// `command` to be started inside the network and the mounts of its rpcbind.
  [[nodiscard]] std::vector<std::string> entering(std::vector<std::string> command) const;

 private:
  std::unique_ptr<Process> rpcbind_;
};

/// Whether an ONC RPC NULL call to this port is answered, whatever the answer is.
[[nodiscard]] bool answers_rpc(int port, unsigned program, unsigned version);

/// A TCP port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] int free_port();

}  // namespace sparkwarden::tests
