// SPDX-License-Identifier: Apache-2.0
#include "agent/io/resolve.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/system_error.hpp>

#include "agent/io/deadline.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::posix::stream_descriptor;

constexpr int kLookupsMax = 4;

// Outlives the coroutine when the answer comes too late.
struct Lookup {
  std::mutex mutex;
  Resolved resolved = {};
};

std::atomic<int> lookups_in_flight = 0;

Resolved look_up(const std::string& host, unsigned short port) {
  Resolved resolved;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (failed != 0) {
    resolved.detail = failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed);
    return resolved;
  }
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    tcp::endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity() || resolved.endpoints.size() == kAddressesMax)
      continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    endpoint.port(port);
    resolved.endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(list);
  return resolved;
}

// A thread of its own, and let go: Asio's resolver has a thread too, but joins it when the loop is
// destroyed, so that a stop of the agent would wait for a DNS server that does not answer. The
// thread knows nothing of the loop; it ends when getaddrinfo does.
void start(std::shared_ptr<Lookup> lookup, std::string host, unsigned short port, int ready) {
  std::thread([lookup = std::move(lookup), host = std::move(host), port, ready] {
    Resolved resolved = look_up(host, port);
    {
      const std::lock_guard lock(lookup->mutex);
      lookup->resolved = std::move(resolved);
    }
    ::eventfd_write(ready, 1);
    ::close(ready);
    --lookups_in_flight;
  }).detach();
}

awaitable<bool> readable(stream_descriptor& descriptor) {
  const auto [error] = co_await descriptor.async_wait(stream_descriptor::wait_read,
                                                      asio::as_tuple(asio::use_awaitable));
  if (error) throw boost::system::system_error(error);
  co_return true;
}

Resolved failed(std::string why) {
  return Resolved{.detail = std::move(why)};
}

}  // namespace

asio::awaitable<Resolved> resolve(std::string host, unsigned short port, milliseconds limit) {
  boost::system::error_code not_numeric;
  const asio::ip::address address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    Resolved numeric;
    numeric.endpoints.emplace_back(address, port);
    co_return numeric;
  }
  if (++lookups_in_flight > kLookupsMax) {
    --lookups_in_flight;
    co_return failed("earlier lookups are still waiting for the DNS server");
  }

  const auto lookup = std::make_shared<Lookup>();
  stream_descriptor answered(co_await asio::this_coro::executor, ::eventfd(0, EFD_CLOEXEC));
  start(lookup, host, port, ::fcntl(answered.native_handle(), F_DUPFD_CLOEXEC, 3));
  const std::optional<bool> in_time = co_await with_deadline(readable(answered), limit);
  if (!in_time) co_return failed("no answer within " + std::to_string(limit.count()) + " ms");
  const std::lock_guard lock(lookup->mutex);
  co_return lookup->resolved;
}

}  // namespace sparkwarden::io
