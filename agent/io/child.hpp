// SPDX-License-Identifier: Apache-2.0
// The parent's side of disposable child processes, the only way to touch an export or a mount: one
// child at a time, started, bounded, killed and reaped without ever blocking. What the child does
// to itself is child_entry.hpp; what the two say to each other is child_protocol.hpp.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

inline constexpr std::size_t kChildInputMax = 64 * 1024;
inline constexpr milliseconds kChildReapLimit{1'000};

struct ChildSpec {
  std::string executable = "/proc/self/exe";
  std::vector<std::string> arguments = {};  // after argv[0]: "child", "<verb>"
  std::string input = {};                   // one JSON line, at most kChildInputMax bytes
  milliseconds deadline{5'000};
  milliseconds reap_limit = kChildReapLimit;  // after SIGKILL; then the child is stuck
  std::size_t output_bytes_max = 1 << 20;
};

enum class ChildEnd {
  exited,       // `status` is the exit code
  signalled,    // by itself or by its own limits; `status` is the signal
  deadline,     // killed by us
  flooded,      // killed by us: more than output_bytes_max
  not_started,  // `detail` says why
  busy,         // an earlier child is still there; `took` is its age
};

struct ChildOutcome {
  ChildEnd end = ChildEnd::not_started;
  int status = 0;
  std::string output = {};
  milliseconds took{0};
  bool stuck = false;  // did not die within the reap limit of SIGKILL
  std::string detail = {};

  bool operator==(const ChildOutcome&) const = default;
};

class ChildProcess;

/// A place for at most one child. A child that cannot be killed (a task in uninterruptible sleep)
/// stays in the slot, and no other is started until the kernel lets go of it.
class ChildSlot {
 public:
  ChildSlot();
  ChildSlot(const ChildSlot&) = delete;
  ChildSlot& operator=(const ChildSlot&) = delete;
  ~ChildSlot();  // kills what is left; waits for it 100 ms at most

  /// How the child ended, with what it wrote to its standard output. It runs in its own process
  /// group, with an empty environment and descriptors 0-2 only, and is reaped when this returns,
  /// unless `stuck`.
  /// Units: `deadline` is for the child's life; this returns at most the reap limit later.
  /// Errors: cancellation kills the child and throws operation_aborted.
  /// Thread: the one that runs the caller; it must live as long as the child (PR_SET_PDEATHSIG).
  [[nodiscard]] boost::asio::awaitable<ChildOutcome> run(ChildSpec spec);

  /// Age of the child in the slot; nullopt when it is free (reaps what can be reaped).
  [[nodiscard]] std::optional<milliseconds> age();

 private:
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace sparkwarden::io
