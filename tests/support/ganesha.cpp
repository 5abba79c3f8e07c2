// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ganesha.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/io/rpc_null.hpp"

namespace sparkwarden::tests {
namespace {

constexpr int kTries = 4;
constexpr unsigned kMountProgram = 100005;
constexpr useconds_t kPoll = 5'000;
constexpr int kPolls = 12'000;  // a minute

// It answers a moment before it has told the portmapper all of its programs, and says this after.
constexpr std::string_view kStarted = "NFS SERVER INITIALIZED";

std::string boolean(bool value) {
  return value ? "true" : "false";
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::size_t count_in(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size())
    ++count;
  return count;
}

}  // namespace

Ganesha::Ganesha(GaneshaOptions options) : options_(std::move(options)) {
  std::filesystem::create_directory(path());
  ::chmod(path().c_str(), options_.mode);
  std::filesystem::create_directory(home_.path() / "recovery");
  start();
}

std::string Ganesha::path() const {
  return (home_.path() / "export").string();
}

std::string Ganesha::backing() const {
  return "/proc/" + std::to_string(server_->pid()) + "/root" + path();
}

std::string Ganesha::log() const {
  return text_of(home_.path() / "log");
}

// The signal is only a request: threads may still answer for a moment.
void Ganesha::freeze() {
  server_->signal(SIGSTOP);
  const std::filesystem::path tasks = "/proc/" + std::to_string(server_->pid()) + "/task";
  for (int i = 0; i < kPolls; ++i) {
    const std::filesystem::directory_iterator threads(tasks);
    const bool stopped = std::all_of(begin(threads), end(threads), [](const auto& thread) {
      return text_of(thread.path() / "stat").find(") T ") != std::string::npos;
    });
    if (stopped) return;
    ::usleep(kPoll);
  }
  throw std::runtime_error("ganesha does not stop");
}

void Ganesha::restart() {
  server_->kill();
  start();
}

void Ganesha::replace_directory() {
  server_->kill();
  std::filesystem::rename(path(), path() + ".old");
  std::filesystem::create_directory(path());
  ::chmod(path().c_str(), options_.mode);
  start();
}

void Ganesha::change_filesystem_id(const std::string& id) {
  options_.filesystem_id = id;
  restart();
}

void Ganesha::set_read_only(bool read_only) {
  constexpr std::string_view kRead = "Reread exports complete";
  const std::size_t before = count_in(log(), kRead);
  options_.read_only = read_only;
  home_.write("ganesha.conf", configuration());
  server_->signal(SIGHUP);
  for (int i = 0; i < kPolls; ++i) {
    if (count_in(log(), kRead) != before) return;
    ::usleep(kPoll);
  }
  throw std::runtime_error("ganesha does not read its exports: " + log());
}

std::string Ganesha::configuration() const {
  const std::string protocol = std::to_string(options_.version);
  const std::string minors = options_.minor_version == 0 ? "0,1" : "1";
  const std::string& id = options_.filesystem_id;
  std::ostringstream text;
  text << "NFS_CORE_PARAM { NFS_Port = " << nfs_port_ << "; MNT_Port = " << mount_port_
       << "; Protocols = " << protocol
       << "; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false; }\n"
       << "NFS_KRB5 { Active_krb5 = false; }\n"
       << "NFSv4 { Graceless = " << boolean(options_.graceless) << "; Minor_Versions = " << minors
       << "; RecoveryBackend = fs; RecoveryRoot = " << (home_.path() / "recovery").string()
       << "; Only_Numeric_Owners = true; }\n"
       << "EXPORT { Export_Id = 1; Path = " << path()
       << "; Pseudo = " << (options_.pseudo.empty() ? path() : options_.pseudo)
       << "; Access_Type = " << (options_.read_only ? "RO" : "RW")
       << "; Squash = " << options_.squash << "; SecType = sys; Protocols = " << protocol
       << "; PrivilegedPort = " << boolean(options_.privileged_port)
       << (id.empty() ? "" : "; Filesystem_Id = " + id)
       << "; Attr_Expiration_Time = 0; FSAL { Name = VFS; } }\n"
       << "LOG { Default_Log_Level = EVENT; }\n";
  return text.str();
}

// Ports are free when they are chosen, not necessarily when they are bound: hence the tries.
void Ganesha::start() {
  for (int i = 0; i < kTries; ++i) {
    nfs_port_ = nfs_port_ != 0 && i == 0 ? nfs_port_ : free_port();
    mount_port_ = mount_port_ != 0 && i == 0 ? mount_port_ : free_port();
    const std::string conf = home_.write("ganesha.conf", configuration());
    std::vector<std::string> command{"ganesha.nfsd", "-F", "-f", conf};
    command.insert(command.end(), {"-L", (home_.path() / "log").string()});
    command.insert(command.end(), {"-p", (home_.path() / "pid").string()});
    if (options_.tmpfs_bytes != 0) {
      const std::string mount = "mount -t tmpfs -o size=" + std::to_string(options_.tmpfs_bytes) +
                                ",mode=0777 tmpfs \"$0\" && exec \"$@\"";
      command.insert(command.begin(),
                     {"unshare", "--mount", "--propagation", "private", "sh", "-c", mount, path()});
    }
    if (options_.network != nullptr) command = options_.network->entering(std::move(command));
    starts_ = count_in(log(), kStarted);
    server_ = std::make_unique<Process>(std::move(command), (home_.path() / "output").string());
    if (wait_ready()) return;
    server_->kill();
  }
  throw std::runtime_error("ganesha does not start: " + log() + text_of(home_.path() / "output"));
}

bool Ganesha::wait_ready() {
  const Instant limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < limit && server_->running()) {
    if (count_in(log(), kStarted) > starts_ && answers()) return true;
    ::usleep(kPoll);
  }
  return false;
}

bool Ganesha::answers() const {
  bool ready = false;
  const auto version = static_cast<unsigned>(options_.version);
  const auto ask = [&] {
    ready = answers_rpc(nfs_port_, io::kNfsProgram, version) &&
            (version != 3 || answers_rpc(mount_port_, kMountProgram, 3));
  };
  if (options_.network == nullptr) {
    ask();
  } else {
    options_.network->inside(ask);
  }
  return ready;
}

std::string why_no_ganesha() {
  if (::geteuid() != 0) return "a real NFS server needs root";
  if (::access("/usr/bin/ganesha.nfsd", X_OK) != 0)
    return "install nfs-ganesha and nfs-ganesha-vfs";
  return {};
}

}  // namespace sparkwarden::tests
