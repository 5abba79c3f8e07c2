// SPDX-License-Identifier: Apache-2.0
#include "agent/core/role.hpp"

namespace sparkwarden {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::driver:
      return "driver";
    case Role::executor:
      return "executor";
    case Role::interpreter:
      return "interpreter";
    case Role::connect_server:
      return "connect-server";
    case Role::zeppelin_server:
      return "zeppelin-server";
  }
  return "driver";
}

std::optional<Role> role_from(std::string_view word) {
  for (const Role role : kRoles) {
    if (word == to_string(role)) return role;
  }
  return std::nullopt;
}

}  // namespace sparkwarden
