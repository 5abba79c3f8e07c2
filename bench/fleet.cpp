// SPDX-License-Identifier: Apache-2.0
// Ten thousand executors against one driver's agent, on the loopback: each with an address of its
// own, its notice, the ETag it got, and a place in the interval drawn at random; a hundred of them
// differ from their driver. Then a thousand that start within one second, and five thousand
// connections that mean harm while the kubelet asks. Bounded in count and time.
// Usage: fleet AGENT MANIFEST [EXECUTORS] [SECONDS]
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <random>

#include <sys/epoll.h>

#include "bench/server_under_load.hpp"

namespace {

using namespace bench;

struct Executor {
  std::string etag;
  bool differs = false;
};

struct Tally {
  std::size_t manifests = 0;
  std::size_t not_modified = 0;
  std::size_t refused = 0;  // no connection, or cut off before an answer
  std::size_t other = 0;
  std::vector<double> took_ms;    // from the decision to connect to the last byte
  std::vector<double> waited_ms;  // the same from when it was due: what a busy client adds
};

class Fleet {
 public:
  Fleet(std::uint16_t port, std::size_t count) : port_(port), executors_(count) {
    for (std::size_t i = 0; i < std::min<std::size_t>(100, count); ++i) {
      executors_[i * count / std::min<std::size_t>(100, count)].differs = true;
    }
  }

  void forget_manifests() {
    for (Executor& one : executors_) one.etag.clear();
  }

  /// The first `count` of them ask once each, at moments drawn evenly from `seconds`.
  Tally ask_once(std::size_t count, double seconds, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::pair<double, std::size_t>> plan;
    std::uniform_real_distribution<double> moment(0, seconds);
    for (std::size_t i = 0; i < count; ++i) plan.emplace_back(moment(random), i);
    std::ranges::sort(plan);

    Tally tally;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    const Clock::time_point begin = Clock::now();
    std::size_t next = 0;
    std::size_t open = 0;
    std::array<epoll_event, 256> events{};
    while (next < plan.size() || open > 0) {
      const double now = seconds_since(begin);
      if (now > seconds + 30) give_up("the fleet is not answered");
      while (next < plan.size() && plan[next].first <= now) {
        open += start(epoll, plan[next].second, begin, plan[next].first, tally) ? 1 : 0;
        ++next;
      }
      const double until = next < plan.size() ? plan[next].first - seconds_since(begin) : 0.1;
      const int wait = std::max(0, static_cast<int>(until * 1e3));
      const int ready = ::epoll_wait(epoll, events.data(), events.size(), std::min(wait, 100));
      for (int i = 0; i < ready; ++i) {
        const std::size_t which = events[static_cast<std::size_t>(i)].data.u64;
        if (go_on(calls_[which], events[static_cast<std::size_t>(i)].events, begin, tally)) --open;
      }
    }
    ::close(epoll);
    return tally;
  }

 private:
  struct Call {
    int fd = -1;
    std::size_t executor = 0;
    double due = 0;
    double begun = 0;
    bool sent = false;
    std::string answer;
  };

  [[nodiscard]] std::string request_of(std::size_t index) const {
    const Executor& self = executors_[index];
    const std::string name = "etl-7f3c9a8b-exec-" + std::to_string(index);
    std::string text =
        "GET /v1/manifest HTTP/1.1\r\nHost: 10.1.2.3:9797\r\nUser-Agent: sparkwarden/0.1.0\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n"
        "Accept: application/vnd.sparkwarden.manifest+json\r\n";
    if (!self.etag.empty()) text += "If-None-Match: " + self.etag + "\r\n";
    text += "Sparkwarden-Executor: v=1, pod=" + name + ", exec=" + std::to_string(index) +
            ", gate=open, ";
    text +=
        self.differs ? "verdict=fail, code=python.package.differs, subject=numpy" : "verdict=pass";
    return text + "\r\n\r\n";
  }

