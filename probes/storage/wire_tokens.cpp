// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_tokens.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "agent/core/manifest.hpp"
#include "probes/storage/sweep_plan.hpp"
#include "probes/storage/wire_step.hpp"

namespace sparkwarden::probes::storage {
namespace {

// Others with the pod's group may read it: the executors of this driver, if their user differs.
constexpr int kTokenMode = 0640;
constexpr std::chrono::seconds kSweepFor{1};
// libnfs reads a directory as a whole, and this process has 64 MiB: some 30,000 pods' names.
constexpr std::uint64_t kTopBytesMax = 2 << 20;

Instant now() {
  return std::chrono::steady_clock::now();
}

void tell_now(std::string_view key) {
  const auto time = std::chrono::duration_cast<microseconds>(now().time_since_epoch());
  tell_fact(key, std::to_string(time.count()));
}

Listed listed(const WireStat& status) {
  return {.kind = status.kind, .changed_ns = status.changed_ns};
}

class Sweep {
 public:
  Sweep(WireClient& client, const WireRequest& request)
      : client_(client),
        request_(request),
        top_("/" + std::string(kTopDirectory)),
        own_(top_ + "/" + request.directory),
        end_(now() + kSweepFor) {}

  Wire<void> run() {
    const Wire<WireStat> written = client_.stat_name(own_ + "/" + request_.token.write);
    if (!written) return tl::unexpected(written.error());
    const Wire<std::vector<Listed>> own = client_.list(own_);
    if (!own) return tl::unexpected(own.error());
    const TokenRequest& token = request_.token;
    remove_in(own_, spent_files(*own, token.write, token.keep, written->changed_ns));
    return remove_abandoned(written->changed_ns);
  }

 private:
  [[nodiscard]] bool may_go_on() const { return client_.alive() && now() < end_; }

  void remove_in(const std::string& directory, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (may_go_on()) static_cast<void>(client_.unlink(directory + "/" + name));
    }
  }

  Wire<void> remove_abandoned(std::int64_t written_ns) {
    const Wire<WireStat> status = client_.stat_name(top_);
    if (!status) return tl::unexpected(status.error());
    // Someone may have put a link there.
    if (status->kind != Listed::Kind::directory || status->size > kTopBytesMax) return {};
    const Wire<std::vector<Listed>> top = client_.list(top_);
    if (!top) return tl::unexpected(top.error());
    for (const std::string& name : abandoned_directories(*top, request_.directory, written_ns)) {
      if (may_go_on()) remove_directory(top_ + "/" + name, written_ns);
    }
    return {};
  }

  void remove_directory(const std::string& path, std::int64_t written_ns) {
    const Wire<WireStat> status = client_.stat_name(path);
    if (!status || !is_abandoned(listed(*status), written_ns)) return;
    const Wire<std::vector<Listed>> entries = client_.list(path);
    if (!entries) return;
    remove_in(path, agent_files(*entries));
    if (may_go_on()) static_cast<void>(client_.remove_directory(path));
  }

  WireClient& client_;
  const WireRequest& request_;
  std::string top_;
  std::string own_;
  Instant end_;
};

}  // namespace

void look_up_token(WireClient& client, const WireRequest& request) {
  std::string content;
  const bool read = step(kTokenStep, [&]() -> Wire<void> {
    // One byte more than there may be: a longer file is another one.
    Wire<std::string> data = client.read_file("/" + request.token.look_up, kTokenBytesMax + 1);
    if (!data) return tl::unexpected(data.error());
    content = std::move(*data);
    return {};
  });
  if (!read) return;
  tell_now(kReadFact);
  tell_fact(kDigestFact, sha256_hex(content));
}

bool write_token(WireClient& client, const WireRequest& request) {
  const std::string path =
      "/" + std::string(kTopDirectory) + "/" + request.directory + "/" + request.token.write;
  const bool written = step(kAnnounceStep, [&]() -> Wire<void> {
    const Wire<nfsfh*> file = client.create(path, kTokenMode);
    if (!file) return tl::unexpected(file.error());
    if (Wire<void> done = client.write(*file, request.token.content); !done) return done;
    return client.close(*file);
  });
  if (written) tell_now(kClosedFact);
  // Half a token would be taken for the one to keep, by the next life of this agent.
  if (!written && client.alive()) static_cast<void>(client.unlink(path));
  return written;
}

void sweep(WireClient& client, const WireRequest& request) {
  static_cast<void>(step(kSweepStep, [&] { return Sweep(client, request).run(); }));
}

}  // namespace sparkwarden::probes::storage
