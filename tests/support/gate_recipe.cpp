// SPDX-License-Identifier: Apache-2.0
#include "tests/support/gate_recipe.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sparkwarden::tests {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr const char* kHeldAtStartupz =
    "sparkwarden_http_requests_total{path=\"/startupz\",code=\"500\"}";

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool says(const Reply& reply, const std::string& phase) {
  return reply.head.find("Sparkwarden-Gate: " + phase) != std::string::npos;
}

}  // namespace

void gate_on_configuration(const Agent& agent,
                           const std::string& core_site,
                           const std::string& gate) {
  agent.put(kCoreSite, core_site);
  agent.settings("gate: {probes: [config], " + gate +
                 "}\nprobes:\n  storage: {enabled: false}\n"
                 "  config: {period: 100ms, deadline: 30s}\n" +
                 kNoInventories);
}

std::string to_string(RecipeKind kind) {
  switch (kind) {
    case RecipeKind::a_init_wait:
      return "A";
    case RecipeKind::b_startup_probe:
      return "B";
    case RecipeKind::c_init_check:
      return "C";
    case RecipeKind::d_post_start:
      return "D";
    case RecipeKind::e2_exec:
      return "E2";
  }
  return "none";
}

void PrintTo(RecipeKind kind, std::ostream* out) {
  *out << to_string(kind);
}

OpenWatch::OpenWatch(const std::string& path) : fd_(::inotify_init1(IN_CLOEXEC)) {
  if (fd_ < 0 || ::inotify_add_watch(fd_, path.c_str(), IN_OPEN) < 0) {
    if (fd_ >= 0) ::close(fd_);
    throw std::runtime_error("cannot watch " + path);
  }
}

OpenWatch::~OpenWatch() {
  ::close(fd_);
}

bool OpenWatch::seen() const {
  pollfd event{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&event, 1, 60'000) == 1;
}

Recipe::Recipe(RecipeKind kind, Agent& agent, const std::string& checked)
    : kind_(kind), agent_(agent), checked_(agent.under_root(checked)) {}

void Recipe::check_for(std::string timeout, std::string on_timeout) {
  timeout_ = std::move(timeout);
  on_timeout_ = std::move(on_timeout);
}

std::vector<std::string> Recipe::command() const {
  const bool exec = kind_ == RecipeKind::e2_exec;
  std::vector<std::string> words{SPARKWARDEN_BINARY,
                                 exec ? "exec" : "wait",
                                 "--config",
                                 agent_.config_path(),
                                 "--termination-log",
                                 message_};
  if (kind_ == RecipeKind::a_init_wait) words.emplace_back("--manifest");
  if (kind_ == RecipeKind::c_init_check) {
    words.insert(words.end(), {"--check", "--timeout", timeout_, "--on-timeout", on_timeout_});
  }
  if (exec) words.insert(words.end(), {"--", "touch", executor_});
  return words;
}

void Recipe::begin() {
  if (kind_ == RecipeKind::b_startup_probe) return;
  if (kind_ == RecipeKind::c_init_check) look_ = std::make_unique<OpenWatch>(checked_);
  process_ = std::make_unique<Process>(agent_.in_pod(command()), output_);
}

bool Recipe::begins_to_hold() {
  if (kind_ == RecipeKind::b_startup_probe) return says(agent_.get("/startupz"), "holding");
  if (kind_ == RecipeKind::c_init_check) return look_->seen() && holds();
  const std::string asked = agent_.get_until("/metrics", kHeldAtStartupz).body;
  return asked.find(kHeldAtStartupz) != std::string::npos && holds();
}

bool Recipe::holds() {
  if (kind_ == RecipeKind::b_startup_probe) return !says(agent_.get("/startupz"), "open");
  return process_->running() && !std::filesystem::exists(executor_);
}

bool Recipe::starts_executor() {
  if (kind_ == RecipeKind::b_startup_probe) {
    const Reply last = agent_.ask_until("/startupz", [](const Reply& reply) {
      return says(reply, "open") || says(reply, "failed");
    });
    return last.status == 200;
  }
  const auto status = process_->wait(kPatience);
  if (kind_ == RecipeKind::e2_exec) return std::filesystem::exists(executor_);
  if (!status || !WIFEXITED(*status)) return false;
  // The next container starts also when the hook fails.
  return kind_ == RecipeKind::d_post_start || WEXITSTATUS(*status) == 0;
}

std::optional<int> Recipe::code() {
  if (process_ == nullptr) return std::nullopt;
  const auto status = process_->wait(kPatience);
  return status && WIFEXITED(*status) ? std::optional(WEXITSTATUS(*status)) : std::nullopt;
}

std::string Recipe::message() const {
  return read(message_);
}

std::string Recipe::output() const {
  return read(output_);
}

}  // namespace sparkwarden::tests
