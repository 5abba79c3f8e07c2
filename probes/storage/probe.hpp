// SPDX-License-Identifier: Apache-2.0
// The probe `storage`: gathers what rules.hpp judges. A light run asks the server one RPC NULL and
// reads mount table and counters; a full run also sends the children, for one target after the
// other: first over the wire, then, unless the server is silent, through the mount, and once more
// over the wire for a driver's token that the mount did not show.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "probes/storage/mount_watch.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/server_watch.hpp"
#include "probes/storage/settings.hpp"
#include "probes/storage/token_watch.hpp"
#include "probes/storage/wire_watch.hpp"

namespace sparkwarden::probes::storage {

class StorageProbe final : public Probe {
 public:
  StorageProbe(settings::World world,
               std::shared_ptr<const Settings> settings,
               std::unique_ptr<const io::FileReader> files);

  [[nodiscard]] std::string_view name() const override { return "storage"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;
  [[nodiscard]] bool idle() override { return wires_.idle() && mounts_.idle(); }

 private:
  struct Round;  // one run: its end, and what it has seen so far

  [[nodiscard]] bool full_now(const RunContext& context);
  [[nodiscard]] TargetPlan plan(const RunContext& context, Round& round) const;
  awaitable<void> look_at(Round& round, Target target);
  awaitable<void> look_over_network(Round& round, TargetLook& look);
  awaitable<void> look_through_mount(Round& round, TargetLook& look);
  awaitable<void> prove(Round& round, Target target, ServerLook server);
  awaitable<void> look_for_token(Round& round, Target target, ServerLook server);
  [[nodiscard]] Judge as_judge() const;
  void report(const Target& target, const WireLook& look, Observed& seen) const;

  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  std::unique_ptr<const io::FileReader> files_;
  ServerWatch servers_;
  WireWatch wires_;
  MountWatch mounts_;
  TokenWatch tokens_;
  /// What the last full look saw holds in light runs, as long as as much is asked of the target.
  struct Proven {
    bool write = false;
    bool checkpoint = false;
    WireLook look;
  };
  // By target name.
  std::map<std::string, Proven> last_;
  std::map<std::string, History> history_;
  bool only_token_missing_ = false;  // what kept the last run from a verdict
  Instant last_full_ = {};
};

[[nodiscard]] std::shared_ptr<settings::ProbeSettings> make_settings();
[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);
/// auto: every 10 minutes on roles that start pods, never again on executors.
[[nodiscard]] std::optional<milliseconds> full_every(const settings::ProbeSettings& own, Role role);

}  // namespace sparkwarden::probes::storage
