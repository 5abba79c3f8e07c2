// SPDX-License-Identifier: Apache-2.0
// The probe `peers`: fetches the manifest of this executor's driver and hands it to the probes that
// compare. It judges nothing but the connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/core/peer_view.hpp"
#include "agent/io/http_client.hpp"
#include "agent/io/probe.hpp"
#include "probes/peers/driver_address.hpp"
#include "probes/peers/rules.hpp"
#include "probes/peers/settings.hpp"

namespace sparkwarden::probes::peers {

class PeersProbe final : public Probe {
 public:
  /// `proc` is where processes are looked for; tests have one of their own.
  PeersProbe(settings::World world,
             std::shared_ptr<const Settings> settings,
             std::string proc = "/proc");

  [[nodiscard]] std::string_view name() const override { return "peers"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;
  [[nodiscard]] bool idle() override { return address_.idle(); }

 private:
  struct Fetched {
    Judged judged = {};
    Step step = {};
    std::optional<milliseconds> skew = {};  // of an agent that says its time
    std::optional<HeardToken> token = {};   // of the same answer; whose it is, the manifest tells
  };

  [[nodiscard]] io::HttpGet request_for(const RunContext& context,
                                        const io::HttpUrl& url,
                                        milliseconds limit) const;
  /// Adds the token of settings to `request`; what came of it, for a driver that refuses.
  [[nodiscard]] awaitable<std::string> add_token(io::HttpGet* request) const;
  [[nodiscard]] awaitable<Fetched> fetch(io::HttpGet request, Asked asked);
  [[nodiscard]] awaitable<Judged> take(io::HttpReply reply, Asked asked);
  [[nodiscard]] bool hand_on(const Asked& asked, Observed& seen);
  void plan_next(const Judged& judged, Observed& seen);

  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  std::uint64_t seed_;
  DriverAddress address_;

  std::shared_ptr<const Manifest> held_;    // of the last whole answer, whoever it belongs to
  std::string etag_;                        // of held_; empty: the next request has no condition
  std::shared_ptr<const Manifest> viewed_;  // the one view_ was made of
  std::shared_ptr<const PeerView> view_;    // of this executor's driver: the same one while equal
  std::string asked_;                       // the last address
  bool reached_ = false;                    // an agent has answered there
  std::uint64_t looked_in_vain_ = 0;        // for an address, in a row
  std::uint64_t failures_ = 0;              // in a row
};

[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);

}  // namespace sparkwarden::probes::peers
