// SPDX-License-Identifier: Apache-2.0
// Generated cases for a parser of ours and an oracle: the same on every machine and in every run.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden {

/// A fixed sequence of choices. Not std::uniform_int_distribution, which each library draws its own
/// way.
class Choices {
 public:
  explicit Choices(unsigned seed) : engine_(seed) {}

  /// A number below `bound`.
  [[nodiscard]] std::size_t below(std::size_t bound) { return engine_() % bound; }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  [[nodiscard]] std::string_view of(const std::vector<std::string_view>& all) {
    return all[below(all.size())];
  }
  [[nodiscard]] std::string_view of(std::initializer_list<std::string_view> all) {
    return *(all.begin() + below(all.size()));
  }

 private:
  std::mt19937 engine_;
};

}  // namespace sparkwarden
