// SPDX-License-Identifier: Apache-2.0
// A FUSE file system for tests: passes through to a directory, and misbehaves on command. Usage:
//   hanging_fs MOUNT_POINT BACKING CONTROL
// CONTROL is a file with at most one line, read anew for each operation: OPERATION ACTION [NUMBER].
//   hang      wait; a killed caller is let go, as on an NFS mount with a dead server
//   wedge     wait; not even a killed caller is let go
// (CONTROL.waiting exists once somebody waits)
//   error N   fail with errno N
//   slow N    take N milliseconds longer
//   lie       claim success and do something else: see the operations below
#define FUSE_USE_VERSION 35

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <fuse.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace {

std::string g_backing;
std::string g_control;
std::atomic<bool> g_created_twice = false;

struct Command {
  std::string operation;
  std::string action;
  int number = 0;
};

Command commanded() {
  Command command;
  std::ifstream control(g_control);
  control >> command.operation >> command.action >> command.number;
  return command;
}

void pause_for(int milliseconds) {
  ::poll(nullptr, 0, milliseconds);
}

bool lies(std::string_view operation) {
  const Command command = commanded();
  return command.operation == operation && command.action == "lie";
}

// 0, or what the operation has to fail with.
int obey(std::string_view operation) {
  Command command = commanded();
  if (command.operation != operation) return 0;
  if (command.action == "error") return -command.number;
  if (command.action == "slow") pause_for(command.number);
  const bool wedged = command.action == "wedge";
  if (wedged || command.action == "hang") std::ofstream(g_control + ".waiting").flush();
  while (command.operation == operation &&
         (command.action == "hang" || command.action == "wedge")) {
    if (!wedged && fuse_interrupted() != 0) return -EINTR;
    pause_for(5);
    command = commanded();
  }
  return 0;
}

std::string real(const char* path) {
  return g_backing + path;
}

int result(long value) {
  return value < 0 ? -errno : 0;
}

void* start(fuse_conn_info*, fuse_config* config) {
  // Every operation arrives here, and none is answered from what the kernel remembers.
  config->attr_timeout = 0;
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  config->hard_remove = 1;
  config->direct_io = 1;
  return nullptr;
}

// lie: an empty file is not seen until it has been created a second time.
int get_attributes(const char* path, struct stat* status, fuse_file_info* file) {
  if (const int wrong = obey("getattr"); wrong != 0) return wrong;
  const int done = file == nullptr ? ::lstat(real(path).c_str(), status)
                                   : ::fstat(static_cast<int>(file->fh), status);
  if (done != 0) return -errno;
  const bool empty = S_ISREG(status->st_mode) && status->st_size == 0;
  const bool hidden = file == nullptr && empty && !g_created_twice && lies("getattr");
  return hidden ? -ENOENT : 0;
}

int get_space(const char*, struct statvfs* space) {
  if (const int wrong = obey("statfs"); wrong != 0) return wrong;
  return result(::statvfs(g_backing.c_str(), space));
}

int make_directory(const char* path, mode_t mode) {
  if (const int wrong = obey("mkdir"); wrong != 0) return wrong;
  if (::mkdir(real(path).c_str(), mode) != 0) return -errno;
  return result(::chmod(real(path).c_str(), mode));
}

int create(const char* path, mode_t mode, fuse_file_info* file) {
  if (const int wrong = obey("create"); wrong != 0) return wrong;
  if (::access(real(path).c_str(), F_OK) == 0) g_created_twice = true;
  const int fd = ::open(real(path).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, mode);
  if (fd < 0) return -errno;
  file->fh = static_cast<std::uint64_t>(fd);
  return 0;
}

int open_file(const char* path, fuse_file_info* file) {
  if (const int wrong = obey("open"); wrong != 0) return wrong;
  const int fd = ::open(real(path).c_str(), (file->flags & O_ACCMODE) | O_CLOEXEC);
  if (fd < 0) return -errno;
  file->fh = static_cast<std::uint64_t>(fd);
  return 0;
}

// lie: one byte is another.
int read_file(const char*, char* data, std::size_t size, off_t offset, fuse_file_info* file) {
  if (const int wrong = obey("read"); wrong != 0) return wrong;
  const ssize_t got = ::pread(static_cast<int>(file->fh), data, size, offset);
  if (got < 0) return -errno;
  if (got > 7 && lies("read")) data[7] = static_cast<char>(data[7] ^ 1);
  return static_cast<int>(got);
}

int write_file(
    const char*, const char* data, std::size_t size, off_t offset, fuse_file_info* file) {
  if (const int wrong = obey("write"); wrong != 0) return wrong;
  const ssize_t wrote = ::pwrite(static_cast<int>(file->fh), data, size, offset);
  return wrote < 0 ? -errno : static_cast<int>(wrote);
}

int sync_file(const char*, int, fuse_file_info* file) {
  if (const int wrong = obey("fsync"); wrong != 0) return wrong;
  return result(::fsync(static_cast<int>(file->fh)));
}

// At each close; its error is what close(2) returns.
int flush(const char*, fuse_file_info*) {
  return obey("flush");
}

int release(const char*, fuse_file_info* file) {
  return result(::close(static_cast<int>(file->fh)));
}

// "replace" where the new name exists. lie: nothing is renamed.
int rename_file(const char* from, const char* to, unsigned) {
  const bool exists = ::access(real(to).c_str(), F_OK) == 0;
  const std::string_view operation = exists ? "replace" : "rename";
  if (const int wrong = obey(operation); wrong != 0) return wrong;
  if (lies(operation)) return 0;
  return result(::rename(real(from).c_str(), real(to).c_str()));
}

// lie: there is nothing in any directory.
int list(const char* path,
         void* buffer,
         fuse_fill_dir_t fill,
         off_t,
         fuse_file_info*,
         fuse_readdir_flags) {
  if (const int wrong = obey("readdir"); wrong != 0) return wrong;
  DIR* directory = ::opendir(real(path).c_str());
  if (directory == nullptr) return -errno;
  const bool hidden = lies("readdir");
  while (const dirent* entry = ::readdir(directory)) {
    if (hidden && entry->d_name[0] != '.') continue;
    fill(buffer, entry->d_name, nullptr, 0, fuse_fill_dir_flags{});
  }
  ::closedir(directory);
  return 0;
}

int remove_file(const char* path) {
  if (const int wrong = obey("unlink"); wrong != 0) return wrong;
  return result(::unlink(real(path).c_str()));
}

int remove_directory(const char* path) {
  if (const int wrong = obey("rmdir"); wrong != 0) return wrong;
  return result(::rmdir(real(path).c_str()));
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  g_backing = words[2];
  g_control = words[3];
  ::umask(0);
  fuse_operations operations{};
  operations.init = start;
  operations.getattr = get_attributes;
  operations.statfs = get_space;
  operations.mkdir = make_directory;
  operations.create = create;
  operations.open = open_file;
  operations.read = read_file;
  operations.write = write_file;
  operations.fsync = sync_file;
  operations.flush = flush;
  operations.release = release;
  operations.rename = rename_file;
  operations.readdir = list;
  operations.unlink = remove_file;
  operations.rmdir = remove_directory;
  std::array<char*, 4> arguments{words[0], const_cast<char*>("-f"), words[1], nullptr};
  return fuse_main(3, arguments.data(), &operations, nullptr);
}
