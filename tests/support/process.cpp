// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> children() {
  std::set<std::string> all;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(thread.path() / "children");
    for (std::string pid; file >> pid;) all.insert(pid);
  }
  return all;
}

// A shell that starts one program beside itself and then becomes the next, as in `a & exec b`,
// leaves the first to the second.
const std::set<std::string> kInherited = children();

}  // namespace

Process::Process(std::vector<std::string> command, const std::string& output) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork for " + command.front());
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int sink = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int source = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(source, STDIN_FILENO);
  ::dup2(sink, STDOUT_FILENO);
  ::dup2(sink, STDERR_FILENO);
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

Process::~Process() {
  kill();
}

bool Process::running() {
  return !wait(milliseconds(0));
}

void Process::signal(int number) const {
  if (!status_) ::kill(pid_, number);
}

void Process::kill() {
  signal(SIGKILL);
  static_cast<void>(wait(std::chrono::seconds(60)));
}

std::optional<int> Process::wait(milliseconds limit) {
  if (status_) return status_;
  const int watch = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd ended{.fd = watch, .events = POLLIN, .revents = 0};
  ::poll(&ended, 1, static_cast<int>(limit.count()));
  ::close(watch);
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_;
}

Finished run_to_end(const std::vector<std::string>& command, milliseconds limit) {
  const TempDir place;
  const std::string out = (place.path() / "out").string();
  const std::string err = (place.path() / "err").string();
  // sh only to split the two streams.
  std::vector<std::string> split{"sh", "-c", "exec \"$@\" 2>\"$0\"", err};
  split.insert(split.end(), command.begin(), command.end());
  const auto begin = std::chrono::steady_clock::now();
  Process process(split, out);
  const std::optional<int> status = process.wait(limit);
  if (!status) throw std::runtime_error(command.front() + " does not end");
  const auto took = std::chrono::steady_clock::now() - begin;
  return {.code = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status),
          .out = read_file(out),
          .err = read_file(err),
          .took = std::chrono::duration_cast<milliseconds>(took)};
}

int count_children() {
  const std::set<std::string> all = children();
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [](const std::string& pid) { return !kInherited.contains(pid); }));
}

int count_descriptors() {
  const std::filesystem::directory_iterator descriptors("/proc/self/fd");
  return static_cast<int>(std::distance(begin(descriptors), end(descriptors)));
}

}  // namespace sparkwarden::tests
