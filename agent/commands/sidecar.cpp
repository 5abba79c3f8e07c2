// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/sidecar.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <utility>

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/commands/atomic_file.hpp"
#include "agent/commands/code_table.hpp"
#include "agent/commands/pass_signals.hpp"
#include "agent/core/agent_codes.hpp"
#include "agent/core/transition.hpp"
#include "agent/io/directory_watch.hpp"
#include "agent/io/http_room.hpp"
#include "agent/io/orphans.hpp"
#include "agent/io/worker.hpp"
#include "exporters/health/health.hpp"
#include "exporters/page/page.hpp"
#include "exporters/status/status_json.hpp"

namespace sparkwarden::commands {
namespace asio = boost::asio;
namespace {

// SIGTERM to exit stays below a second: answers first, then whatever a probe still has to reap.
constexpr milliseconds kAnswersGrace{200};
constexpr milliseconds kTasksGrace{600};
constexpr milliseconds kOrphansPause{5'000};

ProbePolicy policy_of(const settings::ProbeCommon& timing) {
  return {
      .max_age = timing.max_age, .fail_after = timing.fail_after, .pass_after = timing.pass_after};
}

bool any_error(const std::vector<Finding>& findings) {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::error; });
}

Snapshot first_snapshot(const Setup& setup) {
  const std::vector<std::string> gate = setup.gate_policy().probes;
  Snapshot snapshot{.started = Instant::clock::now(), .started_wall = WallTime::clock::now()};
  for (const EnabledProbe& probe : setup.probes) {
    ProbeState state{.name = std::string(probe.row->name)};
    state.policy = policy_of(probe.timing);
    state.in_gate = std::ranges::find(gate, state.name) != gate.end();
    state.since = snapshot.started;
    snapshot.probes.push_back(std::move(state));
  }
  ProbeState own{.name = std::string(kAgentProbe)};
  own.since = snapshot.started;
  snapshot.probes.push_back(std::move(own));
  return snapshot;
}

/// What is wrong is not always the port's number.
std::string fix_of(const Error& error) {
  if (error.code == "listen.address") {
    return "give `listen.address` [::], 0.0.0.0 or an address that this pod has";
  }
  if (error.code == "port.permission") {
    return "give `listen.port` a number from 1024 on: lower ones need a capability";
  }
  return std::string(agent_codes::kPortTaken.fix);
}

std::unique_ptr<Probe> made(const Setup& setup, const EnabledProbe& probe) {
  settings::World world = setup.world;
  world.serves = true;
  return probe.row->make(world, probe.own);
}

std::vector<runtime::Scheduled> scheduled(const Setup& setup) {
  std::vector<runtime::Scheduled> all;
  for (const EnabledProbe& probe : setup.probes) {
    all.push_back({.probe = made(setup, probe),
                   .timing = probe.timing,
                   .full_every = probe.row->full_every(*probe.own, setup.role()),
                   .wakes = {probe.row->wakes.begin(), probe.row->wakes.end()},
                   .follows_verdicts = probe.row->follows_verdicts});
  }
  return all;
}

exporters::AgentInfo agent_info(const Setup& setup) {
  return {.version = SPARKWARDEN_VERSION,
          .role = setup.role(),
          .gate_mode = setup.gate_policy().mode,
          .pod_uid = setup.world.identity.uid,
          .pod_name = setup.world.identity.pod_name,
          .pod_namespace = setup.world.identity.pod_namespace,
          .settings_taken = WallTime::clock::now()};
}

ManifestPod manifest_pod(const Setup& setup) {
  return {.role = std::string(to_string(setup.role())),
          .uid = setup.world.identity.uid,
          .app_id = setup.world.identity.app_id,
          .user = std::to_string(::geteuid()) + ":" + std::to_string(::getegid())};
}

std::vector<std::string> code_names() {
  std::vector<std::string> names;
  for (const Code& row : all_codes()) names.emplace_back(row.code);
  return names;
}

exporters::MetricsProfile metrics_profile(const Setup& setup) {
  const auto by_role = setup.role() == Role::executor ? settings::MetricsProfile::minimal
                                                      : settings::MetricsProfile::full;
  return setup.config.agent.metrics.value_or(by_role) == settings::MetricsProfile::minimal
             ? exporters::MetricsProfile::minimal
             : exporters::MetricsProfile::full;
}

/// What follows the endpoint: the check in /readyz/storage.
std::string check_in(const Request& request) {
  return request.path.substr(request.path.find('/', 1) + 1);
}

io::HttpLimits http_limits(const settings::Limits& limits) {
  return {.connections = io::make_room_for(static_cast<std::size_t>(limits.connections)),
          .connections_per_address = static_cast<std::size_t>(limits.connections_per_address),
          .header_bytes = limits.header.count,
          .idle = limits.idle};
}

}  // namespace

