// SPDX-License-Identifier: Apache-2.0
#include "tests/support/storage_soak.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>
#include <random>
#include <string_view>
#include <utility>

#include "agent/core/verdict.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/process.hpp"
#include "tests/support/soak_ledger.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace sparkwarden::tests {
namespace {

constexpr milliseconds kDeadline{1'500};
constexpr milliseconds kTimeout{400};          // of one RPC: long for a loopback, short for a soak
constexpr milliseconds kWellDeadline{60'000};  // nothing is waited out where nothing is wrong

// What is done to the next run. `at` is the number of the call or answer it begins with.
struct Fault {
  enum class Kind { none, delay, drop, half_close, close, garbage, flip, freeze, crash };
  Kind kind = Kind::none;
  int at = 0;
  std::uint64_t seed = 0;

  // No answer at all gets through, so that the run must fail.
  [[nodiscard]] bool total() const {
    return at == 0 && kind != Kind::none && kind != Kind::delay && kind != Kind::flip;
  }
};

constexpr std::string_view kKinds[] = {
    "none", "delay", "drop", "half-close", "close", "garbage", "flip", "freeze", "crash"};

std::string flipped(std::string reply, std::mt19937_64& random) {
  for (int i = 0; i < 3; ++i) {
    const std::size_t at = random() % reply.size();
    reply[at] = static_cast<char>(reply[at] ^ static_cast<char>(1U << (random() % 8)));
  }
  return framed(reply);
}

class Soak {
 public:
  explicit Soak(const SoakPlan& plan)
      : plan_(plan), ledger_(plan, kDeadline), result_(ledger_.result()), random_(plan.seed) {
    GaneshaOptions options;
    options.version = plan.version;
    options.network = &network_;
    server_ = std::make_unique<Ganesha>(options);
    rig_.network(&network_);
    rig_.target(server_->path(), 0);
    be_impatient();
    rig_.settings().connect.version =
        plan.version == 3 ? storage::NfsVersion::v3 : storage::NfsVersion::v4;
    stand_between();
  }

  SoakResult run() {
    const Instant start = std::chrono::steady_clock::now();
    heal();
    ledger_.begin();
    for (int i = 0; i < ledger_.runs() && !ledger_.full(); ++i) {
      one_run(ledger_.is_full(i));
      ledger_.warm(i);
    }
    heal();
    result_.took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    ledger_.end(server_->backing(), 1);
    return std::move(result_);
  }

 private:
  void stand_between() {
    network_.inside([&] { proxy_ = std::make_unique<TcpProxy>(server_->nfs_port()); });
    rig_.settings().connect.nfs_port = proxy_->port();
    rig_.settings().connect.mount_port = server_->mount_port();
    between_ = server_->nfs_port();
  }

  void be_impatient() {
    rig_.settings().rpc_timeout = kTimeout;
    rig_.settings().step_deadline = kTimeout + milliseconds(100);
  }
  void be_patient() {
    rig_.settings().rpc_timeout = kWellDeadline / 4;
    rig_.settings().step_deadline = kWellDeadline / 3;
  }

  Fault draw(bool full) {
    using Kind = Fault::Kind;
    Fault fault{.seed = random_()};
    const std::uint64_t dice = random_() % 1'000;
    // A light run is one call, so that most of its faults are total; nine of ten have none.
    const std::uint64_t scale = full ? 1 : 8;
    if (dice < 100 / scale)
      fault.kind = Kind::delay;
    else if (dice < 200 / scale)
      fault.kind = Kind::drop;
    else if (dice < 280 / scale)
      fault.kind = Kind::half_close;
    else if (dice < 380 / scale)
      fault.kind = Kind::close;
    else if (dice < 460 / scale)
      fault.kind = Kind::garbage;
    else if (dice < 600 / scale)
      fault.kind = Kind::flip;
    else if (dice < 660 / scale)
      fault.kind = Kind::freeze;
    else if (dice < 700 / scale)
      fault.kind = Kind::crash;
    fault.at = full ? static_cast<int>(random_() % (plan_.version == 3 ? 55 : 32)) : 0;
    ++result_.faults[std::string(kKinds[static_cast<std::size_t>(fault.kind)])];
    return fault;
  }

  void begin(const Fault& fault) {
    using Kind = Fault::Kind;
    switch (fault.kind) {
      case Kind::none:
        return;
      case Kind::delay:
        return proxy_->delay(milliseconds(1 + fault.seed % 15));
      case Kind::drop:
        return proxy_->set_after(fault.at, ProxyMode::drop_replies);
      case Kind::half_close:
        return proxy_->set_after(fault.at, ProxyMode::half_close);
      case Kind::close:
        return proxy_->set_after(fault.at, ProxyMode::close);
      case Kind::garbage:
        return proxy_->set_after(fault.at, ProxyMode::garbage);
      case Kind::flip:
        return proxy_->edit_replies([at = fault.at, random = std::mt19937_64(fault.seed), seen = 0](
                                        const RpcHead&, std::string reply) mutable {
          return ++seen > at ? flipped(std::move(reply), random) : framed(reply);
        });
      case Kind::freeze:
      case Kind::crash:
        break;
    }
    const bool crash = fault.kind == Kind::crash;
    if (fault.at == 0) return crash ? server_->kill() : server_->freeze();
    proxy_->on_call([this, crash, at = fault.at, seen = 0](const RpcHead&) mutable {
      if (++seen == at) return crash ? server_->kill() : server_->freeze();
    });
  }

  void end(const Fault& fault) {
    proxy_->set_after(-1, ProxyMode::pass);
    proxy_->set(ProxyMode::pass);
    proxy_->delay(milliseconds(0));
    if (fault.kind == Fault::Kind::flip) proxy_->edit_replies({});
    if (fault.kind == Fault::Kind::freeze || fault.kind == Fault::Kind::crash) proxy_->on_call({});
    if (fault.kind == Fault::Kind::freeze) server_->thaw();
    if (fault.kind == Fault::Kind::crash) {
      server_->restart();
      ++result_.restarts;
      if (server_->nfs_port() != between_) stand_between();
    }
  }

  void one_run(bool full) {
    const Fault fault = draw(full);
    begin(fault);
    Observed observed = look(full);
    end(fault);
    const Verdict verdict = judge(observed);
    ledger_.count(observed, verdict, full);
    if (fault.total() && verdict != Verdict::fail)
      ledger_.broke("a total fault does not fail", observed);
    if (verdict == Verdict::pass && failed_step(observed))
      ledger_.broke("a failed step passes", observed);
    if (!rig_.at_rest() || count_children() != children_of_ours())
      ledger_.broke("a child is left", observed);
    // As the agent does: after a failure the next run is a full one. Without a fault it must pass.
    if (verdict == Verdict::fail) heal();
  }

  Observed look(bool full) {
    Observed observed = rig_.run(full, kDeadline);
    ledger_.timed(observed, rig_.took());
    return observed;
  }

  static bool failed_step(const Observed& observed) {
    return std::any_of(observed.steps.begin(), observed.steps.end(), [](const Step& step) {
      return step.status != "ok" && step.name != "umount";
    });
  }

  static int children_of_ours() { return 2; }  // the server and the network's rpcbind

  // A busy machine can make a healthy server late: it gets a second chance, which is counted.
  void heal() {
    ++result_.healing;
    be_patient();
    Observed observed = rig_.run(true, kWellDeadline);
    if (judge(observed) == Verdict::fail) {
      ++result_.repeated;
      observed = rig_.run(true, kWellDeadline);
    }
    be_impatient();
    if (judge(observed) == Verdict::fail) ledger_.broke("a run without a fault fails", observed);
  }

  SoakPlan plan_;
  SoakLedger ledger_;
  SoakResult& result_;
  std::mt19937_64 random_;
  NetworkNamespace network_;
  std::unique_ptr<Ganesha> server_;
  std::unique_ptr<TcpProxy> proxy_;
  StorageRig rig_;
  int between_ = 0;
};

void print_counts(const char* title, const std::map<std::string, int>& counts, std::ostream& out) {
  out << title << ":";
  for (const auto& [name, count] : counts) out << " " << name << " " << count;
  out << "\n";
}

}  // namespace

SoakResult soak(const SoakPlan& plan) {
  return Soak(plan).run();
}

void print(const SoakResult& result, std::ostream& out) {
  out << "runs: " << result.light << " light, " << result.full << " full, " << result.healing
      << " full ones without a fault after them, in " << result.took.count() / 1000 << " s; "
      << result.repeated << " of those repeated; " << result.restarts
      << " restarts of the server\n";
  if (result.tokens_written > 0) {
    out << "tokens: " << result.tokens_written << " written, " << result.tokens_seen
        << " proven through the mount\n";
  }
  print_counts("verdicts", result.verdicts, out);
  print_counts("faults", result.faults, out);
  print_counts("codes", result.codes, out);
  out << "latest end: " << result.worst_overrun.count() << " ms after a deadline of "
      << result.deadline.count() << " ms\nchildren: " << result.children_before << " before, "
      << result.children_after << " after; descriptors: " << result.descriptors_before
      << " before, " << result.descriptors_after << " after; resident: " << result.rss_warm_kib
      << " KiB after a tenth, " << result.rss_end_kib << " KiB at the end\nleft on the export:";
  for (const std::string& file : result.left) out << " " << file;
  out << "\n";
  for (const std::string& line : result.broken) out << "BROKEN: " << line << "\n";
}

}  // namespace sparkwarden::tests
