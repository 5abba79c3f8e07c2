// SPDX-License-Identifier: Apache-2.0
// Path -> renderer, and how often each was asked. What an answer says is the renderers' business.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/answer.hpp"

namespace sparkwarden::runtime {

class Routes {
 public:
  using Render = std::function<Answer(const Request&)>;
  /// By route (never the raw path, which anyone can invent) and status.
  using Counts = std::map<std::pair<std::string, unsigned>, std::uint64_t>;

  /// Exactly `path`; a path that ends in `/` and is longer than that takes everything below it.
  void add(std::string path, Render render);

  [[nodiscard]] Answer answer(const Request& request);
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  [[nodiscard]] const std::pair<std::string, Render>* find(const std::string& path) const;

  std::vector<std::pair<std::string, Render>> table_;
  Counts counts_;
};

}  // namespace sparkwarden::runtime
