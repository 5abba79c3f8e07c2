// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mount_soak.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <string_view>
#include <utility>

#include "agent/core/verdict.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/process.hpp"
#include "tests/support/soak_ledger.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace sparkwarden::tests {
namespace {

constexpr milliseconds kDeadline{1'000};
constexpr milliseconds kTimeout{300};              // of one RPC
constexpr milliseconds kWellDeadline{60'000};      // nothing is waited out where nothing is wrong
constexpr const char* kDriverUid = "soak-driver";  // names its directory on the storage

constexpr std::string_view kOperations[] = {"getattr",
                                            "statfs",
                                            "mkdir",
                                            "create",
                                            "open",
                                            "read",
                                            "write",
                                            "fsync",
                                            "flush",
                                            "rename",
                                            "replace",
                                            "readdir",
                                            "unlink",
                                            "rmdir"};
// Not ENOENT, and no lie of getattr: a file system that says that a file is gone is believed, and
// what it keeps all the same is swept a day later.
constexpr int kErrors[] = {EIO, ENOSPC, EDQUOT, ESTALE, EACCES, EROFS, ETIMEDOUT};
constexpr std::string_view kLies[] = {"read", "rename", "replace", "readdir"};

template <typename Values>
auto one_of(const Values& values, std::uint64_t number) {
  return values[number % std::size(values)];
}

class MountSoak {
 public:
  explicit MountSoak(const SoakPlan& plan)
      : ledger_(plan, kDeadline), result_(ledger_.result()), random_(plan.seed) {
    GaneshaOptions options;
    options.version = 4;
    server_ = std::make_unique<Ganesha>(options);
    proxy_ = std::make_unique<TcpProxy>(server_->nfs_port());
    fs_ = std::make_unique<HangingFs>((dir_.path() / "root").string() + kMountPath,
                                      server_->backing());
    new_driver();
    new_executor();
  }

  SoakResult run() {
    const Instant start = std::chrono::steady_clock::now();
    heal();
    ledger_.begin();
    for (int i = 0; i < ledger_.runs() && !ledger_.full(); ++i) {
      one_run(ledger_.is_full(i), i % 2 == 0);
      ledger_.warm(i);
    }
    heal();
    result_.took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    // .sparkwarden, the driver's directory in it, the announced token and the one before.
    ledger_.end(server_->backing(), 4);
    return std::move(result_);
  }

 private:
  std::unique_ptr<StorageRig> rig(Role role, const std::string& uid) {
    auto rig = std::make_unique<StorageRig>();
    rig->world().role = role;
    rig->world().serves = role == Role::driver;
    rig->world().identity.uid = uid;
    rig->world().seed = random_();
    rig->world().paths.root = (dir_.path() / "root").string();
    rig->target(server_->path(), proxy_->port());
    rig->settings().connect.version = storage::NfsVersion::v4;
    be_impatient(*rig);
    rig->mountinfo("1 2 " + fs_->device() + " / " + fs_->path() +
                   " rw - nfs4 nas:" + server_->path() + " rw,hard\n");
    return rig;
  }
  static void be_impatient(StorageRig& rig) {
    rig.settings().rpc_timeout = kTimeout;
    rig.settings().step_deadline = kTimeout + milliseconds(100);
  }
  // As after a restart of the agent. Its pod, and so its directory, stays.
  void new_driver() { driver_ = rig(Role::driver, kDriverUid); }
  void new_executor() {
    executor_ = rig(Role::executor, "soak-executor");
    if (token_) executor_->hears(storage(), token_, {}, kDriverUid);
  }
  [[nodiscard]] StorageView storage() const {
    return {.server = "nas", .export_path = server_->path(), .mount_path = kMountPath, .fsid = ""};
  }

  // A light run looks at nothing that could go wrong, unless the wire fails; so most have a fault.
  void begin(bool full) {
    const std::uint64_t dice = random_() % 100;
    const std::string operation(one_of(kOperations, random_()));
    std::string fault = "none";
    if (dice < (full ? 12U : 3U)) {
      fault = "hang";
      fs_->command(operation + " hang");
    } else if (dice < 40) {
      fault = "error";
      fs_->command(operation + " error " + std::to_string(one_of(kErrors, random_())));
    } else if (dice < 50) {
      fault = "lie";
      fs_->command(std::string(one_of(kLies, random_())) + " lie");
    }
    ++result_.faults[fault];
    const std::uint64_t wire = random_() % 100;
    if (wire < 20) proxy_->set(ProxyMode::close);
    if (wire >= 20 && wire < 23) proxy_->set(ProxyMode::drop_replies);
    if (wire < 23) ++result_.faults[wire < 20 ? "wire-close" : "wire-drop"];
  }

  void end() {
    fs_->command("");
    proxy_->set(ProxyMode::pass);
  }

  void one_run(bool full, bool driver) {
    begin(full);
    StorageRig& rig = driver ? *driver_ : *executor_;
    const Observed observed = look(rig, full);
    end();
    const Verdict verdict = judge(observed);
    ledger_.count(observed, verdict, full);
    note_token(observed);
    if (verdict == Verdict::pass && failed_step(observed))
      ledger_.broke("a failed step passes", observed);
    if (verdict != Verdict::fail && hung(observed))
      ledger_.broke("a hung mount does not fail", observed);
    if (!rig.at_rest() || count_children() != kOurChildren)
      ledger_.broke("a child is left", observed);
    if (verdict == Verdict::fail || full) heal();
  }

  Observed look(StorageRig& rig, bool full) {
    Observed observed = rig.run(full, kDeadline);
    ledger_.timed(observed, rig.took());
    return observed;
  }

  static Observed look_well(StorageRig& rig) {
    rig.settings().rpc_timeout = kWellDeadline / 4;
    rig.settings().step_deadline = kWellDeadline / 3;
    Observed observed = rig.run(true, kWellDeadline);
    be_impatient(rig);
    return observed;
  }

  void note_token(const Observed& observed) {
    if (!observed.facts.own_token) return;
    ++result_.tokens_written;
    token_ = observed.facts.own_token->token;
    executor_->hears(storage(), token_, {}, kDriverUid);
  }

  static bool failed_step(const Observed& observed) {
    return std::any_of(observed.steps.begin(), observed.steps.end(), [](const Step& step) {
      return step.status != "ok" && step.name != "umount" && step.name != "sweep";
    });
  }
  static bool hung(const Observed& observed) {
    return std::any_of(observed.steps.begin(), observed.steps.end(), [](const Step& step) {
      return step.status == "unfinished" && step.via == "mount";
    });
  }

  // Without a fault both pass, the driver writes a token, and a new executor sees it through its
  // mount: one token a full run, which an agent that lives on would not write so soon. A busy
  // machine gets a second chance, which is counted.
  void heal() {
    ++result_.healing;
    Observed driver = look_well(*driver_);
    if (judge(driver) != Verdict::pass) {
      ++result_.repeated;
      driver = look_well(*driver_);
    }
    if (judge(driver) != Verdict::pass)
      ledger_.broke("a driver without a fault does not pass", driver);
    note_token(driver);
    // Its own leftovers first: what a new agent does not know of stays for a day.
    static_cast<void>(look_well(*executor_));
    new_executor();
    Observed executor = look_well(*executor_);
    if (judge(executor) != Verdict::pass) {
      ++result_.repeated;
      new_executor();
      executor = look_well(*executor_);
    }
    if (judge(executor) != Verdict::pass)
      ledger_.broke("an executor does not see its driver", executor);
    const bool seen =
        std::any_of(executor.steps.begin(), executor.steps.end(), [](const Step& step) {
          return step.name == "token" && step.via == "mount" && step.status == "ok";
        });
    if (seen) ++result_.tokens_seen;
    if (!seen) ledger_.broke("no token was looked up through the mount", executor);
    new_driver();
  }

  static constexpr int kOurChildren = 2;  // the server and the file system's own

  SoakLedger ledger_;
  SoakResult& result_;
  std::mt19937_64 random_;
  TempDir dir_;
  std::unique_ptr<Ganesha> server_;
  std::unique_ptr<TcpProxy> proxy_;
  std::unique_ptr<HangingFs> fs_;
  std::unique_ptr<StorageRig> driver_;
  std::unique_ptr<StorageRig> executor_;
  std::optional<StorageToken> token_;
};

}  // namespace

SoakResult mount_soak(const SoakPlan& plan) {
  return MountSoak(plan).run();
}

}  // namespace sparkwarden::tests
