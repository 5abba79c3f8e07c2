// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/io/child_entry.hpp"
#include "agent/io/child_protocol.hpp"
#include "probes/storage/wire_client.hpp"
#include "probes/storage/wire_exports.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kCanaryBytes = 1024;  // libnfs 4.0.0 refuses more than 3944 over version 4
constexpr int kTopMode = 01777;             // any pod, with any user, makes its own below
constexpr int kOwnMode = 0770;

void tell_fact(std::string_view key, std::string value) {
  io::tell(io::ChildFact{std::string(key), std::move(value)});
}

WireFailure own_failure(std::string_view symbol, std::string text) {
  return WireFailure{.error = EIO, .symbol = std::string(symbol), .text = std::move(text)};
}

// Runs one step between its `begin` and its `end`. True when it went well.
template <typename Act>
bool step(std::string_view name, Act act) {
  io::tell(io::StepBegin{std::string(name), "wire"});
  const Instant start = std::chrono::steady_clock::now();
  const Wire<void> result = act();
  io::StepEnd end{.step = std::string(name)};
  end.took = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);
  if (!result) {
    end.ok = false;
    end.symbol = result.error().symbol;
    end.error = result.error().error;
    end.text = result.error().text;
  }
  io::tell(end);
  return result.has_value();
}

// Whether connections of this process can come from a port below 1024, which many servers demand.
// Done as libnfs does it: by trying.
bool low_port_permitted() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  int error = EADDRINUSE;
  for (int port = 1023; port >= 1000 && error == EADDRINUSE; --port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    error = ::bind(probe, generic, sizeof address) == 0 ? 0 : errno;
  }
  ::close(probe);
  return error == 0;
}

std::string octal(std::uint64_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04llo", static_cast<unsigned long long>(mode));
  return text.data();
}

std::string hex(std::uint64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%llx", static_cast<unsigned long long>(number));
  return text.data();
}

void tell_exports(const std::vector<std::string>& paths, const std::string& wanted) {
  constexpr std::size_t kShown = 8;
  const bool listed = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return wanted == path || wanted.starts_with(path.ends_with('/') ? path : path + "/");
  });
  std::string shown;
  for (std::size_t i = 0; i < std::min(paths.size(), kShown); ++i) {
    shown += (i == 0 ? "" : ", ") + paths[i];
  }
  tell_fact("export_listed", listed ? "yes" : "no");
  tell_fact("exports", shown + (paths.size() > kShown ? ", ..." : ""));
}

class Canary {
 public:
  Canary(WireClient& client, const WireRequest& request)
      : client_(client),
        top_("/" + std::string(kTopDirectory)),
        own_(top_ + "/" + request.directory),
        first_(own_ + "/" + request.first),
        second_(own_ + "/" + request.second),
        text_("sparkwarden canary " + request.first + "\n") {
    made_ = {first_, second_};
    for (const std::string& name : request.leftovers) made_.push_back(own_ + "/" + name);
    while (text_.size() < kCanaryBytes) text_ += text_.substr(0, kCanaryBytes - text_.size());
  }

  void write_and_remove() {
    // The exclusive creation comes last: it is meant to fail, and after a failed OPEN libnfs 4.0.0
    // counts its sequence wrongly, so that every later OPEN and CLOSE over version 4 fails too.
    const bool well = make_directories() && write() && move() &&
                      step("exclusive", [&] { return create_again(); });
    static_cast<void>(well);
    const bool removed = client_.alive() && step("unlink", [&] { return clean(); });
    static_cast<void>(removed);
  }

 private:
  bool make_directories() {
    const bool made = step("mkdir", [&]() -> Wire<void> {
      Wire<void> top = made_or_there(top_, kTopMode);
      if (!top) denied_in_ = "/";
      if (!top) return top;
      Wire<void> own = made_or_there(own_, kOwnMode);
      if (!own) denied_in_ = top_;
      return own;
    });
    if (!made) tell_directory(denied_in_);
    return made;
  }

  bool write() {
    nfsfh* file = nullptr;
    const bool created = step("create", [&]() -> Wire<void> {
      const Wire<nfsfh*> result = client_.create(first_);
      if (!result) return tl::unexpected(result.error());
      file = *result;
      return {};
    });
    if (!created) tell_directory(own_);
    return created && step("write", [&] { return client_.write(file, text_); }) &&
           step("fsync", [&] { return client_.sync(file); }) &&
           step("read", [&] { return read_back(file); }) &&
           step("close", [&] { return client_.close(file); });  // where a server may tell ENOSPC
  }

  bool move() {
    return step("rename", [&] { return client_.rename(first_, second_); }) &&
           step("replace", [&] { return replace(); });
  }

