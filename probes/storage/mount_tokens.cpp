// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_tokens.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "agent/core/manifest.hpp"
#include "probes/storage/mount_files.hpp"
#include "probes/storage/mount_step.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr mode_t kTokenMode = 0640;  // as over the wire: the group's executors may read it
constexpr std::chrono::seconds kSweepFor{1};

void tell_now(std::string_view key) {
  const auto time = std::chrono::duration_cast<microseconds>(now().time_since_epoch());
  tell_fact(key, std::to_string(time.count()));
}

// `.sparkwarden/<pod>/<name>`: is_token_path has seen to it that there are exactly these.
Wire<std::string> read_token(const io::Descriptor& root, const std::string& path) {
  const std::size_t first = path.find('/');
  const std::size_t last = path.rfind('/');
  const Wire<io::Descriptor> top = open_directory(root, path.substr(0, first));
  if (!top) return tl::unexpected(top.error());
  const Wire<io::Descriptor> pod = open_directory(*top, path.substr(first + 1, last - first - 1));
  if (!pod) return tl::unexpected(pod.error());
  return read_first(*pod, path.substr(last + 1));
}

Wire<void> write_and_close(const io::Descriptor& own, const TokenRequest& token) {
  constexpr int kCreate = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC;
  io::Descriptor file(::openat(own.get(), token.write.c_str(), kCreate, kTokenMode));
  if (file.get() < 0) return system_failure();
  const ssize_t wrote = ::write(file.get(), token.content.data(), token.content.size());
  if (wrote < 0) return system_failure();
  if (static_cast<std::size_t>(wrote) != token.content.size()) {
    return own_failure("SHORT_WRITE", std::to_string(wrote) + " bytes of the token");
  }
  // The close sends what was written: what another node opens from now on is all of it.
  if (::close(file.release()) != 0) return system_failure();
  return {};
}

class Sweep {
 public:
  Sweep(const io::Descriptor& top, const io::Descriptor& own, const MountRequest& request)
      : top_(top), own_(own), request_(request), end_(now() + kSweepFor) {}

  Wire<void> run() {
    const TokenRequest& token = request_.token;
    const Wire<Listed> written = look_again(own_, token.write);
    if (!written) return tl::unexpected(written.error());
    const Wire<std::vector<Listed>> own = list_ours(own_, end_);
    if (!own) return tl::unexpected(own.error());
    remove_in(own_, spent_files(*own, token.write, token.keep, written->changed_ns));
    const Wire<std::vector<Listed>> all = list_ours(top_, end_);
    if (!all) return tl::unexpected(all.error());
    for (const std::string& name :
         abandoned_directories(*all, request_.directory, written->changed_ns)) {
      if (may_go_on()) remove_directory(name, written->changed_ns);
    }
    return {};
  }

 private:
  [[nodiscard]] bool may_go_on() const { return now() < end_; }

  void remove_in(const io::Descriptor& directory, const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
      if (may_go_on()) static_cast<void>(::unlinkat(directory.get(), name.c_str(), 0));
    }
  }

  void remove_directory(const std::string& name, std::int64_t written_ns) const {
    const Wire<io::Descriptor> directory = open_directory(top_, name);
    if (!directory) return;
    const Wire<Listed> still = look_again(*directory, "");
    if (!still || !is_abandoned(*still, written_ns)) return;
    const Wire<std::vector<Listed>> entries = list_ours(*directory, end_);
    if (!entries) return;
    remove_in(*directory, agent_files(*entries));
    if (may_go_on()) static_cast<void>(::unlinkat(top_.get(), name.c_str(), AT_REMOVEDIR));
  }

  const io::Descriptor& top_;
  const io::Descriptor& own_;
  const MountRequest& request_;
  Instant end_;
};

}  // namespace

void look_up_token(const io::Descriptor& root, const TokenRequest& token) {
  std::string content;
  const bool read = mount_step(kTokenStep, [&]() -> Wire<void> {
    Wire<std::string> data = read_token(root, token.look_up);
    if (!data) return tl::unexpected(data.error());
    content = std::move(*data);
    return {};
  });
  if (!read) return;
  tell_now(kReadFact);
  tell_fact(kDigestFact, sha256_hex(content));
}

bool write_token(const io::Descriptor& own, const TokenRequest& token) {
  const bool written = mount_step(kAnnounceStep, [&] { return write_and_close(own, token); });
  if (written) tell_now(kClosedFact);
  // Half a token would be taken for the one to keep, by the next life of this agent.
  if (!written) static_cast<void>(::unlinkat(own.get(), token.write.c_str(), 0));
  return written;
}

void sweep(const io::Descriptor& top, const io::Descriptor& own, const MountRequest& request) {
  static_cast<void>(mount_step(kSweepStep, [&] { return Sweep(top, own, request).run(); }));
}

}  // namespace sparkwarden::probes::storage