  bool start(int epoll, std::size_t index, Clock::time_point begin, double due, Tally& tally) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) give_up(std::string("socket: ") + std::strerror(errno));
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    const auto host = static_cast<std::uint32_t>(index);
    const sockaddr_in own = loopback(0, (127U << 24U) + (10U << 16U) + 256U + host);
    ::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own);
    const sockaddr_in there = loopback(port_);
    const double now = seconds_since(begin);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0 &&
        errno != EINPROGRESS) {
      ++tally.refused;
      ::close(fd);
      return false;
    }
    std::size_t place = calls_.size();
    if (free_.empty()) {
      calls_.emplace_back();
    } else {
      place = free_.back();
      free_.pop_back();
    }
    calls_[place] = {
        .fd = fd, .executor = index, .due = due, .begun = now, .sent = false, .answer = {}};
    epoll_event event{.events = EPOLLOUT | EPOLLIN, .data = {.u64 = place}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    epoll_ = epoll;
    return true;
  }

  /// True when the call has come to its end.
  bool go_on(Call& call, std::uint32_t events, Clock::time_point begin, Tally& tally) {
    if (!call.sent && (events & (EPOLLERR | EPOLLHUP)) == 0 && (events & EPOLLOUT) != 0) {
      const std::string request = request_of(call.executor);
      if (::send(call.fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
        call.sent = true;
        epoll_event event{.events = EPOLLIN,
                          .data = {.u64 = static_cast<std::uint64_t>(&call - calls_.data())}};
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, call.fd, &event);
        return false;
      }
      events |= EPOLLERR;
    }
    std::array<char, 65'536> chunk{};
    while ((events & EPOLLERR) == 0) {
      const ssize_t got = ::read(call.fd, chunk.data(), chunk.size());
      if (got > 0) {
        call.answer.append(chunk.data(), static_cast<std::size_t>(got));
        continue;
      }
      if (got < 0 && errno == EAGAIN) return false;
      break;
    }
    finish(call, seconds_since(begin), tally);
    return true;
  }

  void finish(Call& call, double now, Tally& tally) {
    ::close(call.fd);
    const std::string& answer = call.answer;
    if (answer.starts_with("HTTP/1.1 304")) {
      ++tally.not_modified;
    } else if (answer.starts_with("HTTP/1.1 200")) {
      ++tally.manifests;
      const std::size_t etag = answer.find("\r\nETag: ") + 8;
      executors_[call.executor].etag = answer.substr(etag, answer.find("\r\n", etag) - etag);
    } else if (answer.empty()) {
      ++tally.refused;
    } else {
      ++tally.other;
    }
    tally.took_ms.push_back((now - call.begun) * 1e3);
    tally.waited_ms.push_back((now - call.due) * 1e3);
    call.answer.clear();
    call.answer.shrink_to_fit();
    free_.push_back(static_cast<std::size_t>(&call - calls_.data()));
  }

  std::uint16_t port_;
  std::vector<Executor> executors_;
  std::vector<Call> calls_;
  std::vector<std::size_t> free_;
  int epoll_ = -1;
};

void print(const char* what, const Tally& tally) {
  std::printf("%-46s %zu answers 200, %zu 304, %zu other, %zu refused\n",
              what,
              tally.manifests,
              tally.not_modified,
              tally.other,
              tally.refused);
}

void print(const char* what, double value, const char* unit, double wanted) {
  std::printf("%-46s %10.2f %-4s wanted <= %g\n", what, value, unit, wanted);
}

void interval(const Server& agent, Fleet& fleet, std::size_t count, double seconds) {
  print("first contact (all want the manifest)", fleet.ask_once(count, seconds / 2, 1));
  const AnswerTimes times_before = answer_times(agent.port());
  const double cpu_before = agent.cpu_seconds();
  const Clock::time_point begin = Clock::now();
  const Tally tally = fleet.ask_once(count, seconds, 2);
  const double wall = seconds_since(begin);
  const double cpu = agent.cpu_seconds() - cpu_before;
  const AnswerTimes times_after = answer_times(agent.port());
  print("one interval", tally);
  print("  CPU of one core", cpu / wall * 100, "%", 8);
  print("  CPU a request",
        cpu * 1e6 / static_cast<double>(count),
        "us",
        0.08 * seconds * 1e6 / static_cast<double>(count));
  print("  resident", agent.status_kib("VmRSS") / 1024, "MiB", 32);
  print("  resident, highest so far", agent.status_kib("VmHWM") / 1024, "MiB", 32);
  print("  p99 in the server, at most", bound_ms(times_before, times_after, 0.99), "ms", 10);
  std::printf("%-46s %10.2f ms\n",
              "  p99 seen by the clients, connection included",
              quantile(tally.took_ms, 0.99));
}

void burst(const Server& agent, Fleet& fleet, std::size_t count) {
  fleet.forget_manifests();
  const Tally tally = fleet.ask_once(count, 1.0, 3);
  print("burst within one second, all want the manifest", tally);
  print("  slowest, from when it was due", quantile(tally.waited_ms, 1), "ms", 1000);
  fleet.forget_manifests();
  const Tally at_once = fleet.ask_once(count, 0.0, 4);
  print("the same in one instant", at_once);
  print("  slowest, from when it was due", quantile(at_once.waited_ms, 1), "ms", 1000);
  print("  resident, highest so far", agent.status_kib("VmHWM") / 1024, "MiB", 32);
}

