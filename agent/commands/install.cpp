// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "agent/commands/atomic_file.hpp"
#include "agent/commands/commands.hpp"
#include "agent/io/files.hpp"

namespace sparkwarden::commands {
namespace {

constexpr std::size_t kBinaryBytesMax = 512 << 20;  // a sanitizer build with debug information

}  // namespace

int install(const std::string& destination) {
  std::string target = destination;
  std::error_code none;
  if (target.ends_with('/') || std::filesystem::is_directory(target, none)) {
    target = (std::filesystem::path(target) / "sparkwarden").string();
  }
  const auto binary = io::RealFiles().read("/proc/self/exe", kBinaryBytesMax);
  if (!binary) {
    std::fprintf(
        stderr, "sparkwarden: cannot read my own binary: %s\n", binary.error().detail.c_str());
    return kCouldNotLook;
  }
  if (const auto written = write_atomically(target, *binary, 0755); !written) {
    std::fprintf(stderr,
                 "sparkwarden: cannot write %s: %s\n",
                 written.error().subject.c_str(),
                 written.error().detail.c_str());
    return kCouldNotLook;
  }
  return kOk;
}

}  // namespace sparkwarden::commands
