// SPDX-License-Identifier: Apache-2.0
#include "probes/registry.hpp"

#include <array>
#include <chrono>

#include "probes/config/codes.hpp"
#include "probes/config/measures.hpp"
#include "probes/config/probe.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/settings.hpp"
#include "probes/peers/address_child.hpp"
#include "probes/peers/codes.hpp"
#include "probes/peers/measures.hpp"
#include "probes/peers/probe.hpp"
#include "probes/peers/settings.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/measures.hpp"
#include "probes/python/probe.hpp"
#include "probes/python/rules.hpp"
#include "probes/python/scan.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/measures.hpp"
#include "probes/runtime/probe.hpp"
#include "probes/runtime/rules.hpp"
#include "probes/runtime/scan.hpp"
#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/mount_child.hpp"
#include "probes/storage/mount_request.hpp"
#include "probes/storage/probe.hpp"
#include "probes/storage/wire_child.hpp"

namespace sparkwarden::probes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array kExecutor{Role::executor};
constexpr std::array<std::string_view, 4> kPeersWakes{"python", "runtime", "config", "storage"};
constexpr std::array<std::string_view, 1> kRuntimeWakes{"config"};  // which Spark reads it
constexpr std::array<std::string_view, 1> kConfigWakes{"storage"};  // which volumes there are

std::optional<milliseconds> never(const settings::ProbeSettings&, Role) {
  return std::nullopt;
}

std::vector<Finding> judge_config(std::span<const Difference> differences,
                                  const settings::ProbeSettings&) {
  return config::judge_differences(differences);
}

std::vector<Finding> judge_python(std::span<const Difference> differences,
                                  const settings::ProbeSettings& own) {
  return python::judge_differences(differences,
                                   dynamic_cast<const python::Settings&>(own).critical);
}

std::vector<Finding> judge_runtime(std::span<const Difference> differences,
                                   const settings::ProbeSettings&) {
  return runtime::judge_differences(differences);
}

std::array<ProbeRow, 5> make_rows() {
  return {ProbeRow{.name = "peers",
                   .roles = kExecutor,
                   .defaults = {.enabled = {},
                                .period = seconds(60),
                                .deadline = seconds(5),
                                .max_age = minutes(3),
                                .fail_after = 3},
                   .codes = peers::codes::kCodes,
                   .measures = peers::measures::kAll,
                   .wakes = kPeersWakes,
                   .follows_verdicts = true,
                   .make_settings = peers::make_settings,
                   .make = peers::make,
                   .full_every = never},
          ProbeRow{.name = "runtime",
                   .roles = kSparkRoles,
                   .defaults = {.enabled = {},
                                .period = minutes(5),
                                .deadline = seconds(10),
                                .max_age = minutes(15),
                                .fail_after = 1},
                   .codes = runtime::codes::kCodes,
                   .measures = runtime::measures::kAll,
                   .wakes = kRuntimeWakes,
                   .make_settings = runtime::make_settings,
                   .make = runtime::make,
                   .full_every = never,
                   .judge = judge_runtime},
          ProbeRow{.name = "config",
                   .roles = kRoles,
                   .defaults = {.enabled = {}, .period = seconds(60), .deadline = seconds(5)},
                   .codes = config::kCodes,
                   .measures = config::kMeasures,
                   .wakes = kConfigWakes,
                   .make_settings = config::make_settings,
                   .make = config::make,
                   .full_every = never,
                   .judge = judge_config},
          ProbeRow{.name = "storage",
                   .roles = kRoles,
                   .defaults = {.enabled = {}, .period = seconds(60), .deadline = seconds(10)},
                   .codes = storage::codes::kCodes,
                   .measures = storage::measures::kAll,
                   .wakes = {},
                   .make_settings = storage::make_settings,
                   .make = storage::make,
                   .full_every = storage::full_every},
          ProbeRow{.name = "python",
                   .roles = kSparkRoles,
                   .defaults = {.enabled = {},
                                .period = minutes(5),
                                .deadline = seconds(20),
                                .max_age = minutes(15),
                                .fail_after = 1},
                   .codes = python::codes::kCodes,
                   .measures = python::measures::kAll,
                   .wakes = {},
                   .make_settings = python::make_settings,
                   .make = python::make,
                   .full_every = never,
                   .judge = judge_python}};
}

constexpr std::array kChildVerbs{ChildVerb{"storage-wire", storage::run_wire_child},
                                 ChildVerb{storage::kMountVerb, storage::run_mount_child},
                                 ChildVerb{peers::kVerb, peers::run_child},
                                 ChildVerb{python::kVerb, python::run_child},
                                 ChildVerb{runtime::kVerb, runtime::run_child}};

}  // namespace

std::span<const ProbeRow> registry() {
  static const std::array<ProbeRow, 5> kRows = make_rows();
  return kRows;
}

std::span<const ChildVerb> child_verbs() {
  return kChildVerbs;
}

}  // namespace sparkwarden::probes