Sidecar::Sidecar(Setup setup, std::vector<Finding> findings_at_start)
    : setup_(std::move(setup)),
      at_start_(setup_.config),
      last_read_{.config = setup_.config, .problems = setup_.problems},
      own_findings_(std::move(findings_at_start)),
      info_(agent_info(setup_)),
      log_(setup_.config.agent.log_level, setup_.config.agent.log_format),
      loop_(1),
      board_(first_snapshot(setup_), setup_.gate_policy()),
      tasks_(loop_.get_executor()),
      scheduler_(loop_.get_executor(),
                 board_,
                 setup_.config.agent.findings,
                 setup_.world.seed,
                 scheduled(setup_)),
      server_(loop_.get_executor(),
              http_limits(setup_.config.agent.limits),
              [this](const Request& request) { return routes_.answer(request); }),
      manifest_(SPARKWARDEN_VERSION, manifest_pod(setup_)),
      metrics_(info_,
               metrics_profile(setup_),
               code_names(),
               [this](Instant now) { return readiness(now); }),
      guard_(loop_.get_executor(), setup_.config.agent.web.token_file) {
  board_.subscribe([this](const Snapshot& before, const Snapshot& after) {
    for (const auto& record : exporters::to_records(diff(before, after))) log_.write(record);
  });
  hold_for_settings();
  add_routes();
}

/// The agent's own findings are part of no gate, but invalid settings or a taken port at start hold
/// an executor's enforcing one, until new settings mend them. Not a driver's: a typo must not take
/// down what everybody depends on.
void Sidecar::hold_for_settings() {
  board_.hold_for_settings(setup_.role() == Role::executor && any_error(own_findings_));
}

Result<void> Sidecar::listen(bool strict) {
  const settings::Listen& wanted = setup_.config.agent.listen;
  auto port = server_.start(wanted.address, static_cast<std::uint16_t>(wanted.port));
  if (!port && !strict) {
    const Error why = port.error();
    const std::string refused =
        wanted.address + " port " + std::to_string(wanted.port) + ": " + why.detail;
    port = server_.start("[::]", 0);
    if (port) {
      Finding finding =
          found(agent_codes::kPortTaken,
                std::to_string(wanted.port),
                refused + "; listening on port " + std::to_string(*port) + " instead");
      finding.fix = fix_of(why);
      own_findings_.push_back(std::move(finding));
      hold_for_settings();
    }
  }
  if (!port) return fail(port.error());
  port_ = *port;
  return {};
}

int Sidecar::run() {
  log_start();
  guard_.read();
  publish_own_findings();
  write_port_file(port_);

  int code = kOk;
  asio::co_spawn(loop_, serve(), [&](const std::exception_ptr& error) {
    if (error) code = kInternal;
  });
  loop_.run();
  if (!tasks_.failure().empty()) {
    log_.write({exporters::LogLevel::error, "internal", {{"message", tasks_.failure()}}});
    code = kInternal;
  }
  if (!all_ended_) {
    // The worker thread would be waited for, and would come back to a loop that is no more.
    // Children die with this process.
    std::fflush(nullptr);
    std::_Exit(code);
  }
  return code;
}

awaitable<void> Sidecar::serve() {
  tasks_.spawn("signals", wait_for_signal());
  tasks_.spawn("loop lag", lag_.watch());
  if (::getpid() == 1) tasks_.spawn("orphans", reap_orphans());
  tasks_.spawn("gate", watch_gate_deadline());
  tasks_.spawn("hangups", follow_hangups());
  tasks_.spawn("settings", watch_settings());
  tasks_.spawn("web token", guard_.watch([this] { publish_own_findings(); }));
  scheduler_.start(tasks_);
  co_await tasks_.cancelled();
  co_await server_.close(kAnswersGrace);
  all_ended_ = co_await tasks_.join(kTasksGrace);
  if (!all_ended_) loop_.stop();
}

awaitable<void> Sidecar::wait_for_signal() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT);
  pass_signals(SIG_UNBLOCK, {SIGTERM, SIGINT});
  const int signal = co_await signals.async_wait(asio::use_awaitable);
  log_.write(
      {exporters::LogLevel::info, "stop", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}}});
  tasks_.cancel();
}

