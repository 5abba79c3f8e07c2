// SPDX-License-Identifier: Apache-2.0
// The running agent: everything `run` puts together, on one event loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "agent/commands/log.hpp"
#include "agent/commands/manifest_answer.hpp"
#include "agent/commands/metrics_page.hpp"
#include "agent/commands/notice_board.hpp"
#include "agent/commands/process_sampler.hpp"
#include "agent/commands/reload.hpp"
#include "agent/commands/setup.hpp"
#include "agent/commands/web_guard.hpp"
#include "agent/io/http_server.hpp"
#include "agent/runtime/board.hpp"
#include "agent/runtime/loop_lag.hpp"
#include "agent/runtime/routes.hpp"
#include "agent/runtime/scheduler.hpp"
#include "exporters/agent_info.hpp"

namespace sparkwarden::commands {

class Sidecar {
 public:
  /// `findings_at_start`: what is already known about settings and role.
  Sidecar(Setup setup, std::vector<Finding> findings_at_start);
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;
  ~Sidecar() = default;

  /// Listens; on a taken port goes on with any free one unless `strict`, and says so.
  [[nodiscard]] Result<void> listen(bool strict);
  /// Runs until SIGTERM or SIGINT. Returns the exit code.
  [[nodiscard]] int run();

 private:
  [[nodiscard]] awaitable<void> serve();
  [[nodiscard]] awaitable<void> wait_for_signal();
  [[nodiscard]] awaitable<void> reap_orphans();
  [[nodiscard]] awaitable<void> watch_gate_deadline();
  [[nodiscard]] awaitable<void> follow_hangups();
  [[nodiscard]] awaitable<void> watch_settings();
  /// Reads the settings again. Good ones are taken up; of bad ones only the findings are.
  /// Reads all settings again, and takes them up unless something is wrong with them. `asked`: by
  /// a person; else nothing is said about settings that say what they said before.
  [[nodiscard]] awaitable<void> reload(bool asked);
  void take_up(Setup next);
  void hold_for_settings();
  void add_routes();
  void add_health_routes();
  void publish_own_findings();
  void log_start() const;
  void write_port_file(std::uint16_t port);
  [[nodiscard]] Readiness readiness(Instant now) const;
  [[nodiscard]] Answer metrics(const Request& request);
  [[nodiscard]] Answer one_probe(const Request& request) const;
  [[nodiscard]] Answer status();
  [[nodiscard]] Answer manifest(const Request& request);
  /// nullptr on roles that have no executors.
  [[nodiscard]] const NoticeTable* executors(Instant now);

  Setup setup_;
  settings::Config at_start_;
  LastRead last_read_;
  std::vector<Finding> own_findings_;
  exporters::AgentInfo info_;
  Log log_;
  boost::asio::io_context loop_;
  runtime::Board board_;
  runtime::TaskGroup tasks_;
  runtime::Scheduler scheduler_;
  runtime::LoopLag lag_;
  runtime::Routes routes_;
  io::HttpServer server_;
  ProcessSampler sampler_;
  ManifestAnswer manifest_;
  NoticeBoard notices_;
  MetricsPage metrics_;
  WebGuard guard_;
  std::uint16_t port_ = 0;
  bool all_ended_ = true;
};

}  // namespace sparkwarden::commands
