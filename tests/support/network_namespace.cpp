// SPDX-License-Identifier: Apache-2.0
#include "tests/support/network_namespace.hpp"

#include <array>
#include <exception>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/io/rpc_null.hpp"

namespace sparkwarden::tests {
namespace {

constexpr unsigned kPortmapper = 100000;

// rpcbind binds port 111 on every interface and a socket below /run: hence both namespaces. The
// second address is for ganesha, which finds "no IP address" where there is 127.0.0.1 alone.
constexpr const char* kSetUp =
    "ip link set lo up && ip addr add 10.77.0.1/32 dev lo && mount -t tmpfs tmpfs /run && "
    "exec rpcbind -f";

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void enter_network(const std::string& file) {
  const int network = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const int entered = network < 0 ? -1 : ::setns(network, CLONE_NEWNET);
  if (network >= 0) ::close(network);
  if (entered != 0) throw std::runtime_error("cannot enter " + file);
}

}  // namespace

void inside_network(const std::string& namespace_file, const std::function<void()>& act) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      enter_network(namespace_file);
      act();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

NetworkNamespace::NetworkNamespace() {
  rpcbind_ = std::make_unique<Process>(std::vector<std::string>{
      "unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", kSetUp});
  const Instant limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  bool ready = false;
  while (!ready && rpcbind_->running() && std::chrono::steady_clock::now() < limit) {
    inside([&] { ready = answers_rpc(111, kPortmapper, 2); });
    if (!ready) ::usleep(5'000);
  }
  if (!ready) throw std::runtime_error("no rpcbind in a network namespace (root? rpcbind, ip?)");
}

void NetworkNamespace::inside(const std::function<void()>& act) const {
  inside_network("/proc/" + std::to_string(rpcbind_->pid()) + "/ns/net", act);
}

std::vector<std::string> NetworkNamespace::entering(std::vector<std::string> command) const {
  const std::string pid = std::to_string(rpcbind_->pid());
  command.insert(command.begin(), {"nsenter", "--target", pid, "--net", "--mount"});
  return command;
}

bool answers_rpc(int port, unsigned program, unsigned version) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{.tv_sec = 0, .tv_usec = 300'000};
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  const std::string call = io::null_request({.program = program, .version = version});
  std::array<char, 64> reply{};
  const bool answered =
      ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(client, call.data(), call.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(call.size()) &&
      ::recv(client, reply.data(), reply.size(), 0) > 0;
  ::close(client);
  return answered;
}

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound =
      ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace sparkwarden::tests