  Wire<void> made_or_there(const std::string& path, int mode) {
    Wire<void> made = client_.make_directory(path, mode);
    if (!made && made.error().error == EEXIST) return {};
    // A read-only export says so even where the directory exists; without rights to the parent,
    // an existing directory is as good as a made one.
    if (!made && made.error().error == EACCES && client_.stat(path)) return {};
    return made;
  }

  Wire<void> create_again() {
    const Wire<nfsfh*> again = client_.create(first_);
    if (again) return tl::unexpected(own_failure(kNotExclusive, "the second creation succeeded"));
    if (again.error().error == EEXIST) return {};
    return tl::unexpected(again.error());
  }

  Wire<void> read_back(nfsfh* file) {
    const Wire<std::string> data = client_.read(file, text_.size());
    if (!data) return tl::unexpected(data.error());
    if (*data == text_) return {};
    const auto differs = std::mismatch(data->begin(), data->end(), text_.begin(), text_.end());
    const auto at = std::to_string(differs.first - data->begin());
    return tl::unexpected(own_failure(
        kDataDiffers,
        std::to_string(data->size()) + " bytes read back, first difference at byte " + at));
  }

  // A committed name must be replaceable in one step: how Spark overwrites.
  Wire<void> replace() {
    const Wire<nfsfh*> created = client_.create(first_);
    if (!created) return tl::unexpected(created.error());
    if (Wire<void> closed = client_.close(*created); !closed) return closed;
    if (Wire<void> renamed = client_.rename(second_, first_); !renamed) return renamed;
    const Wire<WireStat> status = client_.stat(first_);
    if (!status) return tl::unexpected(status.error());
    if (status->size == text_.size()) return {};
    return tl::unexpected(own_failure(
        kDataDiffers, "after rename over a file its size is " + std::to_string(status->size)));
  }

  // Whatever exists of what this run, and interrupted ones before it, made. The pod's directory
  // stays if something else is in it.
  Wire<void> clean() {
    Wire<void> worst;
    for (const std::string& path : made_) {
      Wire<void> removed = client_.unlink(path);
      if (!removed && removed.error().error != ENOENT) worst = std::move(removed);
    }
    static_cast<void>(client_.remove_directory(own_));
    return worst;
  }

  void tell_directory(const std::string& path) {
    const Wire<WireStat> status = client_.stat(path);
    if (!status) return;
    tell_fact("denied.path", path);
    tell_fact("denied.owner", std::to_string(status->uid) + ":" + std::to_string(status->gid));
    tell_fact("denied.mode", octal(status->mode));
  }

  WireClient& client_;
  std::string top_;
  std::string own_;
  std::string first_;
  std::string second_;
  std::string text_;
  std::string denied_in_;
  std::vector<std::string> made_;
};

bool mount(WireClient& client, const WireRequest& request) {
  if (step("mount", [&] { return client.mount(); })) return true;
  if (request.version != 3 || !client.alive()) return false;
  // Refused: the server's list tells a wrong path from a client that is not allowed.
  std::vector<std::string> paths;
  const bool listed = step("exports", [&]() -> Wire<void> {
    Wire<std::vector<std::string>> list = list_exports(request);
    if (!list) return tl::unexpected(list.error());
    paths = std::move(*list);
    return {};
  });
  if (listed) tell_exports(paths, request.export_path);
  return false;
}

bool look(WireClient& client) {
  WireStat root;
  const bool seen = step("stat", [&]() -> Wire<void> {
    const Wire<WireStat> status = client.stat("/");
    if (!status) return tl::unexpected(status.error());
    root = *status;
    return {};
  });
  if (!seen) return false;
  if (root.device != 0) tell_fact("fsid", hex(root.device));
  WireSpace space;
  const bool measured = step("statvfs", [&]() -> Wire<void> {
    const Wire<WireSpace> result = client.space("/");
    if (!result) return tl::unexpected(result.error());
    space = *result;
    return {};
  });
  if (!measured) return false;
  tell_fact("space.total", std::to_string(space.total_bytes));
  tell_fact("space.available", std::to_string(space.available_bytes));
  return true;
}

}  // namespace

int run_wire_child() {
  if (!io::enter_child({})) return 1;
  const auto line = io::read_child_input();
  if (!line) return 2;
  const Result<WireRequest> request = parse_wire_request(*line);
  if (!request) return 2;

  tell_fact("low_port", low_port_permitted() ? "yes" : "no");
  WireClient client(*request);
  if (mount(client, *request) && look(client)) {
    if (request->write) Canary(client, *request).write_and_remove();
    if (client.alive()) static_cast<void>(step("umount", [&] { return client.unmount(); }));
  }
  io::tell(io::ChildDone{});
  return 0;
}

}  // namespace sparkwarden::probes::storage
