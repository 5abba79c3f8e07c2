// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_room.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace sparkwarden::io {

std::size_t make_room_for(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = connections + kDescriptorsKept;
  if (limit.rlim_cur < wanted) {
    rlimit raised = limit;
    raised.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const std::size_t room =
      limit.rlim_cur <= kDescriptorsKept ? 1 : limit.rlim_cur - kDescriptorsKept;
  return std::min(connections, room);
}

}  // namespace sparkwarden::io
