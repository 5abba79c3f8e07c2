// SPDX-License-Identifier: Apache-2.0
// Clients that ask an agent all the time, each on one connection that it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sparkwarden::tests {

/// Five clients: kubelets, a dashboard and two scrapers. What one of them sees of a connection that
/// is dropped, a request that is refused or an answer that is cut short is trouble.
class HttpLoad {
 public:
  explicit HttpLoad(std::uint16_t port);
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;
  ~HttpLoad();

  /// Returns true once each client got this many more answers; false after twenty seconds, or when
  /// one of them has given up.
  [[nodiscard]] bool each_is_answered(int more) const;
  /// Stops them, and tells what went wrong; empty: nothing.
  [[nodiscard]] std::string trouble();

 private:
  class Client;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace sparkwarden::tests