/// A process that loses its parent in this container becomes ours: of `kubectl exec`, or of a probe
/// that the kubelet gave up.
awaitable<void> Sidecar::reap_orphans() {
  asio::steady_timer timer(loop_);
  while (true) {
    timer.expires_after(kOrphansPause);
    co_await timer.async_wait(asio::use_awaitable);
    io::reap_orphans();
  }
}

awaitable<void> Sidecar::watch_gate_deadline() {
  asio::steady_timer timer(loop_, board_.current()->started + board_.gate_policy().timeout);
  co_await timer.async_wait(asio::use_awaitable);
  board_.tick(Instant::clock::now());
}

awaitable<void> Sidecar::follow_hangups() {
  asio::signal_set hangup(loop_, SIGHUP);
  pass_signals(SIG_UNBLOCK, {SIGHUP});
  while (true) {
    co_await hangup.async_wait(asio::use_awaitable);
    co_await reload(true);
  }
}

/// The kubelet swaps the link of a whole volume; a person's editor may write in place.
awaitable<void> Sidecar::watch_settings() {
  const std::string& path = setup_.config_path;
  if (path.empty()) co_return;
  const std::size_t slash = path.rfind('/');
  const std::string directory =
      slash == std::string::npos ? "." : path.substr(0, std::max(slash, std::size_t{1}));
  io::DirectoryWatch watch({directory}, [](const std::string&) { return true; });
  while (true) {
    const bool changed = co_await watch.changed();
    if (!changed) co_return;
    co_await reload(false);
  }
}

awaitable<void> Sidecar::reload(bool asked) {
  std::function<Setup()> work = [options = setup_.options, environment = setup_.world.environment] {
    return set_up(options, environment);
  };
  Setup next = co_await io::on_worker<Setup>(std::move(work));
  // Compared with what was read last, not with what is in force: what needs a restart is no news
  // twice, and other files of the directory change too.
  if (!asked && same_settings(last_read_, next)) co_return;
  last_read_ = {.config = next.config, .problems = next.problems};
  std::erase_if(own_findings_, [](const Finding& finding) {
    return finding.code == agent_codes::kSettingsInvalid.code ||
           finding.code == agent_codes::kRestartNeeded.code;
  });
  if (next.problems.empty()) {
    take_up(std::move(next));
  } else {
    std::ranges::move(invalid_settings(next.problems), std::back_inserter(own_findings_));
    log_.write({exporters::LogLevel::error,
                "reload",
                {{"config", setup_.config_path},
                 {"problems", std::to_string(next.problems.size())},
                 {"message", "not taken: " + to_line(next.problems.front())}}});
  }
  publish_own_findings();
}

void Sidecar::take_up(Setup next) {
  const std::vector<std::string> changed = changed_keys(setup_.config, next.config);
  std::ranges::move(restarts_needed(at_start_, next.config), std::back_inserter(own_findings_));
  setup_ = adopted(setup_, std::move(next));
  const settings::Agent& agent = setup_.config.agent;
  const Instant now = Instant::clock::now();
  scheduler_.adopt(agent.findings);
  // A gate that is shut must neither open nor stay so for what other settings would say.
  const bool shut = board_.current()->gate.phase != GatePhase::open;
  for (const EnabledProbe& probe : setup_.probes) {
    const bool anew = remakes(probe.row->name, changed);
    const bool again = shut && (anew || ranks_anew(changed));
    runtime::Adoption adoption{.timing = probe.timing,
                               .full_every = probe.row->full_every(*probe.own, setup_.role()),
                               .at_once = again};
    if (anew) adoption.probe = made(setup_, probe);
    scheduler_.adopt(probe.row->name, std::move(adoption));
    board_.adopt(probe.row->name, policy_of(probe.timing), again, now);
  }
  hold_for_settings();
  log_ = Log(agent.log_level, agent.log_format);
  server_.adopt(http_limits(agent.limits));
  guard_.adopt(agent.web.token_file);
  info_.settings_taken = WallTime::clock::now();
  metrics_.adopt(metrics_profile(setup_), info_.settings_taken);
  log_.write({exporters::LogLevel::info,
              "reload",
              {{"config", setup_.config_path}, {"changed", std::to_string(changed.size())}}});
}

Readiness Sidecar::readiness(Instant now) const {
  return decide(*board_.current(), setup_.ready_policy(), now);
}

void Sidecar::add_routes() {
  add_health_routes();
  routes_.add("/metrics", [this](const Request& request) { return metrics(request); });
  routes_.add("/v1/manifest",
              guard_.guarded([this](const Request& request) { return manifest(request); }));
  routes_.add("/status", guard_.guarded([this](const Request&) { return status(); }));
  routes_.add("/", guard_.guarded([this](const Request&) {
    const Instant now = Instant::clock::now();
    return exporters::page(*board_.current(), readiness(now), info_, executors(now), now);
  }));
}

