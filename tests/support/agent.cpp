// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agent.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>

namespace sparkwarden::tests {
namespace {

using Clock = std::chrono::steady_clock;

// Long, so that a loaded machine fails no test; what a test waits for ends it at once.
constexpr std::chrono::seconds kPatience{60};

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Between two looks at something that another process does.
void breathe() {
  ::poll(nullptr, 0, 10);
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(fd_); }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Reply get(std::uint16_t port,
          const std::string& path,
          const Headers& headers,
          const std::string& at) {
  const Socket socket;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, at.c_str(), &address.sin_addr) != 1) return {};
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return {};
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "\r\n";
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string text;
  std::array<char, 16384> chunk{};
  while (true) {
    const ssize_t got = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
    // With a limit set, a process that was stopped and goes on is told EINTR: signal(7).
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.size() < 12) return {};
  return {std::atoi(text.c_str() + 9), text.substr(0, end), text.substr(end + 4)};
}

Finished run_sparkwarden(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment) {
  std::vector<std::string> command{"env", "-i"};
  for (const char* kept :
       {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "PATH"}) {
    if (const char* value = std::getenv(kept)) command.push_back(std::string(kept) + "=" + value);
  }
  for (const auto& [name, value] : environment) command.push_back(name + "=" + value);
  command.emplace_back(SPARKWARDEN_BINARY);
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_to_end(command);
}

Agent::Agent(std::string role) : role_(std::move(role)) {
  world_.write("mountinfo", "21 1 8:1 / / rw,relatime - ext4 /dev/root rw\n");
  std::filesystem::create_directories(world_.path() / "root/opt/spark/conf");
  std::filesystem::create_directories(world_.path() / "run");
  settings("");
}

std::string Agent::under_root(const std::string& path) const {
  return (world_.path() / "root").string() + path;
}

void Agent::put(const std::string& path, const std::string& text) const {
  world_.write("root" + path, text);
}

void Agent::put_reference_configuration() const {
  const std::filesystem::path source =
      std::filesystem::path(SPARKWARDEN_SOURCE_DIR) / "configs/spark";
  for (const auto& entry : std::filesystem::directory_iterator(source)) {
    put("/opt/spark/conf/" + entry.path().filename().string(), read(entry.path()));
  }
}

std::string Agent::config_path() const {
  return (world_.path() / "agent.yaml").string();
}

void Agent::settings(const std::string& yaml) const {
  const std::string here = world_.path().string();
  world_.write("agent.yaml.next",
               "version: 1\nrole: " + role_ + "\nlisten: {address: 127.0.0.1, port: 0}\n" +
                   "paths: {root: " + here + "/root, mountinfo: " + here +
                   "/mountinfo, run_dir: " + here + "/run}\nlog: {format: json}\n" + yaml);
  std::filesystem::rename(config_path() + ".next", config_path());
}

void Agent::listen(std::string address, std::uint16_t port) {
  variable("SPARKWARDEN_LISTEN_ADDRESS", address);
  variable("SPARKWARDEN_LISTEN_PORT", std::to_string(port));
  address_ = std::move(address);
}

void Agent::variable(const std::string& name, std::string value) {
  variables_[name] = std::move(value);
}

std::vector<std::string> Agent::in_pod(std::vector<std::string> command) const {
  std::vector<std::string> set{"env"};
  for (const auto& [name, value] : variables_) set.push_back(name + "=" + value);
  command.insert(command.begin(), set.begin(), set.end());
  return network_ == nullptr ? command : network_->entering(std::move(command));
}

void Agent::start(const std::vector<std::string>& flags) {
  std::vector<std::string> command{SPARKWARDEN_BINARY, "run", "--config", config_path()};
  if (by_name_) {
    command.back() = "agent.yaml";
    command.insert(command.begin(), {"env", "-C", world_.path().string()});
  }
  command.insert(command.end(), flags.begin(), flags.end());
  const std::filesystem::path port_file = world_.path() / "run/port";
  std::filesystem::remove(port_file);  // of an earlier start
  port_ = 0;
  process_ =
      std::make_unique<Process>(in_pod(std::move(command)), (world_.path() / "log").string());
  const Clock::time_point end = Clock::now() + kPatience;
  while (port_ == 0) {
    if (!process_->running() || Clock::now() > end) throw std::runtime_error("no agent:\n" + log());
    port_ = static_cast<std::uint16_t>(std::atoi(read(port_file).c_str()));
    if (port_ == 0) breathe();
  }
}

std::string Agent::log() const {
  return read(world_.path() / "log");
}

Reply Agent::get(const std::string& path, const Headers& headers) const {
  Reply reply;
  const auto ask = [&] { reply = tests::get(port_, path, headers, address_); };
  if (network_ == nullptr) {
    ask();
  } else {
    network_->inside(ask);
  }
  return reply;
}

Reply Agent::get_until(const std::string& path, const std::string& text) const {
  return ask_until(path,
                   [&](const Reply& reply) { return reply.body.find(text) != std::string::npos; });
}

Reply Agent::get_until_ok(const std::string& path) const {
  return ask_until(path, [](const Reply& reply) { return reply.status == 200; });
}

Reply Agent::ask_until(const std::string& path,
                       const std::function<bool(const Reply&)>& done,
                       const Headers& headers) const {
  const Clock::time_point end = Clock::now() + kPatience;
  Reply reply = get(path, headers);
  while (!done(reply) && Clock::now() < end) {
    breathe();
    reply = get(path, headers);
  }
  return reply;
}

int Agent::runs_before_verdict(const std::string& probe) const {
  const boost::json::value status = boost::json::parse(get("/status").body);
  for (const boost::json::value& one : status.at("probes").as_array()) {
    if (one.at("name").as_string() != probe) continue;
    return static_cast<int>(one.at_pointer("/totals/runs").as_int64() -
                            one.at("streak").as_int64());
  }
  throw std::runtime_error("no probe " + probe);
}

void Agent::await_runs(const std::string& probe, int count) const {
  const int wanted = runs(probe) + count;
  const Clock::time_point end = Clock::now() + kPatience;
  while (runs(probe) < wanted) {
    if (Clock::now() > end) throw std::runtime_error(probe + " does not run:\n" + log());
    breathe();
  }
}

int Agent::runs(const std::string& probe) const {
  const std::string metrics = get("/metrics").body;
  const std::string name = "sparkwarden_probe_runs_total{probe=\"" + probe + "\"} ";
  const std::size_t at = metrics.find(name);
  return at == std::string::npos ? 0 : std::atoi(metrics.c_str() + at + name.size());
}

}  // namespace sparkwarden::tests