/// Every second connection says nothing, the others a request that does not end, a byte a second
/// each.
void harm(const Server& agent, std::size_t count) {
  std::vector<int> held;
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    const sockaddr_in own =
        loopback(0, (127U << 24U) + (20U << 16U) + 256U + static_cast<std::uint32_t>(i / 50));
    ::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own);
    const sockaddr_in there = loopback(agent.port());
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) {
      give_up(std::string("a connection was refused: ") + std::strerror(errno));
    }
    const std::string begin = "GET /status HTTP/1.1\r\nHost: a\r\nX: ";
    if (i % 2 == 1) (void)!::send(fd, begin.data(), begin.size(), MSG_NOSIGNAL);
    held.push_back(fd);
  }
  const AnswerTimes before = answer_times(agent.port());
  const double cpu_before = agent.cpu_seconds();
  std::vector<double> took_ms;
  std::size_t bad = 0;
  const Clock::time_point begin = Clock::now();
  std::size_t dribbled = 0;
  for (int i = 0; i < 2'000; ++i) {  // one every 5 ms: ten seconds
    while (seconds_since(begin) < i * 0.005) ::usleep(500);
    const auto due =
        static_cast<std::size_t>(static_cast<double>(count / 2) * seconds_since(begin));
    for (; dribbled < due; ++dribbled) {
      (void)!::send(held[(2 * dribbled + 1) % held.size()], "x", 1, MSG_NOSIGNAL);
    }
    const Clock::time_point asked = Clock::now();
    bad += get(agent.port(), "/livez").starts_with("HTTP/1.1 200") ? 0 : 1;
    took_ms.push_back(seconds_since(asked) * 1e3);
  }
  const double wall = seconds_since(begin);
  const AnswerTimes after = answer_times(agent.port());
  std::size_t still = 0;
  for (const int fd : held) {
    char byte = 0;
    still += ::recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN ? 1 : 0;
    ::close(fd);
  }
  std::printf(
      "%zu idle and dribbling connections, %zu still held after %.1f s; 2000 times /livez, %zu not "
      "200\n",
      count,
      still,
      wall,
      bad);
  print("  p99 of /livez in the server, at most", bound_ms(before, after, 0.99), "ms", 5);
  std::printf("%-46s %10.2f ms\n", "  p99 of /livez, connection included", quantile(took_ms, 0.99));
  print("  resident", agent.status_kib("VmRSS") / 1024, "MiB", 64);
  std::printf("%-46s %10.2f %%\n",
              "  CPU of one core meanwhile",
              (agent.cpu_seconds() - cpu_before) / wall * 100);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) give_up("usage: fleet AGENT MANIFEST [EXECUTORS] [SECONDS]");
  const std::size_t count = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 10'000;
  const double seconds = argc > 4 ? std::atof(argv[4]) : 60;
  raise_descriptor_limit(12'000);
  const std::filesystem::path work =
      std::filesystem::temp_directory_path() / ("sparkwarden-fleet." + std::to_string(::getpid()));
  std::filesystem::create_directories(work);
  std::filesystem::copy_file(argv[2], work / "manifest.json");
  const std::uint16_t port = free_port();
  ::setenv("SPARKWARDEN_LISTEN_PORT", std::to_string(port).c_str(), 1);
  ::setenv("SPARKWARDEN_PATHS_RUN_DIR", work.c_str(), 1);
  ::setenv("SPARKWARDEN_PROBES_PYTHON_SOURCE", "file", 1);
  ::setenv("SPARKWARDEN_PROBES_RUNTIME_SOURCE", "file", 1);
  {
    const Server agent({argv[1], "run", "--role", "driver"}, port);
    const Clock::time_point begin = Clock::now();
    std::string manifest;
    while (!manifest.starts_with("HTTP/1.1 200")) {
      if (seconds_since(begin) > 20) give_up("the agent has no manifest: " + manifest);
      ::usleep(100'000);
      manifest = get(port, "/v1/manifest");
    }
    std::printf(
        "%zu executors, %g s for an interval, a manifest of %zu bytes; resident at first %.1f "
        "MiB\n",
        count,
        seconds,
        body_of(manifest).size(),
        agent.status_kib("VmRSS") / 1024);
    Fleet fleet(port, count);
    interval(agent, fleet, count, seconds);
    burst(agent, fleet, std::min<std::size_t>(1'000, count));
    harm(agent, 5'000);
    const std::string page = body_of(get(port, "/metrics"));
    for (const char* series : {"\nsparkwarden_executors{verdict=\"fail\"}",
                               "\nsparkwarden_executors{verdict=\"pass\"}"}) {
      const std::size_t at = page.find(series);
      std::printf("%s\n", page.substr(at + 1, page.find('\n', at + 1) - at - 1).c_str());
    }
  }
  std::filesystem::remove_all(work);
  return 0;
}
