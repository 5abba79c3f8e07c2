// SPDX-License-Identifier: Apache-2.0
// One started child process as a handle: spawn, kill, reap without waiting. When to do which is
// child.cpp's business; beside it only orphans.cpp includes this.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

#include <tl/expected.hpp>

#include "agent/core/time.hpp"
#include "agent/io/child.hpp"
#include "agent/io/descriptor.hpp"

namespace sparkwarden::io {

class ChildProcess {
 public:
  explicit ChildProcess(pid_t pid);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // kills it if it still runs; waits 100 ms at most

  /// SIGKILL to the whole group.
  void kill() const;
  /// True once the process is gone; never waits.
  [[nodiscard]] bool try_reap();
  /// As waitpid(2) gave it; meaningful once reaped.
  [[nodiscard]] int status() const { return status_.value_or(0); }
  [[nodiscard]] milliseconds age() const;
  /// A new descriptor that becomes readable when the process ends; -1 on kernels without pidfd.
  [[nodiscard]] int watch() const;

 private:
  pid_t pid_;
  Instant started_;
  Descriptor pidfd_;
  std::optional<int> status_;
};

/// Whether a ChildProcess waits for `pid`. Not thread-safe.
[[nodiscard]] bool is_child_process(pid_t pid);

struct StartedChild {
  std::unique_ptr<ChildProcess> process;
  Descriptor output;  // the reading end, non-blocking
};

/// The child of `spec`, running. Errors: the system's words for why it could not be started.
[[nodiscard]] tl::expected<StartedChild, std::string> start_child(const ChildSpec& spec);

}  // namespace sparkwarden::io
