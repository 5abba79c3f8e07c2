// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/setup.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <utility>

#include <unistd.h>

#include "agent/io/files.hpp"

namespace sparkwarden::commands {
namespace {

constexpr std::size_t kConfigBytesMax = 1 << 20;

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::uint64_t draw_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

/// The pod's identity by downward API; outside Kubernetes one that no other process has.
settings::Identity identify(const Environment& environment, std::uint64_t seed) {
  settings::Identity identity{.uid = value_of(environment, "SPARKWARDEN_POD_UID"),
                              .pod_name = value_of(environment, "SPARKWARDEN_POD_NAME"),
                              .pod_namespace = value_of(environment, "SPARKWARDEN_POD_NAMESPACE"),
                              .app_id = value_of(environment, "SPARKWARDEN_APP_ID"),
                              .executor_id = value_of(environment, "SPARKWARDEN_EXECUTOR_ID")};
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  // The uid becomes a directory name on the export, so nothing else may be in it.
  const bool usable = !identity.uid.empty() && identity.uid.size() <= 64 &&
                      std::ranges::all_of(identity.uid, allowed);
  if (usable) return identity;
  std::array<char, 33> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::string name(host.data());
  std::ranges::replace_if(
      name, [&](char c) { return !allowed(c); }, '-');
  std::array<char, 9> nonce{};
  std::snprintf(nonce.data(), nonce.size(), "%08x", static_cast<unsigned>(seed & 0xFFFFFFFFU));
  identity.uid = "local-" + name + "-" + nonce.data();
  return identity;
}

std::vector<settings::ProbeSlot> slots() {
  std::vector<settings::ProbeSlot> made;
  for (const probes::ProbeRow& row : probes::registry()) {
    made.push_back({std::string(row.name), row.defaults, row.make_settings()});
  }
  return made;
}

/// The settings file's text. A missing one is a problem only where somebody named it.
std::string read_config(const std::string& path, bool named, settings::Problems& problems) {
  const auto text = io::RealFiles().read(path, kConfigBytesMax);
  if (text) return *text;
  if (named || text.error().trouble != io::FileTrouble::missing) {
    problems.push_back({{.path = path}, "", "cannot be read: " + text.error().detail});
  }
  return {};
}

bool enabled_for(const probes::ProbeRow& row, const settings::ProbeCommon& timing, Role role) {
  return timing.enabled.value_or(std::ranges::find(row.roles, role) != row.roles.end());
}

}  // namespace

Environment read_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

ReadyPolicy Setup::ready_policy() const {
  const ReadyPolicy by_role = role() == Role::executor ? ReadyPolicy::verdict : ReadyPolicy::alive;
  return config.agent.ready.value_or(by_role);
}

bool Setup::runs(std::string_view probe) const {
  return std::ranges::any_of(probes,
                             [&](const EnabledProbe& one) { return one.row->name == probe; });
}

GatePolicy Setup::gate_policy() const {
  const settings::GateSettings& gate = config.agent.gate;
  GatePolicy policy{.mode = gate.mode,
                    .probes = gate.probes,
                    .timeout = gate.timeout,
                    .on_timeout = gate.on_timeout};
  // One file of settings serves all roles: a probe that this one does not have is no part of its
  // gate.
  std::erase_if(policy.probes, [&](const std::string& name) {
    const auto slot = std::ranges::find(config.probes, name, &settings::ProbeSlot::name);
    return slot != config.probes.end() && !slot->common.enabled && !runs(name);
  });
  if (gate.probes.empty()) {
    for (const EnabledProbe& probe : probes) policy.probes.emplace_back(probe.row->name);
  }
  // Nobody knows whom a gate would hold: a typo must not keep a driver from its start.
  if (!role_known) policy.mode = GateMode::warn;
  return policy;
}

Setup set_up(const CommonOptions& options, const Environment& environment) {
  Setup setup{.options = options};
  const std::string from_variable = value_of(environment, "SPARKWARDEN_CONFIG");
  const bool named = !options.config.empty() || !from_variable.empty();
  setup.config_path = !options.config.empty() ? options.config
                      : named                 ? from_variable
                                              : std::string(kDefaultConfig);

  const std::string text = read_config(setup.config_path, named, setup.problems);
  settings::Sources sources{
      .file = {}, .file_name = setup.config_path, .environment = environment, .flags = {}};
  if (!options.role.empty()) sources.flags.emplace("role", options.role);
  settings::Loaded loaded = settings::load(text, std::move(sources), slots());
  std::ranges::move(loaded.problems, std::back_inserter(setup.problems));
  setup.config = std::move(loaded.config);

  const auto by_label = role_from(value_of(environment, "SPARKWARDEN_SPARK_ROLE"));
  const auto role = setup.config.agent.role ? setup.config.agent.role : by_label;
  setup.role_known = role.has_value();

  const std::uint64_t seed = draw_seed();
  setup.world = {.role = role.value_or(Role::driver),
                 .paths = setup.config.agent.paths,
                 .identity = identify(environment, seed),
                 .spark_version = setup.config.agent.spark_version,
                 .seed = seed,
                 .file_bytes_max = setup.config.agent.limits.file.count,
                 .peer_bytes_max = setup.config.agent.limits.peer_body.count,
                 .environment = environment};
  for (const probes::ProbeRow& row : probes::registry()) {
    const auto slot = std::ranges::find(setup.config.probes, row.name, &settings::ProbeSlot::name);
    if (!enabled_for(row, slot->common, setup.world.role)) continue;
    setup.probes.push_back({&row, slot->common, slot->own});
  }
  return setup;
}

std::string to_line(const settings::Problem& problem) {
  std::string line = problem.location.path;
  if (problem.location.line > 0) {
    line +=
        ":" + std::to_string(problem.location.line) + ":" + std::to_string(problem.location.column);
  }
  return line + ": " + (problem.key.empty() ? "" : problem.key + ": ") + problem.message;
}

void print_problems(const settings::Problems& problems) {
  for (const settings::Problem& problem : problems) {
    std::fprintf(stderr, "%s\n", to_line(problem).c_str());
  }
}

std::string role_list() {
  std::string list;
  for (const Role role : kRoles) list += (list.empty() ? "" : ", ") + std::string(to_string(role));
  return list;
}

}  // namespace sparkwarden::commands
