// SPDX-License-Identifier: Apache-2.0
// Time and memory of `sparkwarden manifest` beside `pip list` and importlib.metadata, in one run:
// the three take turns, so that whatever else the machine does hits all of them. Prints a table and
// the ratios. Usage: scan SPARKWARDEN HOME ROUNDS (NAME PYTHON)...
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Sample {
  double wall_ms = 0;
  double cpu_ms = 0;
  double peak_mib = 0;
};

constexpr const char* kImportlib =
    "import importlib.metadata as m\n"
    "for d in m.distributions(): print(d.metadata['Name'], d.version)\n";

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "scan: %s\n", why.c_str());
  std::exit(1);
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

/// `home` holds nothing, and nothing of this process's own environment counts. `codes` are the exit
/// codes that will do: on a machine without Spark a manifest is complete in its Python part only.
Sample measure(const std::vector<std::string>& command, const std::string& home, int codes) {
  std::vector<char*> argv = pointers(command);
  const std::vector<std::string> variables{"PATH=/usr/bin:/bin",
                                           "HOME=" + home,
                                           "PIP_CONFIG_FILE=/dev/null",
                                           "PIP_DISABLE_PIP_VERSION_CHECK=1"};
  std::vector<char*> environment = pointers(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const Clock::time_point begin = Clock::now();
  if (::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environment.data()) != 0) {
    give_up("cannot start " + command[0]);
  }
  int status = 0;
  rusage usage{};
  ::wait4(pid, &status, 0, &usage);
  const auto took = std::chrono::duration<double, std::milli>(Clock::now() - begin);
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || ((1 << WEXITSTATUS(status)) & codes) == 0) {
    give_up(command[0] + " failed");
  }
  return {.wall_ms = took.count(),
          .cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
          .peak_mib = static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(const std::vector<Sample>& samples, double Sample::*member) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.*member);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void row(const char* name,
         const std::array<std::vector<Sample>, 3>& samples,
         double Sample::*what) {
  const double ours = median(samples[0], what);
  const double pip = median(samples[1], what);
  const double library = median(samples[2], what);
  std::printf("  %-20s %12.1f %12.1f %8.3f %12.1f %8.3f\n",
              name,
              ours,
              pip,
              ours / pip,
              library,
              ours / library);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) give_up("usage: scan SPARKWARDEN HOME ROUNDS (NAME PYTHON)...");
  const std::string home = argv[2];
  const int rounds = std::atoi(argv[3]);
  std::printf("medians of %d runs that take turns, caches warm\n\n", rounds);
  std::printf("%-22s %12s %12s %8s %12s %8s\n",
              "",
              "sparkwarden",
              "pip list",
              "ratio",
              "importlib",
              "ratio");
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string python = argv[i + 1];
    std::array<std::vector<Sample>, 3> samples;
    for (int round = -1; round < rounds; ++round) {
      const std::array<Sample, 3> now{
          measure({argv[1], "manifest", "--python", python}, home, 1 << 0 | 1 << 3),
          measure({python, "-m", "pip", "list", "--format", "json"}, home, 1 << 0),
          measure({python, "-c", kImportlib}, home, 1 << 0)};
      if (round < 0) continue;  // that one warmed the caches
      for (std::size_t k = 0; k < samples.size(); ++k) samples[k].push_back(now[k]);
    }
    std::printf("%s\n", argv[i]);
    row("time, ms", samples, &Sample::wall_ms);
    row("CPU, ms", samples, &Sample::cpu_ms);
    row("peak resident, MiB", samples, &Sample::peak_mib);
  }
  return 0;
}
