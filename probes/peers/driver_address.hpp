// SPDX-License-Identifier: Apache-2.0
// Finds out where the driver's agent is: whoever can say so is asked in turn. Leaves to the probe
// whether an agent is there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/io/child.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "probes/peers/kubernetes.hpp"
#include "probes/peers/rules.hpp"
#include "probes/peers/settings.hpp"

namespace sparkwarden::probes::peers {

class DriverAddress {
 public:
  /// `proc` is where processes are looked for.
  DriverAddress(const settings::World& world,
                std::shared_ptr<const Settings> settings,
                std::string proc);

  struct Look {
    std::optional<Written> written = {};
    std::vector<std::string> places = {};   // looked at before, and nothing there
    std::vector<Step> steps = {};           // requests that this took
    std::optional<milliseconds> wait = {};  // somebody asks us to stay away for so long
    bool may_change = false;                // asking again can have another answer
  };
  /// Settings, environment, Kubernetes, the Spark process: the first that says something. Ends by
  /// `end`, with time left for a request.
  [[nodiscard]] awaitable<Look> find(Instant end);

  /// Not this executor's driver's agent answers there, or nobody: a driver that was replaced has
  /// another address, so the next look asks again whoever can be asked. The old one stays until
  /// there is a new one.
  void doubt() { doubted_ = true; }
  /// This executor's driver's agent answered there.
  void trust();
  /// No child is left that reads a process.
  [[nodiscard]] bool idle() { return !slot_.age(); }

 private:
  [[nodiscard]] awaitable<void> look_at_kubernetes(Look* look, Instant end);
  [[nodiscard]] awaitable<Result<std::string>> ask_kubernetes(Look& look, milliseconds limit);
  [[nodiscard]] awaitable<Result<std::string>> get_pod(std::string name, Look& look, Instant end);
  [[nodiscard]] Result<std::string> service_account(const std::string& file) const;

  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  std::string proc_;
  io::RealFiles files_;
  io::ChildSlot slot_;
  std::optional<Written> of_kubernetes_;
  bool doubted_ = false;
  std::uint64_t asked_in_vain_ = 0;  // the API, in a row, without a new address
  Instant ask_from_ = {};
  std::optional<Written> of_process_;  // stays true: a process cannot be told another driver
};

}  // namespace sparkwarden::probes::peers
