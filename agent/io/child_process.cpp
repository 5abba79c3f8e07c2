// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child_process.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sparkwarden::io {
namespace {

// Never 0-2, which dup2 in the child would overwrite while they are still needed.
Descriptor above_stdio(int fd) {
  const Descriptor low(fd);
  return Descriptor(fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

// A file in memory, not a pipe: writing to it cannot block, however small the pipe buffers are.
Descriptor input_file(const std::string& input) {
  Descriptor file = above_stdio(::memfd_create("child-input", MFD_CLOEXEC));
  std::size_t done = 0;
  while (done < input.size()) {
    const ssize_t wrote = ::write(file.get(), input.data() + done, input.size() - done);
    if (wrote < 0) return Descriptor();
    done += static_cast<std::size_t>(wrote);
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return Descriptor();
  return file;
}

std::vector<std::string> child_environment() {
  std::vector<std::string> kept;
#ifdef SPARKWARDEN_SANITIZED
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.substr(0, text.find('=')).ends_with("SAN_OPTIONS")) kept.emplace_back(text);
  }
#endif
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

/// Those that a ChildProcess waits for.
std::set<pid_t>& waited_for() {
  static std::set<pid_t> pids;
  return pids;
}

struct SpawnActions {
  SpawnActions(int input, int output) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
#ifndef SPARKWARDEN_SANITIZED  // a sanitizer's report must be seen
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
#endif
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

    sigset_t none{};
    sigset_t all{};
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

}  // namespace

ChildProcess::ChildProcess(pid_t pid)
    : pid_(pid),
      started_(std::chrono::steady_clock::now()),
      pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
  waited_for().insert(pid);
}

ChildProcess::~ChildProcess() {
  if (try_reap()) return;
  kill();
  pollfd gone{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  ::poll(&gone, 1, 100);
  if (!try_reap()) waited_for().erase(pid_);  // one that hangs: from now on an orphan
}

void ChildProcess::kill() const {
  if (!status_) ::kill(-pid_, SIGKILL);
}

bool ChildProcess::try_reap() {
  if (status_) return true;
  siginfo_t info{};
  const int looked = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (looked != 0 || info.si_pid == 0) return false;
  kill();  // what it started goes with it, while its zombie still holds the group's number
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  status_ = status;
  waited_for().erase(pid_);
  return true;
}

bool is_child_process(pid_t pid) {
  return waited_for().contains(pid);
}

milliseconds ChildProcess::age() const {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started_);
}

int ChildProcess::watch() const {
  return pidfd_.get() < 0 ? -1 : ::fcntl(pidfd_.get(), F_DUPFD_CLOEXEC, 3);
}

tl::expected<StartedChild, std::string> start_child(const ChildSpec& spec) {
  if (spec.input.size() > kChildInputMax) {
    return tl::unexpected<std::string>("the request is longer than 64 KiB");
  }
  const Descriptor input = input_file(spec.input);
  std::array<int, 2> ends{-1, -1};
  if (input.get() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return tl::unexpected<std::string>(std::strerror(errno));
  }
  Descriptor reading = above_stdio(ends[0]);
  const Descriptor writing = above_stdio(ends[1]);
  if (reading.get() < 0 || writing.get() < 0) {
    return tl::unexpected<std::string>(std::strerror(errno));
  }
  ::fcntl(reading.get(), F_SETFL, O_NONBLOCK);

  SpawnActions actions(input.get(), writing.get());
  std::vector<std::string> words{"sparkwarden"};
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  std::vector<std::string> kept = child_environment();
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(kept);
  const char* path = spec.executable.c_str();
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, path, &actions.files, &actions.attributes, argv.data(), envp.data());
  if (error != 0) return tl::unexpected(spec.executable + ": " + std::strerror(error));
  return StartedChild{std::make_unique<ChildProcess>(pid), std::move(reading)};
}

}  // namespace sparkwarden::io
