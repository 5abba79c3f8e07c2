// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/commands/atomic_file.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/end_on_signal.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/commands/take_manifest.hpp"
#include "agent/commands/verdict_line.hpp"
#include "agent/io/files.hpp"
#include "agent/io/http_client.hpp"
#include "probes/python/settings.hpp"

namespace sparkwarden::commands {
namespace asio = boost::asio;
namespace {

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{1'000};
constexpr milliseconds kCheckPause{5'000};

struct Outcome {
  enum class Gate { open, failed, no_answer } gate = Gate::no_answer;
  std::string last_trouble = "nobody asked";  // why the agent did not answer
  exporters::ReportDocument document = {};
};

std::string default_url(const Setup& setup) {
  const std::string port_file =
      setup.config.agent.listen.port_file.value_or(setup.config.agent.paths.run_dir + "/port");
  std::string port = io::RealFiles().read(port_file, 64).value_or("9797");
  port.erase(
      std::find_if_not(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }),
      port.end());
  return "http://127.0.0.1:" + (port.empty() ? "9797" : port) + "/startupz";
}

awaitable<void> pause(milliseconds length) {
  asio::steady_timer timer(co_await asio::this_coro::executor, length);
  co_await timer.async_wait(asio::use_awaitable);
}

/// The agent's findings, for the one line that says why.
awaitable<exporters::ReportDocument> fetch_document(io::HttpUrl url) {
  url.target = "/status";
  io::HttpGet request{.url = std::move(url)};
  const auto reply = co_await io::http_get(std::move(request));
  co_return reply ? document_of_status(reply->body) : exporters::ReportDocument{};
}

/// Follows the gate. `timeout` only covers an agent that does not answer: one that answers
/// "holding" has a deadline of its own.
awaitable<Outcome> follow(const WaitOptions& options, const Setup& setup) {
  Outcome outcome;
  Instant last_answer = Instant::clock::now();
  milliseconds wait_for = kFirstPause;
  while (Instant::clock::now() - last_answer < options.timeout) {
    const auto url = io::parse_url(options.url.empty() ? default_url(setup) : options.url);
    if (!url) throw std::runtime_error("not an http URL: " + options.url);
    io::HttpGet request{.url = *url};
    const auto reply = co_await io::http_get(std::move(request));
    const auto gate = reply ? reply->header("Sparkwarden-Gate") : std::nullopt;
    if (gate == "open" || gate == "failed") {
      outcome.gate = gate == "open" ? Outcome::Gate::open : Outcome::Gate::failed;
      outcome.document = co_await fetch_document(*url);
      co_return outcome;
    }
    if (gate == "holding") {
      last_answer = Instant::clock::now();
    } else {
      outcome.last_trouble = reply
                                 ? "the answer has no Sparkwarden-Gate header, so this is no agent"
                                 : reply.error().code + " " + reply.error().detail;
    }
    co_await pause(wait_for);
    wait_for = std::min(kLongestPause, wait_for * 2);
  }
  co_return outcome;
}

Outcome follow_agent(const WaitOptions& options, const Setup& setup) {
  asio::io_context loop(1);
  Outcome outcome;
  std::exception_ptr failure;
  asio::co_spawn(
      loop, follow(options, setup), [&](const std::exception_ptr& error, Outcome result) {
        failure = error;
        outcome = std::move(result);
      });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return outcome;
}

/// A gate of its own, for a plain init container: the checks, again and again until they pass.
Outcome check_until_fit(const WaitOptions& options, const Setup& setup) {
  const Instant end = Instant::clock::now() + options.timeout;
  Outcome outcome{.last_trouble = "the checks did not pass"};
  while (true) {
    outcome.document = run_all_once(setup, {});
    if (exit_code(outcome.document, false) == kOk) {
      outcome.gate = Outcome::Gate::open;
      return outcome;
    }
    const auto left = end - Instant::clock::now();
    if (left <= Instant::duration::zero()) return outcome;
    std::this_thread::sleep_for(std::min<Instant::duration>(left, kCheckPause));
  }
}

/// The manifest of the image this container runs, for the agent beside it. Whatever goes wrong is
/// in the manifest or on stderr: an inventory never fails a pod.
void leave_manifest(const Setup& setup, const Environment& environment) {
  const settings::Paths& paths = setup.config.agent.paths;
  const std::string path = paths.run_dir + "/manifest.json";
  TakeOptions options{.spark_home = paths.spark_home};
  const auto slot = std::ranges::find(setup.config.probes, "python", &settings::ProbeSlot::name);
  const auto& python = dynamic_cast<const probes::python::Settings&>(*slot->own);
  options.python = python.interpreter.value_or("");
  const Manifest taken = take_manifest(options, environment);
  const auto written = write_atomically(path, to_json(taken) + "\n", 0644);
  if (!written) {
    std::fprintf(stderr, "sparkwarden: %s: %s\n", path.c_str(), written.error().detail.c_str());
  }
}

/// The kubelet makes the file; we never do, unless it was named.
void leave_message(const WaitOptions& options, int code, const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
  if (code == kOk && !options.tell_when_open) return;
  const bool named = options.termination_log != WaitOptions{}.termination_log;
  const int fd = ::open(options.termination_log.c_str(),
                        O_WRONLY | O_TRUNC | O_CLOEXEC | (named ? O_CREAT : 0),
                        0644);
  if (fd < 0) return;
  const std::string text = line + "\n";
  if (::write(fd, text.data(), text.size()) < 0) std::perror("sparkwarden: termination message");
  ::close(fd);
}

}  // namespace

int wait(const WaitOptions& options, const Environment& environment) {
  const Setup setup = set_up(options.common, environment);
  const bool unusable = options.check && (!setup.problems.empty() || !setup.role_known);
  if (unusable || (!options.url.empty() && !io::parse_url(options.url))) {
    print_problems(setup.problems);
    std::fprintf(stderr,
                 "sparkwarden: wait needs %s\n",
                 options.check ? ("valid settings and a role: one of " + role_list()).c_str()
                               : "an http URL");
    return kUsage;
  }

  end_on_signal();
  if (options.manifest) leave_manifest(setup, environment);
  const Outcome outcome =
      options.check ? check_until_fit(options, setup) : follow_agent(options, setup);
  const auto tell = [&](int code, const std::string& what) {
    leave_message(options, code, verdict_line(what, outcome.document));
    return code;
  };
  switch (outcome.gate) {
    case Outcome::Gate::open:
      return tell(kOk, "gate open");
    case Outcome::Gate::failed:
      return tell(kFindings, "gate failed");
    case Outcome::Gate::no_answer:
      break;
  }
  return tell(options.fail_on_timeout ? kFindings : kOk,
              "no verdict within " + settings::show_duration(options.timeout) + " (" +
                  outcome.last_trouble + "), " + (options.fail_on_timeout ? "failing" : "opening") +
                  " as asked");
}

}  // namespace sparkwarden::commands
