// SPDX-License-Identifier: Apache-2.0
// Who may see the manifest, the status and the page: everybody, or holders of the token in
// web.token_file. Health and metrics are not asked about: the kubelet and Prometheus come without.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/core/answer.hpp"
#include "agent/core/finding.hpp"
#include "agent/core/result.hpp"

namespace sparkwarden::commands {

class WebGuard {
 public:
  using Render = std::function<Answer(const Request&)>;

  /// `token_file`: empty means that everybody may.
  WebGuard(const boost::asio::any_io_executor& executor, std::string token_file);

  /// Reads the file for the first time; blocks.
  void read();
  /// Reads it again every two seconds, on the worker thread, and calls `changed` when finding()
  /// did.
  [[nodiscard]] boost::asio::awaitable<void> watch(std::function<void()> changed);
  /// From now on this file. The token of the one before is nobody's any more.
  void adopt(std::string token_file);

  /// `render`, for requests that present the token; 401 without any data for others.
  [[nodiscard]] Render guarded(Render render) const;

  /// That the file cannot be used, if so. The last good token stays in force, and without one
  /// nobody is let in: an open door would be the worse mistake.
  [[nodiscard]] const std::optional<Finding>& finding() const { return finding_; }

 private:
  void take(Result<std::string> token);

  std::string file_;
  std::string token_;
  std::optional<Finding> finding_;
  boost::asio::steady_timer next_;
};

}  // namespace sparkwarden::commands
