// SPDX-License-Identifier: Apache-2.0
#include "agent/io/resolve.hpp"

#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Outlives the coroutine when the answer comes too late.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  Resolved resolved = {};
};

void take(Lookup& lookup,
          const boost::system::error_code& error,
          const tcp::resolver::results_type& results) {
  if (error) lookup.resolved.detail = error.message();
  for (const auto& entry : results) {
    if (lookup.resolved.endpoints.size() < kAddressesMax) {
      lookup.resolved.endpoints.push_back(entry.endpoint());
    }
  }
  lookup.done.cancel();
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

  const auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  lookup->done.expires_after(limit);
  lookup->resolver.async_resolve(
      host, std::to_string(port), [lookup](const auto& error, const auto& results) {
        take(*lookup, error, results);
      });
  const auto [waited] = co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!waited)
    lookup->resolved.detail = "no answer within " + std::to_string(limit.count()) + " ms";
  co_return std::move(lookup->resolved);
}

}  // namespace sparkwarden::io
