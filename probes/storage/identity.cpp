// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/identity.hpp"

#include <algorithm>
#include <vector>

#include <unistd.h>

namespace sparkwarden::probes::storage {
namespace {

std::vector<std::uint32_t> own_groups() {
  constexpr int kGroupsMax = 16;
  std::vector<gid_t> groups(1024);
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::clamp(count, 0, kGroupsMax)));
  return {groups.begin(), groups.end()};
}

}  // namespace

WireRequest identity_of(const settings::World& world, const Settings& settings) {
  WireRequest identity;
  const WireIdentity& set = settings.identity;
  identity.uid = set.uid ? static_cast<std::uint32_t>(*set.uid) : ::geteuid();
  identity.gid = set.gid ? static_cast<std::uint32_t>(*set.gid) : ::getegid();
  if (set.groups) {
    identity.groups.assign(set.groups->begin(), set.groups->end());
  } else {
    identity.groups = own_groups();
  }
  identity.client = "sparkwarden-" + world.identity.uid;
  identity.directory = world.identity.uid;
  return identity;
}

}  // namespace sparkwarden::probes::storage
