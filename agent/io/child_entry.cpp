// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child_entry.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/io/child.hpp"

namespace sparkwarden::io {
namespace {

bool limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  return ::setrlimit(resource, &both) == 0;
}

// The parent holds the only reading end of our standard output. Comparing getppid() with 1 would
// not do: the agent is process 1 of its container.
bool parent_is_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace

bool enter_child(const ChildLimits& limits) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || parent_is_gone()) return false;
  bool done = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  done = limit(RLIMIT_CORE, 0) && done;
  done = limit(RLIMIT_NOFILE, limits.open_files) && done;
  done = limit(RLIMIT_CPU, limits.cpu_seconds) && done;
#ifndef SPARKWARDEN_SANITIZED
  done = limit(RLIMIT_AS, limits.address_space_bytes) && done;
#endif
  return done;
}

std::optional<std::string> read_child_input() {
  std::string input;
  std::array<char, 4096> chunk{};
  while (input.find('\n') == std::string::npos) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    input.append(chunk.data(), static_cast<std::size_t>(got));
    if (input.size() > kChildInputMax) return std::nullopt;
  }
  input.resize(std::min(input.size(), input.find('\n')));
  return input;
}

}  // namespace sparkwarden::io
