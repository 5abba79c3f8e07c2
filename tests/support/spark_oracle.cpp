// SPDX-License-Identifier: Apache-2.0
#include "tests/support/spark_oracle.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sparkwarden::tests {
namespace {

namespace json = boost::json;

const std::filesystem::path kEcosystem =
    std::filesystem::path(SPARKWARDEN_SOURCE_DIR) / "build" / "ecosystem";

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

/// Memory where there is some to write to: an oracle writes thousands of files, and a disk makes
/// that three times as slow.
std::filesystem::path fast_directory() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

std::string inherited(const char* name) {
  const char* value = std::getenv(name);
  return std::string(name) + "=" + (value == nullptr ? "" : value);
}

}  // namespace

std::string why_no_spark(const std::string& line) {
  if (std::filesystem::exists(kEcosystem / line / "VERSION") &&
      std::filesystem::exists(kEcosystem / ("classes-" + line))) {
    return "";
  }
  std::string reason = read(kEcosystem / (line + ".unavailable"));
  while (reason.ends_with('\n')) reason.pop_back();
  return "no PySpark " + line + ": " +
         (reason.empty() ? "run scripts/fetch-pyspark.sh, as make test does" : reason);
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const char c : bytes) {
    digits += kDigits[static_cast<unsigned char>(c) >> 4U];
    digits += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return digits;
}

Oracle::Oracle(std::vector<std::string> command,
               std::vector<std::string> environment,
               std::chrono::milliseconds silence_max)
    : world_(fast_directory()), silence_max_(silence_max) {
  for (std::string& word : command) {
    const std::size_t at = word.find("{tmp}");
    if (at != std::string::npos) word.replace(at, 5, world_.path().string());
  }
  environment.push_back("HOME=" + world_.path().string());
  environment.push_back("TMPDIR=" + world_.path().string());
  const auto arguments = pointers(command);
  const auto variables = pointers(environment);
  const std::string errors = world_.path() / "stderr";
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  if (::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork for " + command.front());
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), STDERR_FILENO);
    ::execvpe(arguments.front(), arguments.data(), variables.data());
    ::_exit(127);
  }
  ::setpgid(pid_, pid_);  // also here: kill(2) below must not come before it
  ::close(in[0]);
  ::close(out[1]);
  to_ = in[1];
  from_ = out[0];
  ::fcntl(to_, F_SETFL, O_NONBLOCK);
}

Oracle::~Oracle() {
  stop();
}

