// SPDX-License-Identifier: Apache-2.0
// The recipes of docs/gate.md that hold an executor back, carried out as the kubelet does it: real
// processes beside the agent, and the kubelet's decision whether the executor's process starts.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/agent.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {

enum class RecipeKind {
  a_init_wait,      // init container: wait --manifest
  b_startup_probe,  // the kubelet asks /startupz
  c_init_check,     // init container: wait --check, without an agent
  d_post_start,     // hook of a classic sidecar: wait
  e2_exec,          // in the place of the executor's own command
};

/// Where the checks of a gate on configuration look, and what they find there.
inline constexpr const char* kCoreSite = "/opt/spark/conf/core-site.xml";
inline constexpr const char* kBroken = "<configuration><property></configuration>\n";
inline constexpr const char* kWhole = "<configuration/>\n";

/// Settings of an executor whose gate asks for its configuration alone; `gate` as in `gate: {...}`.
void gate_on_configuration(const Agent& agent,
                           const std::string& core_site,
                           const std::string& gate);

/// For names of parameterised tests.
[[nodiscard]] std::string to_string(RecipeKind kind);
void PrintTo(RecipeKind kind, std::ostream* out);

/// Whether some process opens a file, from the construction on.
class OpenWatch {
 public:
  explicit OpenWatch(const std::string& path);
  OpenWatch(const OpenWatch&) = delete;
  OpenWatch& operator=(const OpenWatch&) = delete;
  ~OpenWatch();

  /// At most twenty seconds.
  [[nodiscard]] bool seen() const;

 private:
  int fd_;
};

class Recipe {
 public:
  /// Of the pod of `agent`, which C does not need to run. `checked` is a file that the checks read.
  Recipe(RecipeKind kind, Agent& agent, const std::string& checked);

  /// The timeout of C's own checks, and what happens then.
  void check_for(std::string timeout, std::string on_timeout);
  void begin();
  /// Returns true once it has looked, and was told to hold the executor back.
  [[nodiscard]] bool begins_to_hold();
  /// Nothing is decided yet, and the executor's process does not run.
  [[nodiscard]] bool holds();
  /// Waits for the decision: whether the kubelet starts the executor's process.
  [[nodiscard]] bool starts_executor();
  /// The exit code of what stands before the executor; nullopt: there is no such process (B), or it
  /// has not ended.
  [[nodiscard]] std::optional<int> code();
  /// The termination message.
  [[nodiscard]] std::string message() const;
  /// What its process printed.
  [[nodiscard]] std::string output() const;

 private:
  [[nodiscard]] std::vector<std::string> command() const;

  RecipeKind kind_;
  Agent& agent_;
  std::string checked_;
  std::string timeout_ = "5m";
  std::string on_timeout_ = "fail";
  std::string message_ = (agent_.world().path() / "termination").string();
  std::string output_ = (agent_.world().path() / "recipe").string();
  std::string executor_ = (agent_.world().path() / "executor-started").string();
  std::unique_ptr<OpenWatch> look_;
  std::unique_ptr<Process> process_;
};

}  // namespace sparkwarden::tests
