// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/commands/agent_url.hpp"
#include "agent/commands/atomic_file.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/end_on_signal.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/commands/take_manifest.hpp"
#include "agent/commands/verdict_line.hpp"
#include "agent/core/text.hpp"
#include "agent/io/files.hpp"
#include "agent/io/http_client.hpp"
#include "agent/io/token_file.hpp"
#include "probes/python/settings.hpp"

namespace sparkwarden::commands {
namespace asio = boost::asio;
namespace {

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{1'000};
constexpr milliseconds kCheckPause{5'000};
constexpr milliseconds kOneQuestion{5'000};  // to an agent that accepts and says nothing
constexpr milliseconds kLeastUseful{1'000};  // of it, also when less time is left
constexpr std::size_t kPortFileBytesMax = 64;
constexpr std::size_t kStatusBytesMax = 32 << 20;  // thousands of packages may differ

struct Outcome {
  enum class Gate { open, failed, no_answer } gate = Gate::no_answer;
  std::string last_trouble = "nobody asked";  // why the agent did not answer
  bool reason_known = true;                   // else last_trouble is why /status did not
  exporters::ReportDocument document = {};
};

/// Looked up again for each question: an agent that restarts may get another port.
Result<io::HttpUrl> url_of(const WaitOptions& options, const Setup& setup) {
  if (!options.url.empty()) return gate_url(options.url);
  const settings::Listen& listen = setup.config.agent.listen;
  const std::string path = listen.port_file.value_or(setup.config.agent.paths.run_dir + "/port");
  const auto text = io::RealFiles().read(path, kPortFileBytesMax);
  auto url = agent_url(listen, text ? std::optional(*text) : std::nullopt);
  if (!url) return fail({url.error().code, path, path + " " + url.error().detail});
  return url;
}

awaitable<void> pause(milliseconds length) {
  asio::steady_timer timer(co_await asio::this_coro::executor, length);
  co_await timer.async_wait(asio::use_awaitable);
}

/// The agent's findings, for the one line that says why. The token is the one that the agent has:
/// both containers mount the same settings.
awaitable<void> fetch_document(io::HttpUrl url, std::string token_file, Outcome* outcome) {
  url.target = "/status";
  io::HttpGet request{.url = std::move(url), .body_bytes_max = kStatusBytesMax};
  if (!token_file.empty()) {
    if (const auto token = io::read_token(token_file)) {
      request.headers.emplace_back("Authorization", "Bearer " + *token);
    }
  }
  const auto reply = co_await io::http_get(std::move(request));
  if (reply && reply->status == 200) {
    outcome->document = document_of_status(reply->body);
    co_return;
  }
  outcome->last_trouble = reply ? "status " + std::to_string(reply->status)
                                : reply.error().code + " " + reply.error().detail;
  if (reply && reply->status == 401) outcome->last_trouble += ", it wants web.token_file";
  outcome->reason_known = false;
}

awaitable<Result<io::HttpReply>> ask(Result<io::HttpUrl> url, milliseconds limit) {
  if (!url) co_return fail(url.error());
  io::HttpGet request{.url = *url, .deadline = std::clamp(limit, kLeastUseful, kOneQuestion)};
  Result<io::HttpReply> reply = co_await io::http_get(std::move(request));
  co_return reply;
}

/// Follows the gate. `timeout` only covers an agent that does not answer: one that answers
/// "holding" has a deadline of its own. It is asked once at least.
awaitable<Outcome> follow(const WaitOptions& options, const Setup& setup) {
  Outcome outcome;
  Instant end = Instant::clock::now() + options.timeout;
  milliseconds wait_for = kFirstPause;
  while (true) {
    const auto url = url_of(options, setup);
    const auto left = std::chrono::duration_cast<milliseconds>(end - Instant::clock::now());
    const Result<io::HttpReply> reply = co_await ask(url, left);
    const auto gate = reply ? reply->header("Sparkwarden-Gate") : std::nullopt;
    if (gate == "open" || gate == "failed") {
      outcome.gate = gate == "open" ? Outcome::Gate::open : Outcome::Gate::failed;
      co_await fetch_document(*url, setup.config.agent.web.token_file, &outcome);
      co_return outcome;
    }
    if (gate == "holding") {
      end = Instant::clock::now() + options.timeout;
      outcome.last_trouble = "the agent answers, and its gate holds";
    } else {
      outcome.last_trouble = reply
                                 ? "the answer has no Sparkwarden-Gate header, so this is no agent"
                                 : reply.error().code + " " + reply.error().detail;
    }
    if (Instant::clock::now() >= end) co_return outcome;
    co_await pause(wait_for);
    wait_for = std::min(kLongestPause, wait_for * 2);
  }
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

/// A gate of its own, for a plain init container: the checks of the gate, again and again until
/// they pass.
Outcome check_until_fit(const WaitOptions& options, const Setup& setup) {
  const Instant end = Instant::clock::now() + options.timeout;
  const std::vector<std::string> probes = setup.gate_policy().probes;
  Outcome outcome{.last_trouble = "the checks did not pass"};
  if (probes.empty()) outcome.gate = Outcome::Gate::open;  // none of them is this role's
  while (outcome.gate != Outcome::Gate::open) {
    outcome.document = run_all_once(setup, probes);
    if (exit_code(outcome.document, false) == kOk) {
      outcome.gate = Outcome::Gate::open;
      break;
    }
    const auto left = end - Instant::clock::now();
    if (left <= Instant::duration::zero()) break;
    std::this_thread::sleep_for(std::min<Instant::duration>(left, kCheckPause));
  }
  return outcome;
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
  if (options.check && (!setup.problems.empty() || !setup.role_known)) {
    print_problems(setup.problems);
    std::fprintf(stderr,
                 "sparkwarden: --check needs valid settings and a role: one of %s\n",
                 role_list().c_str());
    return kUsage;
  }
  if (const auto url = gate_url(options.url); !options.url.empty() && !url) {
    std::fprintf(stderr,
                 "sparkwarden: --url %s: %s\n",
                 printable(options.url).c_str(),
                 url.error().detail.c_str());
    return kUsage;
  }

  end_on_signal();
  if (options.manifest) leave_manifest(setup, environment);
  const Outcome outcome =
      options.check ? check_until_fit(options, setup) : follow_agent(options, setup);
  const auto tell = [&](int code, std::string what) {
    if (!outcome.reason_known) {
      what += " (why is in the agent's log: /status does not tell, " + outcome.last_trouble + ")";
    }
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
