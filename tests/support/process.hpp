// SPDX-License-Identifier: Apache-2.0
// Programs that tests start: they die with the test process, however it ends.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "agent/core/time.hpp"

namespace sparkwarden::tests {

/// A running program. The destructor kills and reaps it.
class Process {
 public:
  /// `output` receives what it prints. PATH is searched. Starts in the calling thread's namespaces.
  explicit Process(std::vector<std::string> command, const std::string& output = "/dev/null");
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running();
  void signal(int number) const;
  void kill();  // SIGKILL, and waits
  /// The status of waitpid(2); nullopt when it still runs after `limit`.
  std::optional<int> wait(milliseconds limit);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// What a finished command said.
struct Finished {
  int code = -1;  // 128 + n for a signal
  std::string out;
  std::string err;
  std::chrono::milliseconds took{0};
};

/// Runs a program to its end. Errors: throws when it does not end within `limit`.
[[nodiscard]] Finished run_to_end(const std::vector<std::string>& command,
                                  milliseconds limit = std::chrono::minutes(1));

/// How many processes have this process as their parent, without those that it had when it began.
[[nodiscard]] int count_children();
/// How many descriptors this process has open.
[[nodiscard]] int count_descriptors();

}  // namespace sparkwarden::tests
