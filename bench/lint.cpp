// SPDX-License-Identifier: Apache-2.0
// Commands beside one another: CPU time, wall time and peak memory of each, process start included,
// as medians of interleaved rounds, and as ratios to the first one.
// Usage: lint ROUNDS NAME COMMAND [NAME COMMAND]...
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Subject {
  std::string name;
  std::string command;
  std::vector<double> cpu_ms = {};
  std::vector<double> wall_ms = {};
  long peak_kb = 0;
};

double ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void run(Subject& subject) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    const std::string command = "exec " + subject.command;
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
    std::fprintf(stderr, "%s failed: %s\n", subject.name.c_str(), subject.command.c_str());
    std::exit(1);
  }
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
  subject.cpu_ms.push_back(ms(usage.ru_utime) + ms(usage.ru_stime));
  subject.wall_ms.push_back(wall.count());
  subject.peak_kb = std::max(subject.peak_kb, usage.ru_maxrss);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int rounds = std::atoi(argv[1]);
  std::vector<Subject> subjects;
  for (int i = 2; i + 1 < argc; i += 2) subjects.push_back({argv[i], argv[i + 1]});
  for (int round = 0; round < rounds; ++round) {
    for (Subject& subject : subjects) run(subject);
  }
  std::printf("%-44s %10s %10s %10s %8s\n", "", "CPU", "wall", "peak", "CPU x");
  const double first = median(subjects.front().cpu_ms);
  for (const Subject& subject : subjects) {
    std::printf("%-44s %7.1f ms %7.1f ms %7.1f MB %8.1f\n",
                subject.name.c_str(),
                median(subject.cpu_ms),
                median(subject.wall_ms),
                static_cast<double>(subject.peak_kb) / 1024,
                median(subject.cpu_ms) / first);
  }
}
