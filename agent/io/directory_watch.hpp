// SPDX-License-Identifier: Apache-2.0
// Waits for files of some directories to be replaced, with inotify. For what also has a period: a
// change that is missed here is seen then.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace sparkwarden::io {

class DirectoryWatch {
 public:
  static constexpr std::size_t kDirectoriesMax = 16;

  /// Of `directories` the first kDirectoriesMax are watched, each as long as `may_touch` allows it:
  /// on a network file system looking for a directory can take for ever.
  DirectoryWatch(std::vector<std::string> directories,
                 std::function<bool(const std::string& directory)> may_touch);

  /// Returns when something was put in place, written or removed since the last call: in a
  /// ConfigMap volume when `..data` was swapped. Several changes at once are one. A directory that
  /// appears is a change, and so is one that goes. False: this system lets nobody watch, and will
  /// not.
  [[nodiscard]] boost::asio::awaitable<bool> changed();

 private:
  using Stream = boost::asio::posix::stream_descriptor;

  [[nodiscard]] bool open(const boost::asio::any_io_executor& executor);
  bool watch_missing();
  bool read_events();

  std::vector<std::string> directories_;
  std::function<bool(const std::string&)> may_touch_;
  std::optional<Stream> inotify_;
  std::map<std::string, int> watched_;  // directory -> watch descriptor
  bool started_ = false;
};

}  // namespace sparkwarden::io
