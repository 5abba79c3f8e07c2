// SPDX-License-Identifier: Apache-2.0
// What the storage probe costs, against one NFS-Ganesha on the loopback:
//   - a full run's child beside a minimal C client of libnfs that does the same, in turn: time from
//     the first RPC to the last answer as a proxy between sees it, and private memory;
//   - the agent's CPU time for a full run;
//   - against a frozen server: when the verdict comes, /livez meanwhile, and the way out.
// Usage: wire SPARKWARDEN REFERENCE DIRECTORY [ROUNDS]; see wire.sh.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "wire: %s\n", why.c_str());
  std::exit(1);
}

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t bind_free(int fd) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), length);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::uint16_t port = bind_free(fd);
  ::close(fd);
  return port;
}

int dial(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Private_Clean + Private_Dirty of a process, KiB.
double private_kib(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  double sum = 0;
  for (const char* key : {"Private_Clean:", "Private_Dirty:"}) {
    const std::size_t at = text.find(key);
    if (at != std::string::npos) sum += std::atof(text.c_str() + at + std::strlen(key));
  }
  return sum;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// Forwards two ports, and notes when the first call came and the last answer went.
class Proxy {
 public:
  Proxy(std::uint16_t nfs, std::uint16_t mount) : servers_{nfs, mount} {
    for (std::size_t i = 0; i < 2; ++i) {
      listeners_[i] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      ports_[i] = bind_free(listeners_[i]);
      ::listen(listeners_[i], 16);
    }
    std::thread([this] { forward(); }).detach();  // until the program ends
  }
  [[nodiscard]] std::uint16_t nfs_port() const { return ports_[0]; }
  [[nodiscard]] std::uint16_t mount_port() const { return ports_[1]; }

  void begin(pid_t watched) {
    watched_ = watched;
    first_ns_ = 0;
    last_ns_ = 0;
    calls_ = 0;
    private_kib_ = 0;
  }
  void deaf_after(int answers) { answers_left_ = answers; }  // -1: never
  [[nodiscard]] double span_ms() const { return static_cast<double>(last_ns_ - first_ns_) / 1e6; }
  [[nodiscard]] int calls() const { return calls_; }
  [[nodiscard]] std::int64_t first_ns() const { return first_ns_; }
  [[nodiscard]] double peak_private_kib() const { return private_kib_; }

 private:
  static std::int64_t now_ns() { return Clock::now().time_since_epoch().count(); }

  void forward() {
    std::vector<std::pair<int, int>> pairs;  // client, server
    std::vector<pollfd> polled;
    while (true) {
      polled.assign({{listeners_[0], POLLIN, 0}, {listeners_[1], POLLIN, 0}});
      for (const auto& [client, server] : pairs) {
        polled.push_back({client, POLLIN, 0});
        polled.push_back({server, POLLIN, 0});
      }
      ::poll(polled.data(), polled.size(), -1);
      std::vector<std::pair<int, int>> standing;
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto [client, server] = pairs[i];
        const bool up = polled[2 + 2 * i].revents == 0 || pass(client, server, true);
        const bool down = polled[3 + 2 * i].revents == 0 || pass(server, client, false);
        if (up && down) {
          standing.push_back(pairs[i]);
        } else {
          ::close(client);
          ::close(server);
        }
      }
      pairs = std::move(standing);
      for (std::size_t i = 0; i < 2; ++i) {
        if (polled[i].revents == 0) continue;
        const int client = ::accept4(listeners_[i], nullptr, nullptr, SOCK_CLOEXEC);
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const int server = dial(servers_[i]);
        if (client >= 0 && server >= 0) pairs.emplace_back(client, server);
      }
    }
  }

  bool pass(int from, int to, bool call) {
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(from, chunk.data(), chunk.size(), 0);
    if (got <= 0) return false;
    if (call && first_ns_ == 0) first_ns_ = now_ns();
    if (call) ++calls_;  // one at a time, so that each comes in a piece of its own
    if (call && watched_ > 0) private_kib_ = std::max(private_kib_.load(), private_kib(watched_));
    if (!call && answers_left_ == 0) return true;
    if (!call && answers_left_ > 0) --answers_left_;
    if (::send(to, chunk.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) < 0) return false;
    if (!call) last_ns_ = now_ns();
    return true;
  }

  std::array<std::uint16_t, 2> servers_;
  std::array<std::uint16_t, 2> ports_{};
  std::array<int, 2> listeners_{};
  std::atomic<pid_t> watched_ = 0;
  std::atomic<std::int64_t> first_ns_ = 0;
  std::atomic<std::int64_t> last_ns_ = 0;
  std::atomic<double> private_kib_ = 0;
  std::atomic<int> calls_ = 0;
  std::atomic<int> answers_left_ = -1;
};

class Program {
 public:
  Program(const std::vector<std::string>& command, const std::string& input, bool quiet = false) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (quiet) posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    begin_ = Clock::now();
    if (::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
      give_up("cannot start " + command[0]);
    }
    posix_spawn_file_actions_destroy(&actions);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    static_cast<void>(wait(false));
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Clock::time_point begin() const { return begin_; }
  /// Milliseconds until it ended.
  double wait(bool must_succeed) {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    if (must_succeed && status != 0) give_up("a program failed");
    return ms_between(begin_, Clock::now());
  }

 private:
  pid_t pid_ = -1;
  Clock::time_point begin_;
};

struct Server {
  std::string directory;
  std::uint16_t nfs = free_port();
  std::uint16_t mount = free_port();

  [[nodiscard]] std::string path() const { return directory + "/export"; }
  [[nodiscard]] std::vector<std::string> command() const {
    std::filesystem::create_directories(path());
    std::filesystem::create_directories(directory + "/recovery");
    std::filesystem::permissions(path(), std::filesystem::perms::all);
    std::ofstream(directory + "/ganesha.conf")
        << "NFS_CORE_PARAM { NFS_Port = " << nfs << "; MNT_Port = " << mount
        << "; Protocols = 3,4; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false; "
           "}\n"
        << "NFS_KRB5 { Active_krb5 = false; }\nNFSv4 { Graceless = true; RecoveryBackend = fs; "
        << "RecoveryRoot = " << directory << "/recovery; Only_Numeric_Owners = true; }\n"
        << "EXPORT { Export_Id = 1; Path = " << path() << "; Pseudo = " << path()
        << "; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3,4; "
        << "FSAL { Name = VFS; } }\n";
    return {"ganesha.nfsd",
            "-F",
            "-f",
            directory + "/ganesha.conf",
            "-L",
            directory + "/log",
            "-p",
            directory + "/pid"};
  }
  /// The mount port is the last to listen.
  void wait_ready() const {
    for (int i = 0; i < 2'000; ++i) {
      const int fds[] = {dial(nfs), dial(mount)};
      const bool ready = fds[0] >= 0 && fds[1] >= 0;
      for (const int fd : fds) ::close(fd);
      if (ready) {
        ::usleep(300'000);  // it listens a little before it serves
        return;
      }
      ::usleep(10'000);
    }
    give_up("no NFS server: " + read_file(directory + "/log"));
  }
};

struct Sample {
  std::vector<double> start, span, total, memory, calls;
};

std::string request(const Proxy& proxy, const std::string& path, int version) {
  return "{\"v\":1,\"address\":\"127.0.0.1\",\"version\":" + std::to_string(version) +
         ",\"nfs_port\":" + std::to_string(proxy.nfs_port()) +
         ",\"mount_port\":" + std::to_string(proxy.mount_port()) + ",\"export\":\"" + path +
         "\",\"uid\":0,\"gid\":0,\"groups\":[],\"client\":\"sparkwarden-bench\",\"write\":true,"
         "\"directory\":\"bench\",\"first\":\"c-1-a\",\"second\":\"c-1-b\",\"leftovers\":[],"
         "\"token\":{\"write\":\"\",\"content\":\"\",\"keep\":\"\",\"look_up\":\"\"},"
         "\"rpc_timeout_ms\":2000,\"step_deadline_ms\":3000}\n";
}

void run_once(Proxy& proxy,
              const std::vector<std::string>& command,
              const std::string& input,
              bool memory,
              Sample& sample) {
  proxy.begin(0);
  Program program(command, input);
  if (memory) proxy.begin(program.pid());
  const double total = program.wait(true);
  if (memory) {
    sample.memory.push_back(proxy.peak_private_kib());
    return;
  }
  sample.total.push_back(total);
  sample.span.push_back(proxy.span_ms());
  sample.calls.push_back(proxy.calls());
  const std::int64_t begun = program.begin().time_since_epoch().count();
  sample.start.push_back(static_cast<double>(proxy.first_ns() - begun) / 1e6);
}

void row(const char* name, const std::vector<double>& ours, const std::vector<double>& theirs) {
  const double one = median(ours);
  const double other = median(theirs);
  std::printf("  %-36s %12.2f %12.2f %8.2f\n", name, one, other, one / other);
}

// --- the agent -------------------------------------------------------------------------------

std::string get(std::uint16_t port, const std::string& path) {
  const int fd = dial(port);
  if (fd < 0) return {};
  const std::string text = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  std::string answer;
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
    std::array<char, 65536> chunk{};
    for (ssize_t got = 0; (got = ::recv(fd, chunk.data(), chunk.size(), 0)) > 0;) {
      answer.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  return answer;
}

/// The number behind `key`, after `from`; -1: there is none.
double number_after(const std::string& text, const std::string& from, const std::string& key) {
  const std::size_t start = text.find(from);
  const std::size_t at = start == std::string::npos ? start : text.find(key, start);
  return at == std::string::npos ? -1 : std::atof(text.c_str() + at + key.size());
}

struct Agent {
  std::uint16_t port = free_port();
  std::string config;

  Agent(const std::string& directory,
        const std::string& path,
        const Proxy& proxy,
        const std::string& storage)
      : config(directory + "/agent.yaml") {
    std::ofstream(directory + "/mountinfo") << "";
    std::ofstream(config) << "version: 1\nrole: driver\nlisten: {address: 127.0.0.1, port: " << port
                          << "}\npaths: {root: " << directory << ", mountinfo: " << directory
                          << "/mountinfo, run_dir: " << directory << "}\nprobes:\n"
                          << "  config: {enabled: false}\n  python: {enabled: false}\n"
                          << "  runtime: {enabled: false}\n  peers: {enabled: false}\n"
                          << "  storage:\n    targets: [{server: nas, export: " << path
                          << ", mount_path: /mnt/cp}]\n    connect: {address: 127.0.0.1, nfs_port: "
                          << proxy.nfs_port() << ", mount_port: " << proxy.mount_port() << "}\n"
                          << storage;
  }
  [[nodiscard]] std::vector<std::string> command(const std::string& binary) const {
    return {binary, "run", "--config", config};
  }
  [[nodiscard]] double runs() const {
    return number_after(
        get(port, "/metrics"), "sparkwarden_probe_runs_total{probe=\"storage\"}", "} ");
  }
  [[nodiscard]] double last_run_ms() const {
    return number_after(get(port, "/status"), "\"name\":\"storage\"", "\"duration_ms\":");
  }
  void wait_runs(double wanted) const {
    for (int i = 0; i < 6'000; ++i) {
      if (runs() >= wanted) return;
      ::usleep(10'000);
    }
    give_up("the probe does not run");
  }
};

void compare(Proxy& proxy,
             const std::string& binary,
             const std::string& reference,
             const Server& server,
             int rounds) {
  for (const int version : {3, 4}) {
    const std::string input = server.directory + "/request";
    std::ofstream(input) << request(proxy, server.path(), version);
    const std::vector<std::string> ours{binary, "child", "storage-wire"};
    const std::vector<std::string> theirs{reference,
                                          "127.0.0.1",
                                          std::to_string(proxy.nfs_port()),
                                          std::to_string(proxy.mount_port()),
                                          std::to_string(version),
                                          server.path()};
    Sample own;
    Sample other;
    // The child is always an agent's: what both have mapped is not private to it.
    const Agent agent(server.directory, server.path(), proxy, "    enabled: false\n");
    const Program parent(agent.command(binary), "/dev/null", true);
    for (int round = 0; round < rounds + 3; ++round) {
      const bool memory = round >= rounds;  // apart: reading smaps takes time
      run_once(proxy, ours, input, memory, own);
      run_once(proxy, theirs, "/dev/null", memory, other);
    }
    std::printf("version %d, medians of %d runs in turn\n", version, rounds);
    std::printf("  %-36s %12s %12s %8s\n", "", "sparkwarden", "C client", "ratio");
    row("first RPC to last answer, ms", own.span, other.span);
    row("RPCs", own.calls, other.calls);
    row("process start to first RPC, ms", own.start, other.start);
    row("process, start to end, ms", own.total, other.total);
    row("private memory, peak, KiB", own.memory, other.memory);
    std::printf("\n");
  }
}

/// CPU time of all threads of a process, ms; and of its children that ended.
std::pair<double, double> cpu_ms(pid_t pid) {
  double own = 0;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    own += std::atof(read_file(task.path().string() + "/schedstat").c_str()) / 1e6;
  }
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  double children = 0;
  std::size_t at = stat.rfind(')') + 1;
  for (int field = 3; field <= 17; ++field) {  // 16 and 17: cutime, cstime
    at = stat.find(' ', at) + 1;
    const double ticks = std::atof(stat.c_str() + at - 0);
    if (field >= 16) children += ticks * 1'000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return {own, children};
}

void agent_cpu(const std::string& binary, const Server& server, const Proxy& proxy) {
  constexpr double kRuns = 60;
  for (const int version : {3, 4}) {
    const Agent agent(
        server.directory, server.path(), proxy, "    period: 100ms\n    full_every: 100ms\n");
    std::string text = read_file(agent.config);
    const std::string ports = "mount_port: ";
    text.insert(text.find(ports), "version: " + std::to_string(version) + ", ");
    std::ofstream(agent.config) << text;
    const Program program(agent.command(binary), "/dev/null", true);
    agent.wait_runs(3);
    const double before = agent.runs();
    const auto [own, children] = cpu_ms(program.pid());
    ::usleep(static_cast<useconds_t>(kRuns * 110'000));
    const auto [own_after, children_after] = cpu_ms(program.pid());
    const double runs = agent.runs() - before;
    std::printf(
        "version %d, CPU time of one full run, mean of %.0f: agent %.2f ms, child %.2f ms\n",
        version,
        runs,
        (own_after - own) / runs,
        (children_after - children) / runs);
  }
  std::printf("\n");
}

struct Livez {
  std::vector<double> times;
  [[nodiscard]] double p99() {
    std::ranges::sort(times);
    return times.empty() ? 0 : times[times.size() * 99 / 100];
  }
};

void against_frozen(const char* name,
                    const std::string& binary,
                    const Server& server,
                    const Proxy& proxy,
                    const std::function<void()>& fall_silent,
                    int rounds) {
  constexpr double kDeadline = 3'000;
  std::vector<double> late;
  std::vector<double> exits;
  Livez livez;
  for (int round = 0; round < rounds; ++round) {
    // No limit of a request below the run's own, so that the deadline alone decides.
    const Agent agent(server.directory,
                      server.path(),
                      proxy,
                      "    period: 100ms\n    deadline: 3s\n    rpc_timeout: 30s\n"
                      "    step_deadline: 30s\n");
    fall_silent();
    Program program(agent.command(binary), "/dev/null", true);
    for (int i = 0; i < 1'000 && get(agent.port, "/livez").empty(); ++i) ::usleep(2'000);
    while (agent.runs() < 1) {
      for (int i = 0; i < 50; ++i) {
        const Clock::time_point asked = Clock::now();
        if (get(agent.port, "/livez").empty()) give_up("no answer from /livez");
        livez.times.push_back(ms_between(asked, Clock::now()));
        ::usleep(1'000);
      }
      if (ms_between(program.begin(), Clock::now()) > 20'000) give_up("no verdict");
    }
    late.push_back(agent.last_run_ms() - kDeadline);
    fall_silent();
    ::usleep(500'000);  // into the next run
    const Clock::time_point told = Clock::now();
    ::kill(program.pid(), SIGTERM);
    static_cast<void>(program.wait(true));
    exits.push_back(ms_between(told, Clock::now()));
  }
  std::ranges::sort(late);
  std::ranges::sort(exits);
  std::printf("%s, %d starts\n", name, rounds);
  std::printf(
      "  verdict after a deadline of 3,000 ms: %+.0f to %+.0f ms\n", late.front(), late.back());
  const std::size_t asked = livez.times.size();
  const double p99 = livez.p99();
  std::printf(
      "  /livez meanwhile, %zu requests with their connection: p99 %.2f ms, worst %.2f ms\n",
      asked,
      p99,
      livez.times.back());
  std::printf("  SIGTERM to exit: %.0f ms, worst %.0f ms\n\n", median(exits), exits.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) give_up("usage: wire SPARKWARDEN REFERENCE DIRECTORY [ROUNDS]");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string binary = argv[1];
  const int rounds = argc > 4 ? std::max(1, std::atoi(argv[4])) : 15;
  const Server server{.directory = argv[3]};
  const Program ganesha(server.command(), "/dev/null");
  server.wait_ready();
  Proxy proxy(server.nfs, server.mount);

  compare(proxy, binary, argv[2], server, rounds);
  agent_cpu(binary, server, proxy);
  const auto under_child = [&] { proxy.deaf_after(12); };
  against_frozen("the server falls silent under the child", binary, server, proxy, under_child, 5);
  proxy.deaf_after(-1);
  const auto at_once = [&] { ::kill(ganesha.pid(), SIGSTOP); };
  against_frozen("the server is frozen from the start", binary, server, proxy, at_once, 5);
  return 0;
}