void Oracle::stop() {
  if (to_ >= 0) ::close(std::exchange(to_, -1));
  if (from_ >= 0) ::close(std::exchange(from_, -1));
  if (status_) return;
  ::kill(-pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  status_ = status;
}

std::string Oracle::errors() const {
  return read(world_.path() / "stderr");
}

std::vector<std::string> Oracle::exchange(const std::string& lines, std::size_t count) {
  std::vector<std::string> answers;
  std::string pending;
  std::size_t written = 0;
  std::array<char, 65536> chunk{};
  while (answers.size() < count && to_ >= 0) {
    const short want = written < lines.size() ? POLLOUT : 0;
    std::array<pollfd, 2> doors{pollfd{.fd = from_, .events = POLLIN, .revents = 0},
                                pollfd{.fd = want != 0 ? to_ : -1, .events = want, .revents = 0}};
    const int limit = static_cast<int>(silence_max_.count());
    if (::poll(doors.data(), doors.size(), limit) <= 0) break;
    if ((doors[1].revents & POLLOUT) != 0) {
      const ssize_t sent = ::write(to_, lines.data() + written, lines.size() - written);
      if (sent > 0) written += static_cast<std::size_t>(sent);
    }
    if ((doors[1].revents & POLLERR) != 0) written = lines.size();  // it reads no more
    if ((doors[0].revents & (POLLIN | POLLHUP)) == 0) continue;
    const ssize_t got = ::read(from_, chunk.data(), chunk.size());
    if (got <= 0) break;
    pending.append(chunk.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = pending.find('\n')) != std::string::npos;) {
      answers.push_back(pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  }
  return answers;
}

std::vector<json::object> Oracle::ask_all(const std::vector<json::object>& questions) {
  std::string lines;
  for (const json::object& question : questions) lines += json::serialize(question) + "\n";
  const std::vector<std::string> texts = exchange(lines, questions.size());
  if (texts.size() != questions.size()) {
    stop();
    std::string said = errors();
    if (said.size() > 4000) said.erase(0, said.size() - 4000);
    throw std::runtime_error("the oracle gave " + std::to_string(texts.size()) + " of " +
                             std::to_string(questions.size()) + " answers, and said:\n" + said);
  }
  std::vector<json::object> answers;
  for (const std::string& text : texts) answers.push_back(json::parse(text).as_object());
  return answers;
}

json::object Oracle::ask(const json::object& question) {
  return ask_all({question}).front();
}

std::optional<int> Oracle::ask_to_the_end(const json::object& question) {
  const bool stays = !exchange(json::serialize(question) + "\n", 1).empty();
  const int watch = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd ended{.fd = watch, .events = POLLIN, .revents = 0};
  ::poll(&ended, 1, stays ? 0 : 60'000);  // its pipe is closed, which comes before its end
  ::close(watch);
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  const bool exited = status_.has_value() && WIFEXITED(*status_);
  stop();
  if (!exited) return std::nullopt;
  return WEXITSTATUS(*status_);
}

std::unique_ptr<Oracle> start_spark(const std::string& line) {
  std::vector<std::string> command{"java",
                                   "-Xmx512m",
                                   "-XX:TieredStopAtLevel=1",  // it lives for seconds
                                   "-Djava.io.tmpdir={tmp}",
                                   "-Duser.home={tmp}",
                                   "-Dkubernetes.auth.tryKubeConfig=false",
                                   "-Dkubernetes.auth.tryServiceAccount=false"};
  for (const char* package : {"java.lang",
                              "java.lang.invoke",
                              "java.lang.reflect",
                              "java.io",
                              "java.net",
                              "java.nio",
                              "java.util",
                              "java.util.concurrent",
                              "java.util.concurrent.atomic",
                              "sun.nio.ch",
                              "sun.nio.cs",
                              "sun.security.action",
                              "sun.util.calendar"}) {
    // What Spark's launcher opens for itself.
    command.push_back("--add-opens=java.base/" + std::string(package) + "=ALL-UNNAMED");
  }
  const std::string root = kEcosystem;
  command.insert(command.end(),
                 {"-cp",
                  root + "/classes-" + line + ":" + root + "/" + line + "/jars/*",
                  "sparkwarden.oracle.Oracle"});
  // A user, because Hadoop asks who it is; an address, or Spark looks the host's name up.
  return std::make_unique<Oracle>(std::move(command),
                                  std::vector<std::string>{inherited("PATH"),
                                                           "LANG=C.UTF-8",
                                                           "SPARK_USER=spark",
                                                           "HADOOP_USER_NAME=spark",
                                                           "SPARK_LOCAL_IP=127.0.0.1"});
}

std::unique_ptr<Oracle> start_pyspark(const std::string& line) {
  const std::string source = SPARKWARDEN_SOURCE_DIR;
  return std::make_unique<Oracle>(
      std::vector<std::string>{(kEcosystem / line / "venv/bin/python3").string(),
                               "-B",
                               source + "/tests/ecosystem/spark/worker.py"},
      std::vector<std::string>{inherited("PATH"), "LANG=C.UTF-8"});
}

Oracle& spark(const std::string& line) {
  static std::map<std::string, std::unique_ptr<Oracle>> running;
  std::unique_ptr<Oracle>& oracle = running[line];
  if (!oracle || !oracle->running()) oracle = start_spark(line);
  return *oracle;
}

}  // namespace sparkwarden::tests
