// SPDX-License-Identifier: Apache-2.0
// Start-to-listening time, memory and size of sparkwarden beside prometheus-node-exporter, in one
// run: the two are started in turn, so that whatever else the machine does hits both. Prints a
// table and the ratios. Usage: footprint SPARKWARDEN NODE_EXPORTER [ROUNDS]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Sample {
  double start_ms = 0;
  double resident_kib = 0;
  double anonymous_kib = 0;
  double resident_after_kib = 0;  // after kScrapes scrapes
  double anonymous_after_kib = 0;
};

constexpr int kScrapes = 200;
constexpr std::chrono::seconds kStartLimit{10};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "footprint: %s\n", why.c_str());
  std::exit(1);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), length);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(fd);
  return ntohs(address.sin_port);
}

int try_connect(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// Bytes of the answer to one GET /metrics.
std::size_t scrape(std::uint16_t port) {
  const int fd = try_connect(port);
  if (fd < 0) give_up("a scrape was refused");
  const std::string request =
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (::write(fd, request.data(), request.size()) < 0) give_up("a scrape could not be sent");
  std::size_t total = 0;
  std::array<char, 65536> chunk{};
  for (ssize_t got = 0; (got = ::read(fd, chunk.data(), chunk.size())) > 0;) {
    total += static_cast<std::size_t>(got);
  }
  ::close(fd);
  return total;
}

/// Rss and Anonymous of /proc/PID/smaps_rollup, in KiB.
std::map<std::string, double> memory(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  std::map<std::string, double> figures;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos)
      figures[line.substr(0, colon)] = std::atof(line.c_str() + colon + 1);
  }
  return figures;
}

Sample measure(const std::vector<std::string>& command, std::uint16_t port) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);

  Sample sample;
  pid_t pid = 0;
  const Clock::time_point begin = Clock::now();
  if (::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
    give_up("cannot start " + command[0]);
  }
  int fd = -1;
  while ((fd = try_connect(port)) < 0) {
    if (Clock::now() - begin > kStartLimit) give_up(command[0] + " does not listen");
    ::poll(nullptr, 0, 0);  // yields, so that polling does not take the core it waits for
    ::usleep(100);
  }
  sample.start_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  ::close(fd);
  if (scrape(port) == 0) give_up("an empty answer");
  sample.resident_kib = memory(pid)["Rss"];
  sample.anonymous_kib = memory(pid)["Anonymous"];
  for (int i = 0; i < kScrapes; ++i) (void)scrape(port);
  sample.resident_after_kib = memory(pid)["Rss"];
  sample.anonymous_after_kib = memory(pid)["Anonymous"];
  ::kill(pid, SIGTERM);
  ::waitpid(pid, nullptr, 0);
  posix_spawn_file_actions_destroy(&actions);
  return sample;
}

double median(const std::vector<Sample>& samples, double Sample::*member) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.*member);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double bytes_of(const char* path) {
  struct stat status {};
  return ::stat(path, &status) == 0 ? static_cast<double>(status.st_size) : 0;
}

void row(const char* name, double ours, double theirs) {
  std::printf("%-34s %12.1f %12.1f %8.2f\n", name, ours, theirs, ours / theirs);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) give_up("usage: footprint SPARKWARDEN NODE_EXPORTER [ROUNDS]");
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 9;
  const std::filesystem::path work =
      std::filesystem::temp_directory_path() / ("sparkwarden-bench." + std::to_string(::getpid()));
  std::filesystem::create_directories(work);

  std::vector<Sample> ours;
  std::vector<Sample> theirs;
  for (int round = 0; round < rounds; ++round) {
    const std::uint16_t port = free_port();
    ::setenv("SPARKWARDEN_LISTEN_PORT", std::to_string(port).c_str(), 1);
    ::setenv("SPARKWARDEN_PATHS_RUN_DIR", work.c_str(), 1);
    ours.push_back(measure({argv[1], "run", "--role", "driver"}, port));
    const std::uint16_t other = free_port();
    theirs.push_back(
        measure({argv[2], "--web.listen-address=127.0.0.1:" + std::to_string(other)}, other));
  }
  std::filesystem::remove_all(work);

  std::printf("medians of %d interleaved starts; memory from smaps_rollup, KiB\n\n", rounds);
  std::printf("%-34s %12s %12s %8s\n", "", "sparkwarden", "node_exp.", "ratio");
  row("start to listening, ms", median(ours, &Sample::start_ms), median(theirs, &Sample::start_ms));
  row("resident, first scrape",
      median(ours, &Sample::resident_kib),
      median(theirs, &Sample::resident_kib));
  row("anonymous, first scrape",
      median(ours, &Sample::anonymous_kib),
      median(theirs, &Sample::anonymous_kib));
  row("resident, after 200 scrapes",
      median(ours, &Sample::resident_after_kib),
      median(theirs, &Sample::resident_after_kib));
  row("anonymous, after 200 scrapes",
      median(ours, &Sample::anonymous_after_kib),
      median(theirs, &Sample::anonymous_after_kib));
  row("binary, KiB", bytes_of(argv[1]) / 1024, bytes_of(argv[2]) / 1024);
  return 0;
}
