// SPDX-License-Identifier: Apache-2.0
// The roles an agent can have, and what follows from them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace sparkwarden {

enum class Role { driver, executor, interpreter, connect_server, zeppelin_server };

inline constexpr std::array kRoles{
    Role::driver, Role::executor, Role::interpreter, Role::connect_server, Role::zeppelin_server};

/// Those whose pod holds a Spark process, and with it Python, Java and jars.
inline constexpr std::array kSparkRoles{
    Role::driver, Role::executor, Role::interpreter, Role::connect_server};

/// A role that runs a Spark driver: it builds executor pods and can say why they do not start.
[[nodiscard]] constexpr bool driver_side(Role role) {
  return role == Role::driver || role == Role::interpreter || role == Role::connect_server;
}

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view word);

}  // namespace sparkwarden
