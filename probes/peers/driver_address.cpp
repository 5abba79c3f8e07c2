// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/driver_address.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "agent/io/token_file.hpp"
#include "agent/io/worker.hpp"
#include "probes/peers/address_child.hpp"

namespace sparkwarden::probes::peers {
namespace {

constexpr std::string_view kVariable = "SPARKWARDEN_DRIVER_URL";
constexpr milliseconds kKubernetesLimit{3'000};  // for both requests
constexpr milliseconds kLeastUseful{1};
constexpr std::size_t kNamespaceBytesMax = 4096;
constexpr std::size_t kAuthoritiesBytesMax = 1 << 20;
constexpr std::size_t kPodBytesMax = 2 << 20;  // etcd's own limit is 1.5 MiB

Instant now() {
  return Instant::clock::now();
}

// Ten thousand executors without a driver's agent would be 300 requests a second for ever, were
// each to ask once a minute: five times as the probe asks its driver, then rarely.
constexpr std::uint64_t kAsksAtOnce = 5;
constexpr milliseconds kFirstRarePause{60'000};
constexpr std::uint64_t kDoublings = 4;  // up to 16 minutes

milliseconds pause_between_asks(std::uint64_t doublings, std::uint64_t seed) {
  const milliseconds pause = kFirstRarePause * (1 << std::min(doublings, kDoublings));
  return pause + milliseconds(static_cast<std::int64_t>(
                     seed % static_cast<std::uint64_t>(pause.count() / 2)));
}

milliseconds until(Instant end) {
  return std::max(kLeastUseful, std::chrono::duration_cast<milliseconds>(end - now()));
}

/// What `parse` makes of an answer of the API; a long one on the worker thread.
template <typename T>
awaitable<Result<T>> parsed(std::size_t bytes, std::function<Result<T>()> parse) {
  if (bytes <= kParsedInLoop) co_return parse();
  Result<T> made = co_await io::on_worker<Result<T>>(std::move(parse));
  co_return made;
}

}  // namespace

DriverAddress::DriverAddress(const settings::World& world,
                             std::shared_ptr<const Settings> settings,
                             std::string proc)
    : world_(world), settings_(std::move(settings)), proc_(std::move(proc)) {}

awaitable<DriverAddress::Look> DriverAddress::find(Instant end) {
  Look look;
  if (!settings_->driver_url.empty()) {
    look.written = Written{settings_->driver_url, "probes.peers.driver_url"};
    co_return look;
  }
  look.places.emplace_back("probes.peers.driver_url (empty)");
  const auto variable = world_.environment.find(std::string(kVariable));
  if (variable != world_.environment.end() && !variable->second.empty()) {
    look.written = Written{variable->second, std::string(kVariable)};
    co_return look;
  }
  look.places.push_back(std::string(kVariable) +
                        (variable == world_.environment.end() ? " (not set)" : " (empty)"));
  look.may_change = settings_->kubernetes_api || settings_->proc;
  if (settings_->kubernetes_api && (!of_kubernetes_ || doubted_)) {
    co_await look_at_kubernetes(&look, end);
  }
  if (of_kubernetes_) {
    look.written = of_kubernetes_;
    co_return look;
  }
  if (!settings_->proc) {
    look.places.emplace_back("not at the Spark process (probes.peers.proc is false)");
    co_return look;
  }
  if (!of_process_) {
    // Half of the time at most: what is left has to do for the request to the driver.
    const milliseconds limit = until(end) / 2;
    Result<std::string> host = co_await ask_spark_process(slot_, world_.executable, proc_, limit);
    if (host) {
      of_process_ = Written{std::move(*host), "SPARK_DRIVER_URL of the Spark process"};
    } else {
      look.places.push_back("the Spark process in " + proc_ + " (" + host.error().detail + ")");
    }
  }
  look.written = of_process_;
  co_return look;
}

void DriverAddress::trust() {
  doubted_ = false;
  asked_in_vain_ = 0;
}

awaitable<void> DriverAddress::look_at_kubernetes(Look* look, Instant end) {
  if (now() < ask_from_) {
    look->places.emplace_back("the Kubernetes API (asked before, and not again so soon)");
    co_return;
  }
  const milliseconds limit = std::min(kKubernetesLimit, until(end) / 2);
  const Result<std::string> address = co_await ask_kubernetes(*look, limit);
  const bool news = address && (!of_kubernetes_ || of_kubernetes_->text != *address);
  asked_in_vain_ = news ? 0 : asked_in_vain_ + 1;
  if (asked_in_vain_ >= kAsksAtOnce) {
    ask_from_ = now() + pause_between_asks(asked_in_vain_ - kAsksAtOnce, world_.seed);
  }
  if (address) {
    of_kubernetes_ = Written{*address, "the driver's pod in the Kubernetes API"};
    doubted_ = false;
  } else {
    look->places.push_back("the Kubernetes API (" + address.error().detail + ")");
  }
}

awaitable<Result<std::string>> DriverAddress::ask_kubernetes(Look& look, milliseconds limit) {
  const Instant end = now() + limit;
  const Result<std::string> own = co_await get_pod(world_.identity.pod_name, look, end);
  if (!own) co_return fail(own.error());
  std::function<Result<OwnerPod>()> find_owner = [pod = *own] { return owner_of(pod); };
  const Result<OwnerPod> owner = co_await parsed(own->size(), std::move(find_owner));
  if (!owner) co_return fail(owner.error());
  const Result<std::string> driver = co_await get_pod(owner->name, look, end);
  if (!driver) co_return fail(driver.error());
  std::function<Result<std::string>()> find_address = [pod = *driver, of = *owner] {
    return address_of(pod, of);
  };
  Result<std::string> address = co_await parsed(driver->size(), std::move(find_address));
  co_return address;
}

/// The API server's answer, whole. Token and authorities are read anew each time: both change on
/// disk while the pod lives.
awaitable<Result<std::string>> DriverAddress::get_pod(std::string name, Look& look, Instant end) {
  const auto url = api_server(world_.environment);
  if (!url) co_return fail(url.error());
  std::string name_space = world_.identity.pod_namespace;
  if (name_space.empty()) name_space = service_account("namespace").value_or("");
  const auto target = pod_target(name_space, name);
  if (!target) co_return fail(target.error());
  const std::string file = world_.paths.under_root(std::string(kServiceAccount) + "/token");
  std::function<Result<std::string>()> work = [file] { return io::read_token(file); };
  const Result<std::string> token = co_await io::on_worker<Result<std::string>>(std::move(work));
  if (!token) co_return fail(Error{token.error().code, file, file + ": " + token.error().detail});
  const auto authorities = service_account("ca.crt");
  if (!authorities) co_return fail(authorities.error());

  io::HttpGet request{.url = *url, .deadline = until(end), .body_bytes_max = kPodBytesMax};
  request.url.target = *target;
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  request.headers.emplace_back("Accept", "application/json");
  request.tls = io::Tls{*authorities};
  const Instant start = now();
  Result<io::HttpReply> reply = co_await io::http_get(std::move(request));
  Step step{.name = "kubernetes", .via = "loop", .status = reply ? "ok" : "error"};
  step.took = std::chrono::duration_cast<microseconds>(now() - start);
  step.text = reply ? "status " + std::to_string(reply->status) : reply.error().detail;
  look.steps.push_back(std::move(step));
  if (!reply) {
    co_return fail(Error{reply.error().code,
                         reply.error().subject,
                         reply.error().code + " " + shown_text(reply.error().detail)});
  }
  auto refusal = refusal_of(*reply);
  if (refusal) {
    look.wait = refusal->wait;
    co_return fail(Error{"kubernetes.refused", std::move(name), std::move(refusal->reason)});
  }
  co_return std::move(reply->body);
}

Result<std::string> DriverAddress::service_account(const std::string& file) const {
  const std::string path = world_.paths.under_root(std::string(kServiceAccount) + "/" + file);
  auto content = files_.read(path, file == "ca.crt" ? kAuthoritiesBytesMax : kNamespaceBytesMax);
  if (content) return std::move(*content);
  return fail(Error{"kubernetes.service-account", path, path + ": " + content.error().detail});
}

}  // namespace sparkwarden::probes::peers
