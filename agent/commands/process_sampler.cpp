// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/process_sampler.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/io/files.hpp"

namespace sparkwarden::commands {
namespace {

constexpr milliseconds kSampleAgeMax{5'000};
constexpr std::size_t kProcBytesMax = 1 << 20;

std::uint64_t count_open_files() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] != '.') ++count;
  }
  ::closedir(directory);
  return count - 1;  // the directory itself
}

}  // namespace

ProcessSampler::ProcessSampler() {
  units_.ticks_per_second = ::sysconf(_SC_CLK_TCK);
  units_.page_bytes = ::sysconf(_SC_PAGESIZE);
  if (const auto text = io::RealFiles().read("/proc/stat", kProcBytesMax)) {
    units_.boot_time_seconds = exporters::parse_boot_time(*text).value_or(0);
  }
}

const exporters::ProcessSample& ProcessSampler::sample(Instant now) {
  if (taken_ != Instant::min() && now - taken_ < kSampleAgeMax) return last_;
  taken_ = now;
  const auto text = io::RealFiles().read("/proc/self/stat", kProcBytesMax);
  last_ = text ? exporters::parse_process(*text, units_).value_or(exporters::ProcessSample{})
               : exporters::ProcessSample{};
  last_.open_fds = count_open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) last_.max_fds = limit.rlim_cur;
  return last_;
}

}  // namespace sparkwarden::commands
