// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_canary.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/storage/mount_files.hpp"
#include "probes/storage/mount_step.hpp"
#include "probes/storage/mount_tokens.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kCanaryBytes = 1024;
constexpr std::size_t kNamesMax = 10'000;
constexpr mode_t kTopMode = 01777;  // any pod, with any user, makes its own below
constexpr mode_t kOwnMode = 0770;
constexpr mode_t kFileMode = 0660;

constexpr int kCreate = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC;

std::string octal(mode_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

class Canary {
 public:
  Canary(const io::Descriptor& root, const MountRequest& request)
      : root_(root),
        request_(request),
        text_("sparkwarden canary " + request.first + "\n"),
        made_{request.first, request.second} {
    made_.insert(made_.end(), request.leftovers.begin(), request.leftovers.end());
    while (text_.size() < kCanaryBytes) text_ += text_.substr(0, kCanaryBytes - text_.size());
  }

  void write_and_remove() {
    static_cast<void>(make_directories() && write() && move() && announce());
    file_ = io::Descriptor();
    if (own_.get() < 0) return;
    static_cast<void>(mount_step("unlink", [&] { return clean(); }));
    if (announced_) sweep(top_, own_, request_);
  }

 private:
  bool make_directories() {
    const bool made = mount_step("mkdir", [&]() -> Wire<void> {
      const std::string top(kTopDirectory);
      Wire<void> done = made_or_there(root_, top, kTopMode, top_);
      if (!done) return done;
      return made_or_there(top_, request_.directory, kOwnMode, own_);
    });
    if (!made) tell_directory(top_.get() < 0 ? root_ : top_);
    return made;
  }

  bool write() {
    const bool created = mount_step("create", [&]() -> Wire<void> {
      file_ = io::Descriptor(::openat(own_.get(), request_.first.c_str(), kCreate, kFileMode));
      if (file_.get() < 0) return system_failure();
      return {};
    });
    if (!created) tell_directory(own_);
    return created && mount_step("exclusive", [&] { return create_again(); }) &&
           mount_step("write", [&] { return write_text(); }) &&
           mount_step("fsync",
                      [&]() -> Wire<void> {
                        if (::fsync(file_.get()) != 0) return system_failure();
                        return {};
                      }) &&
           mount_step("read", [&] { return read_back(request_.first); }) &&
           mount_step("close", [&]() -> Wire<void> {  // where a server may tell ENOSPC
             if (::close(file_.release()) != 0) return system_failure();
             return {};
           });
  }

  bool move() {
    return mount_step("rename", [&] { return rename(request_.first, request_.second); }) &&
           mount_step("replace", [&] { return replace(); }) &&
           mount_step("list", [&] { return listed(request_.first); });
  }

  bool announce() {
    if (request_.token.write.empty()) return true;
    announced_ = write_token(own_, request_.token);
    return announced_;
  }

  // Never through a symbolic link: the directory is open to every pod, and this process must not be
  // led out of the mount.
  Wire<void> made_or_there(const io::Descriptor& parent,
                           const std::string& name,
                           mode_t mode,
                           io::Descriptor& made) {
    const int failed = ::mkdirat(parent.get(), name.c_str(), mode) == 0 ? 0 : errno;
    if (failed == 0 || failed == EEXIST || failed == EACCES) {
      Wire<io::Descriptor> opened = open_directory(parent, name);
      if (opened) made = std::move(*opened);
      if (opened) return {};
    }
    if (failed != 0 && failed != EEXIST) errno = failed;
    return system_failure();
  }

  Wire<void> create_again() {
    const io::Descriptor again(::openat(own_.get(), request_.first.c_str(), kCreate, kFileMode));
    if (again.get() >= 0) return own_failure(kNotExclusive, "the second creation succeeded");
    if (errno == EEXIST) return {};
    return system_failure();
  }

  Wire<void> write_text() {
    std::size_t done = 0;
    while (done < text_.size()) {
      const ssize_t wrote =
          ::pwrite(file_.get(), text_.data() + done, text_.size() - done, static_cast<off_t>(done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return system_failure();
      if (wrote == 0) return own_failure("SHORT_WRITE", "a write of nothing");
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }

  Wire<void> read_back(const std::string& name) {
    const Wire<std::string> data = read_first(own_, name);
    if (!data) return tl::unexpected(data.error());
    if (*data == text_) return {};
    const auto differs = std::mismatch(data->begin(), data->end(), text_.begin(), text_.end());
    return own_failure(kDataDiffers,
                       std::to_string(data->size()) +
                           " bytes read back, first difference at byte " +
                           std::to_string(differs.first - data->begin()));
  }

  Wire<void> rename(const std::string& from, const std::string& to) {
    if (::renameat(own_.get(), from.c_str(), own_.get(), to.c_str()) != 0) return system_failure();
    return {};
  }

  // A committed name must be replaceable in one step: how Spark overwrites.
  Wire<void> replace() {
    {
      const io::Descriptor empty(::openat(own_.get(), request_.first.c_str(), kCreate, kFileMode));
      if (empty.get() < 0 && errno == EEXIST) {
        return own_failure(kNotReplaced, "the old name is still there after the first rename");
      }
      if (empty.get() < 0) return system_failure();
    }
    if (Wire<void> done = rename(request_.second, request_.first); !done) return done;
    struct stat status {};
    if (::fstatat(own_.get(), request_.first.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return system_failure();
    }
    if (static_cast<std::size_t>(status.st_size) != text_.size()) {
      return own_failure(kNotReplaced,
                         "after rename over a file its size is " + std::to_string(status.st_size));
    }
    return read_back(request_.first);
  }

  Wire<void> listed(const std::string& name) {
    const Directory directory = readable(own_);
    if (directory == nullptr) return system_failure();
    for (std::size_t i = 0; i < kNamesMax; ++i) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr && errno != 0) return system_failure();
      if (entry == nullptr) return own_failure(kNotListed, "the new name is not in the directory");
      if (name == entry->d_name) return {};
    }
    return {};  // not a directory that this agent alone uses: no evidence
  }

  // Whatever exists of what this run, and interrupted ones before it, made. The pod's directory
  // stays if something else is in it: a token.
  Wire<void> clean() {
    Wire<void> worst;
    for (const std::string& name : made_) {
      if (::unlinkat(own_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
        worst = system_failure();
      }
    }
    if (!announced_) ::unlinkat(top_.get(), request_.directory.c_str(), AT_REMOVEDIR);
    return worst;
  }

  static void tell_directory(const io::Descriptor& directory) {
    struct stat status {};
    if (::fstatat(directory.get(), "", &status, AT_EMPTY_PATH) != 0) return;
    tell_fact("denied.owner", std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid));
    tell_fact("denied.mode", octal(status.st_mode));
  }

  const io::Descriptor& root_;
  const MountRequest& request_;
  bool announced_ = false;
  std::string text_;
  std::vector<std::string> made_;
  io::Descriptor top_;  // O_PATH: closing them sends nothing
  io::Descriptor own_;
  io::Descriptor file_;
};

}  // namespace

void write_mount_canary(const io::Descriptor& root, const MountRequest& request) {
  Canary(root, request).write_and_remove();
}

}  // namespace sparkwarden::probes::storage
