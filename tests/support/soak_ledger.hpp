// SPDX-License-Identifier: Apache-2.0
// The book that a soak keeps: what its runs found, what did not hold, and what they left behind.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/report.hpp"
#include "agent/core/verdict.hpp"
#include "tests/support/storage_soak.hpp"

namespace sparkwarden::tests {

class SoakLedger {
 public:
  SoakLedger(const SoakPlan& plan, milliseconds deadline) : plan_(plan) {
    result_.deadline = deadline;
  }

  [[nodiscard]] SoakResult& result() { return result_; }
  /// Whether so much is broken that more runs would say nothing new.
  [[nodiscard]] bool full() const;
  /// Whether run `i` is a full one: these are spread evenly among the light ones.
  [[nodiscard]] bool is_full(int i) const;
  [[nodiscard]] int runs() const { return plan_.light + plan_.full; }

  /// Before the first run, in a world that is whole.
  void begin();
  /// After run `i`.
  void warm(int i);
  void count(const Observed& observed, Verdict verdict, bool full);
  /// A run that took longer than its deadline and the plan's `overrun_max`.
  void timed(const Observed& observed, milliseconds took);
  void broke(std::string_view what, const Observed& observed);
  /// After the last run, in a world that is whole again, where just `left` entries stay below
  /// `backing`, the directory that is exported; one of them is .sparkwarden.
  void end(const std::filesystem::path& backing, std::size_t left);

 private:
  void note(std::string what) { result_.broken.push_back(std::move(what)); }

  SoakPlan plan_;
  SoakResult result_;
};

}  // namespace sparkwarden::tests