void Sidecar::add_health_routes() {
  const auto health = [this] {
    const Instant now = Instant::clock::now();
    return exporters::LoopHealth{.lag = lag_.largest(now), .overdue = scheduler_.overdue(now)};
  };
  for (const std::string path : {"/livez", "/healthz"}) {
    routes_.add(path,
                [health](const Request& request) { return exporters::livez(health(), request); });
    routes_.add(path + "/", [health](const Request& request) {
      return exporters::livez_check(health(), check_in(request));
    });
  }
  routes_.add("/readyz", [this](const Request& request) {
    return exporters::readyz(readiness(Instant::clock::now()), request);
  });
  routes_.add("/readyz/", [this](const Request& request) { return one_probe(request); });
  routes_.add("/startupz", [this](const Request& request) {
    return exporters::startupz(board_.current()->gate.phase, request);
  });
  routes_.add("/startupz/", [this](const Request& request) {
    return exporters::startupz_check(board_.current()->gate.phase, check_in(request));
  });
}

Answer Sidecar::status() {
  const Instant now = Instant::clock::now();
  return {.content_type = std::string(exporters::kStatusContentType),
          .body = exporters::status_json(
              *board_.current(), readiness(now), info_, executors(now), now)};
}

/// The verdict of one probe on every role, and whatever else `/readyz?verbose` lists.
Answer Sidecar::one_probe(const Request& request) const {
  const Instant now = Instant::clock::now();
  const std::string name = check_in(request);
  if (const ProbeState* probe = board_.current()->find(name)) {
    return exporters::one_check(check_of(*probe, now));
  }
  for (const Check& check : readiness(now).checks) {
    if (check.name == name) return exporters::one_check(check);
  }
  return {.status = 404, .body = "404 page not found\n"};
}

Answer Sidecar::manifest(const Request& request) {
  const Instant now = Instant::clock::now();
  if (driver_side(setup_.role())) {
    if (const auto news = notices_.take(request, now)) log_.write(*news);
  }
  return manifest_.answer(*board_.current(), request, now);
}

const NoticeTable* Sidecar::executors(Instant now) {
  if (!driver_side(setup_.role())) return nullptr;
  notices_.expire(now);
  return &notices_.table();
}

Answer Sidecar::metrics(const Request& request) {
  const Instant now = Instant::clock::now();
  const io::HttpCounters& served = server_.counters();
  PageSources sources{
      .snapshot = board_.current(),
      .executors = executors(now),
      .process = &sampler_.sample(now),
      .connections = {.open = served.open,
                      .evicted = served.evicted,
                      .timed_out = served.timed_out},
      .answer_times = {.value = 0,
                       .buckets = {served.times.buckets.begin(), served.times.buckets.end()},
                       .sum = served.times.sum,
                       .count = served.times.count}};
  for (const auto& [key, count] : routes_.counts()) {
    sources.requests.push_back({key.first, key.second, count});
  }
  for (const auto& [code, count] : served.own_answers) {
    sources.requests.push_back({"other", code, count});
  }
  return metrics_.answer(sources, request, now);
}

void Sidecar::publish_own_findings() {
  const Instant now = Instant::clock::now();
  Report report{
      .probe = std::string(kAgentProbe), .started = now, .started_wall = WallTime::clock::now()};
  report.observed.findings = own_findings_;
  if (guard_.finding()) report.observed.findings.push_back(*guard_.finding());
  report.observed =
      apply(setup_.config.agent.findings, std::move(report.observed), report.started_wall);
  board_.publish(std::move(report), now);
}

void Sidecar::log_start() const {
  exporters::LogRecord record{exporters::LogLevel::info, "start", {}};
  record.fields = {{"version", SPARKWARDEN_VERSION},
                   {"role", std::string(to_string(setup_.role()))},
                   {"pod", info_.pod_uid},
                   {"port", std::to_string(port_)},
                   {"seed", std::to_string(setup_.world.seed)},
                   {"config", setup_.config_path}};
  log_.write(record);
}

void Sidecar::write_port_file(std::uint16_t port) {
  const std::string path =
      setup_.config.agent.listen.port_file.value_or(setup_.config.agent.paths.run_dir + "/port");
  if (const auto written = write_atomically(path, std::to_string(port) + "\n", 0644); !written) {
    log_.write({exporters::LogLevel::warning,
                "port-file",
                {{"subject", path}, {"message", "cannot write it: " + written.error().detail}}});
  }
}

}  // namespace sparkwarden::commands
