// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_canary.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "probes/storage/wire_step.hpp"
#include "probes/storage/wire_tokens.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kCanaryBytes = 1024;  // libnfs 4.0.0 refuses more than 3944 over version 4
constexpr int kTopMode = 01777;             // any pod, with any user, makes its own below
constexpr int kOwnMode = 0770;

WireFailure own_failure(std::string_view symbol, std::string text) {
  return WireFailure{.error = EIO, .symbol = std::string(symbol), .text = std::move(text)};
}

std::string octal(std::uint64_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04llo", static_cast<unsigned long long>(mode));
  return text.data();
}

class Canary {
 public:
  Canary(WireClient& client, const WireRequest& request)
      : client_(client),
        request_(request),
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
    const bool well = make_directories() && write() && move() && announce() &&
                      step("exclusive", [&] { return create_again(); });
    static_cast<void>(well);
    const bool removed = client_.alive() && step("unlink", [&] { return clean(); });
    static_cast<void>(removed);
    if (announced_ && client_.alive()) sweep(client_, request_);
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
           step("replace", [&] { return replace(); }) &&
           step("list", [&] { return listed(first_); });
  }

  bool announce() {
    if (request_.token.write.empty()) return true;
    announced_ = write_token(client_, request_);
    return announced_;
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

  // How a query that starts again finds its last batch. A server that lists from a cache of its own
  // can know the name and not list it.
  Wire<void> listed(const std::string& path) {
    const Wire<std::vector<Listed>> entries = client_.list(own_);
    if (!entries) return tl::unexpected(entries.error());
    const bool there = std::any_of(entries->begin(), entries->end(), [&](const Listed& entry) {
      return own_ + "/" + entry.name == path;
    });
    // Of more entries than are read, the name may be among the others: no evidence.
    if (there || entries->size() == kListedMax) return {};
    return tl::unexpected(own_failure(kNotListed, "the new name is not in the directory"));
  }

  // Whatever exists of what this run, and interrupted ones before it, made. The pod's directory
  // stays if something else is in it. The first failure is the one to tell: after a timeout every
  // later call fails for another reason.
  Wire<void> clean() {
    Wire<void> worst;
    for (const std::string& path : made_) {
      Wire<void> removed = client_.unlink(path);
      if (!removed && removed.error().error != ENOENT && worst) worst = std::move(removed);
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
  const WireRequest& request_;
  bool announced_ = false;
  std::string top_;
  std::string own_;
  std::string first_;
  std::string second_;
  std::string text_;
  std::string denied_in_;
  std::vector<std::string> made_;
};

}  // namespace

void write_canary(WireClient& client, const WireRequest& request) {
  Canary(client, request).write_and_remove();
}

}  // namespace sparkwarden::probes::storage
