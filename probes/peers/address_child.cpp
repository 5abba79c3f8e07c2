// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/address_child.hpp"

#include <utility>
#include <variant>

#include <boost/json.hpp>

#include "agent/io/child_entry.hpp"
#include "agent/io/child_protocol.hpp"
#include "agent/io/place.hpp"
#include "probes/peers/driver_url.hpp"

namespace sparkwarden::probes::peers {
namespace {

namespace json = boost::json;

constexpr std::string_view kStep = "find";
constexpr std::string_view kFact = "driver";
constexpr std::string_view kVariable = "SPARK_DRIVER_URL";
constexpr std::size_t kOutputMax = 64 * 1024;

Result<std::string> driver_of(const std::string& proc) {
  const Result<io::Place> process = io::find_spark_process(proc);
  if (!process) return fail(process.error());
  const auto variable = process->environment.find(std::string(kVariable));
  if (variable == process->environment.end()) {
    return fail({"address.absent", proc, "the Spark process has no " + std::string(kVariable)});
  }
  std::string host = host_of_spark_url(variable->second);
  if (host.empty()) {
    return fail({"address.absent", proc, std::string(kVariable) + " is no spark:// URL"});
  }
  return host;
}

std::string proc_in(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  const json::value* proc =
      error || !value.is_object() ? nullptr : value.get_object().if_contains("proc");
  if (proc == nullptr || !proc->is_string()) return {};
  return std::string(proc->get_string());
}

/// Why there is no address in what the child said.
std::string why(const io::ChildOutcome& outcome, const io::Transcript& said) {
  switch (outcome.end) {
    case io::ChildEnd::deadline:
      return "no answer from the kernel within " + std::to_string(outcome.took.count()) + " ms";
    case io::ChildEnd::busy:
      return "an earlier look hangs since " + std::to_string(outcome.took.count()) +
             " ms and cannot be ended";
    case io::ChildEnd::not_started:
      return "no child process: " + outcome.detail;
    case io::ChildEnd::signalled:
      return "the child died of signal " + std::to_string(outcome.status);
    case io::ChildEnd::flooded:
    case io::ChildEnd::exited:
      break;
  }
  for (const io::ChildEvent& event : said.events) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (end != nullptr && !end->ok) return end->text;
  }
  return said.garbage.empty() ? "the child said nothing" : said.garbage;
}

}  // namespace

int run_child() {
  if (!io::enter_child({})) return 1;
  const auto line = io::read_child_input();
  const std::string proc = line ? proc_in(*line) : std::string();
  if (proc.empty()) return 2;

  io::tell(io::StepBegin{.step = std::string(kStep), .via = "files"});
  const Instant start = Instant::clock::now();
  const Result<std::string> host = driver_of(proc);
  io::StepEnd end{.step = std::string(kStep), .ok = host.has_value()};
  end.took = std::chrono::duration_cast<microseconds>(Instant::clock::now() - start);
  if (!host) {
    end.symbol = host.error().code;
    end.text = host.error().detail;
  }
  io::tell(end);
  if (host) io::tell(io::ChildFact{.key = std::string(kFact), .value = *host});
  io::tell(io::ChildDone{});
  return 0;
}

awaitable<Result<std::string>> ask_spark_process(io::ChildSlot& slot,
                                                 std::string executable,
                                                 std::string proc,
                                                 milliseconds limit) {
  io::ChildSpec spec{.executable = std::move(executable)};
  spec.arguments = {"child", std::string(kVerb)};
  spec.input = json::serialize(json::object{{"proc", proc}}) + "\n";
  spec.deadline = limit;
  spec.output_bytes_max = kOutputMax;
  const io::ChildOutcome outcome = co_await slot.run(std::move(spec));
  const io::Transcript said = io::read_transcript(outcome.output);
  const auto host = said.fact(kFact);
  if (host && said.done) co_return std::string(*host);
  co_return fail({"address.absent", std::move(proc), why(outcome, said)});
}

}  // namespace sparkwarden::probes::peers
