// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/probe.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "agent/core/notice.hpp"
#include "agent/io/http_answer.hpp"
#include "agent/io/token_file.hpp"
#include "agent/io/worker.hpp"
#include "probes/peers/driver_url.hpp"
#include "probes/peers/measures.hpp"

namespace sparkwarden::probes::peers {
namespace {

constexpr std::size_t kParsedHere = 64 * 1024;  // more would hold the loop for a millisecond
constexpr milliseconds kReserve{200};           // of the deadline: to parse, or to reap a child
constexpr milliseconds kLeastUseful{1};

Instant now() {
  return Instant::clock::now();
}

milliseconds until(Instant end) {
  return std::max(kLeastUseful, std::chrono::duration_cast<milliseconds>(end - now()));
}

/// FNV-1a: pods with one seed still draw differently.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string name_of(const io::HttpUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

struct Parsed {
  Result<Manifest> manifest;
  bool same = false;  // as the one we hold
};

Parsed parse(const std::string& text, const std::shared_ptr<const Manifest>& held) {
  Parsed parsed{.manifest = parse_manifest(text)};
  parsed.same = parsed.manifest && held != nullptr && *parsed.manifest == *held;
  return parsed;
}

/// Also the comparison belongs on the worker: two manifests have thousands of texts each.
awaitable<Parsed> parse_anywhere(std::string text, std::shared_ptr<const Manifest> held) {
  if (text.size() <= kParsedHere) co_return parse(text, held);
  std::function<Parsed()> work = [text = std::move(text), held = std::move(held)] {
    return parse(text, held);
  };
  Parsed parsed = co_await io::on_worker<Parsed>(std::move(work));
  co_return parsed;
}

bool has_manifest(const Judged& judged) {
  return judged.outcome == Outcome::manifest || judged.outcome == Outcome::not_modified;
}

/// A 503 without Retry-After may be any proxy's, for a driver that is not there yet.
bool is_agent(const Judged& judged) {
  return has_manifest(judged) || judged.outcome == Outcome::schema ||
         (judged.outcome == Outcome::no_manifest && judged.wait);
}

/// Whether there is anything to tell the driver. Before the first report there is not: thousands of
/// executors that start would each be a line about nothing in its log, and `check` by hand would
/// overwrite what the sidecar told.
bool has_news(const Snapshot* snapshot) {
  return snapshot != nullptr && std::ranges::any_of(snapshot->probes, [](const ProbeState& probe) {
           return probe.name != kAgentProbe && probe.last != nullptr;
         });
}

bool is_error(const Finding& finding) {
  return finding.severity == Severity::error;
}

void measure(Observed& seen, const MeasureSpec& spec, double value) {
  seen.measurements.push_back({.spec = &spec, .labels = {}, .value = value});
}

void count(Observed& seen, Outcome outcome) {
  // All of them, so that each series is there from the first run on and increase() sees its start.
  for (const Outcome one : kOutcomes) {
    seen.measurements.push_back({.spec = &measures::kRequests,
                                 .labels = {std::string(to_string(one))},
                                 .value = one == outcome ? 1.0 : 0.0});
  }
}

template <typename T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

PeersProbe::PeersProbe(settings::World world,
                       std::shared_ptr<const Settings> settings,
                       std::string proc)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      seed_(world_.seed ^ hash_of(world_.identity.uid)),
      address_(world_, settings_, std::move(proc)) {}

awaitable<Observed> PeersProbe::run(RunContext context) {
  const Instant end = context.now + context.deadline - std::min(kReserve, context.deadline / 10);
  DriverAddress::Look look = co_await address_.find(end);
  Observed seen{.steps = std::move(look.steps)};
  if (!look.written) {
    seen.unlooked.push_back(judge_nobody(look.places));
    measure(seen, measures::kUp, 0);
    if (look.wait) {
      seen.again_in = pause_asked_for(*look.wait, looked_in_vain_++, seed_);
    } else if (look.may_change) {
      seen.again_in = pause_after(looked_in_vain_++, seed_);
    }
    co_return seen;
  }
  const Result<io::HttpUrl> url = parse_driver_url(look.written->text);
  if (!url) {
    seen.findings.push_back(judge_address(*look.written, url.error()));
    measure(seen, measures::kUp, 0);
    co_return seen;
  }

  looked_in_vain_ = 0;
  if (asked_ != name_of(*url)) {
    asked_ = name_of(*url);
    reached_ = false;
    failures_ = 0;  // of another
  }
  Asked asked{.driver = asked_,
              .from = look.written->from,
              .reached_before = reached_,
              .etag = etag_,
              .limit = until(end)};
  io::HttpGet request = request_for(context, *url, asked.limit);
  asked.token = co_await add_token(&request);
  Fetched fetched = co_await fetch(std::move(request), asked);
  seen.steps.push_back(std::move(fetched.step));
  count(seen, fetched.judged.outcome);
  plan_next(fetched.judged, seen);
  seen.findings = std::move(fetched.judged.findings);
  seen.unlooked = std::move(fetched.judged.unlooked);
  if (fetched.skew) {
    measure(seen, measures::kClockSkew, std::chrono::duration<double>(*fetched.skew).count());
    append(seen.findings, judge_skew(*fetched.skew, asked));
  }
  const bool up = has_manifest(fetched.judged) && hand_on(asked, seen);
  const Outcome outcome = fetched.judged.outcome;
  if (up) address_.trust();
  // One that has no manifest yet, or wants another token, is there all the same.
  if (!up && outcome != Outcome::no_manifest && outcome != Outcome::not_permitted) {
    address_.doubt();
  }
  measure(seen, measures::kUp, up ? 1 : 0);
  if (up) seen.facts.driver_token = std::move(fetched.token);
  co_return seen;
}

io::HttpGet PeersProbe::request_for(const RunContext& context,
                                    const io::HttpUrl& url,
                                    milliseconds limit) const {
  io::HttpGet request{.url = url, .deadline = limit, .body_bytes_max = world_.peer_bytes_max};
  request.headers.emplace_back("Accept", kManifestContentType);
  if (!etag_.empty()) request.headers.emplace_back("If-None-Match", etag_);
  if (!has_news(context.before.get())) return request;
  const settings::Identity& self = world_.identity;
  const Notice notice = notice_of(*context.before,
                                  self.pod_name.empty() ? self.uid : self.pod_name,
                                  self.executor_id,
                                  context.now);
  request.headers.emplace_back(kNoticeHeader, to_header(notice));
  return request;
}

awaitable<std::string> PeersProbe::add_token(io::HttpGet* request) const {
  const std::string& file = settings_->token_file;
  if (file.empty()) co_return "probes.peers.token_file names no token";
  std::function<Result<std::string>()> work = [file] { return io::read_token(file); };
  Result<std::string> token = co_await io::on_worker<Result<std::string>>(std::move(work));
  if (!token) co_return "no token in " + file + ": " + token.error().detail;
  request->headers.emplace_back("Authorization", "Bearer " + *token);
  co_return "it does not take the token of " + file;
}

awaitable<PeersProbe::Fetched> PeersProbe::fetch(io::HttpGet request, Asked asked) {
  Fetched fetched{.step = {.name = "manifest", .via = "loop", .status = "unfinished"}};
  const WallTime sent = WallTime::clock::now();
  const Instant start = now();
  Result<io::HttpReply> reply = co_await io::http_get(std::move(request));
  const WallTime received = WallTime::clock::now();
  const Instant end = now();
  fetched.step.took = std::chrono::duration_cast<microseconds>(end - start);
  fetched.step.status = reply ? "ok" : "error";
  fetched.step.text = reply ? "status " + std::to_string(reply->status) : reply.error().detail;
  if (!reply) {
    fetched.judged = judge_failure(reply.error(), asked);
    co_return fetched;
  }
  fetched.judged = judge_reply(*reply, asked);
  if (const auto said = parse_announcement(reply->header(kStorageHeader).value_or(""))) {
    // Rounded up: a round trip goes into an upper bound.
    fetched.token = HeardToken{
        .said = *said, .received = end, .round_trip = std::chrono::ceil<milliseconds>(end - start)};
  }
  const auto date = io::parse_http_date(reply->header("Date").value_or(""));
  if (fetched.judged.outcome == Outcome::manifest) {
    Judged taken = co_await take(std::move(*reply), std::move(asked));
    fetched.judged = std::move(taken);
  }
  // Whoever says "unchanged" of something else would say it for ever.
  if (fetched.judged.outcome == Outcome::unexpected) etag_.clear();
  if (is_agent(fetched.judged)) {
    reached_ = true;
    if (date) fetched.skew = skew_of(*date, sent, received);
  }
  co_return fetched;
}

awaitable<Judged> PeersProbe::take(io::HttpReply reply, Asked asked) {
  std::string etag = usable_etag(reply.header("ETag").value_or(""));
  Parsed parsed = co_await parse_anywhere(std::move(reply.body), held_);
  if (!parsed.manifest) co_return judge_body(parsed.manifest.error(), asked);
  if (!parsed.same) held_ = std::make_shared<const Manifest>(std::move(*parsed.manifest));
  etag_ = std::move(etag);
  Judged whole{.outcome = Outcome::manifest};
  co_return whole;
}

/// Whose manifest we hold, and the facts if it is this executor's driver's: true then.
bool PeersProbe::hand_on(const Asked& asked, Observed& seen) {
  const Self self{.uid = world_.identity.uid,
                  .app_id = world_.identity.app_id,
                  .agent_version = SPARKWARDEN_VERSION};
  std::vector<Finding> found = judge_manifest(*held_, self, asked);
  const bool ours = std::ranges::none_of(found, is_error);
  append(seen.findings, std::move(found));
  if (!ours) return false;
  if (viewed_ != held_) {
    viewed_ = held_;
    // Equal after all when another's manifest came in between.
    if (view_ == nullptr || !(view_->manifest == *held_)) {
      view_ = std::make_shared<const PeerView>(
          PeerView{.url = asked.driver, .etag = etag_, .manifest = *held_});
    }
  }
  seen.facts.driver = view_;
  return true;
}

/// While no agent was ever reached it may still start, and this executor waits for it. One that was
/// reached is asked once a period, or a short absence would count as several failures.
void PeersProbe::plan_next(const Judged& judged, Observed& seen) {
  if (has_manifest(judged)) {
    failures_ = 0;
    return;
  }
  const std::uint64_t failure = failures_++;
  if (judged.wait) {
    seen.again_in = pause_asked_for(*judged.wait, failure, seed_);
  } else if (!reached_ || judged.outcome == Outcome::no_manifest) {
    seen.again_in = pause_after(failure, seed_);
  }
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<PeersProbe>(world,
                                      std::dynamic_pointer_cast<const Settings>(std::move(own)));
}

}  // namespace sparkwarden::probes::peers
