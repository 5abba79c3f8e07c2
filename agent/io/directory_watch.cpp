// SPDX-License-Identifier: Apache-2.0
#include "agent/io/directory_watch.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include <sys/inotify.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparkwarden::io {
namespace asio = boost::asio;
using asio::awaitable;
namespace {

constexpr std::chrono::milliseconds kSettle{100};       // a swap is several events
constexpr std::chrono::milliseconds kLookAgain{5'000};  // for a directory that is not there

// IN_CREATE is left out: what is created is empty, and is written or moved into place later.
constexpr std::uint32_t kEvents =
    IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// Of a ConfigMap volume only the swap counts, not the directories it is made of.
bool counts(const inotify_event& event) {
  if ((event.mask & IN_ISDIR) != 0) return false;
  const std::string_view name(event.len == 0 ? "" : static_cast<const char*>(event.name));
  return !name.starts_with("..") || name == "..data";
}

awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> readable(asio::posix::stream_descriptor& stream) {
  co_await stream.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
}

}  // namespace

DirectoryWatch::DirectoryWatch(std::vector<std::string> directories,
                               std::function<bool(const std::string& directory)> may_touch)
    : directories_(std::move(directories)), may_touch_(std::move(may_touch)) {
  if (directories_.size() > kDirectoriesMax) directories_.resize(kDirectoriesMax);
}

awaitable<bool> DirectoryWatch::changed() {
  using namespace asio::experimental::awaitable_operators;
  if (directories_.empty()) co_return false;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  if (!inotify_ && !open(executor)) co_return false;
  while (true) {
    const bool appeared = watch_missing();
    // The first run has looked, or will look, at what is there when the watch begins.
    if (std::exchange(started_, true) && appeared) co_return true;
    if (watched_.size() < directories_.size()) {
      awaitable<void> event = readable(*inotify_);
      awaitable<void> later = pause(kLookAgain);
      co_await (std::move(event) || std::move(later));
    } else {
      co_await readable(*inotify_);
    }
    if (!read_events()) continue;
    co_await pause(kSettle);
    read_events();
    co_return true;
  }
}

bool DirectoryWatch::open(const asio::any_io_executor& executor) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return false;  // too many in this user's name
  inotify_.emplace(executor, fd);
  return true;
}

/// True if a directory is watched now that was not before.
bool DirectoryWatch::watch_missing() {
  bool more = false;
  for (const std::string& directory : directories_) {
    if (watched_.contains(directory) || !may_touch_(directory)) continue;
    const int watch = ::inotify_add_watch(inotify_->native_handle(), directory.c_str(), kEvents);
    if (watch < 0) continue;
    watched_.emplace(directory, watch);
    more = true;
  }
  return more;
}

/// True if one of the events that were waiting counts.
bool DirectoryWatch::read_events() {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
  bool any = false;
  while (true) {
    const ssize_t got = ::read(inotify_->native_handle(), buffer.data(), buffer.size());
    if (got <= 0) return any;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      // The kernel pads names so that the next event is aligned as well.
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += sizeof event + event.len;
      if ((event.mask & (IN_IGNORED | IN_MOVE_SELF)) != 0) {
        // Moved away it is another directory; a watch on it would see nothing of the new one.
        if ((event.mask & IN_MOVE_SELF) != 0)
          ::inotify_rm_watch(inotify_->native_handle(), event.wd);
        std::erase_if(watched_, [&](const auto& each) { return each.second == event.wd; });
        any = true;
      } else if (counts(event)) {
        any = true;
      }
    }
  }
}

}  // namespace sparkwarden::io
