// SPDX-License-Identifier: Apache-2.0
// What http.cpp and fleet.cpp share: a server as a child process, its CPU time, its memory, and one
// blocking HTTP client. Everything on the loopback.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

using Clock = std::chrono::steady_clock;

[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

inline sockaddr_in loopback(std::uint16_t port, std::uint32_t address = INADDR_LOOPBACK) {
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(port);
  there.sin_addr.s_addr = htonl(address);
  return there;
}

inline std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), length);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// Both sides of thousands of connections.
inline void raise_descriptor_limit(rlim_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) {
    give_up("needs " + std::to_string(wanted) + " descriptors, has " +
            std::to_string(limit.rlim_cur));
  }
}

/// A connection; -1 when refused. Reading gives up after ten seconds.
inline int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

/// One exchange on `fd`: the whole answer, by its Content-Length or its last chunk, or to the end
/// of the connection.
inline std::string exchange(int fd, const std::string& request) {
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  std::array<char, 65'536> chunk{};
  std::size_t end = std::string::npos;
  bool chunked = false;
  while (true) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got <= 0) return answer;
    answer.append(chunk.data(), static_cast<std::size_t>(got));
    if (end == std::string::npos && !chunked) {
      const std::size_t head = answer.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t length = answer.find("Content-Length: ");
      chunked = answer.find("chunked") < head;
      if (length < head) end = head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
    if (answer.size() >= end || (chunked && answer.ends_with("\r\n0\r\n\r\n"))) return answer;
  }
}

inline std::string get(std::uint16_t port, const std::string& path, const std::string& more = "") {
  const int fd = connect_to(port);
  if (fd < 0) return {};
  const std::string answer =
      exchange(fd, "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "Connection: close\r\n\r\n");
  ::close(fd);
  return answer;
}

inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

/// A running server; ends with this object, and with this process however that ends.
class Server {
 public:
  Server(std::vector<std::string> command, std::uint16_t port) : port_(port) {
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(1);
      const int quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
      ::dup2(quiet, STDOUT_FILENO);
      ::dup2(quiet, STDERR_FILENO);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    const Clock::time_point begin = Clock::now();
    int fd = -1;
    while ((fd = connect_to(port_)) < 0) {
      if (seconds_since(begin) > 20) give_up(command[0] + " does not listen");
      ::usleep(1'000);
    }
    ::close(fd);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// CPU time of all its threads, to the nanosecond: /proc/PID/stat counts in hundredths of a
  /// second.
  [[nodiscard]] double cpu_seconds() const {
    double sum = 0;
    const std::string tasks = "/proc/" + std::to_string(pid_) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
      std::ifstream file(task.path() / "schedstat");
      double on_cpu = 0;
      file >> on_cpu;
      sum += on_cpu / 1e9;
    }
    return sum;
  }

  /// A line of /proc/PID/status, such as VmHWM, in KiB.
  [[nodiscard]] double status_kib(std::string_view key) const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(key)) return std::atof(line.c_str() + key.size() + 1);
    }
    return 0;
  }

 private:
  pid_t pid_ = -1;
  std::uint16_t port_;
};

inline double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  return values[at];
}
inline double median(const std::vector<double>& values) {
  return quantile(values, 0.5);
}

/// The agent's own histogram of its answers: cumulative counts by bound, at one moment.
struct AnswerTimes {
  std::vector<double> bounds;
  std::vector<double> counts;
};

inline AnswerTimes answer_times(std::uint16_t port) {
  AnswerTimes times;
  const std::string page = body_of(get(port, "/metrics"));
  const std::string series = "\nsparkwarden_http_answer_duration_seconds_bucket{le=\"";
  for (std::size_t at = 0; (at = page.find(series, at)) != std::string::npos;) {
    at += series.size();
    times.bounds.push_back(std::strtod(page.c_str() + at, nullptr));
    times.counts.push_back(std::strtod(page.c_str() + page.find("} ", at) + 2, nullptr));
  }
  return times;
}

/// The smallest bound below which `q` of the answers between two moments lie, in milliseconds.
inline double bound_ms(const AnswerTimes& before, const AnswerTimes& after, double q) {
  if (after.counts.empty()) return -1;
  const auto between = [&](std::size_t i) {
    return after.counts[i] - (i < before.counts.size() ? before.counts[i] : 0);
  };
  const double all = between(after.counts.size() - 1);
  for (std::size_t i = 0; i < after.counts.size(); ++i) {
    if (between(i) >= q * all) return after.bounds[i] * 1e3;
  }
  return -1;
}

}  // namespace bench
