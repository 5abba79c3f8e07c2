// SPDX-License-Identifier: Apache-2.0
#include "agent/config/config.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "agent/config/policy_codec.hpp"

namespace sparkwarden::settings {

template <>
struct Words<GateMode> {
  static constexpr std::array<std::pair<std::string_view, GateMode>, 2> all{
      {{"warn", GateMode::warn}, {"enforce", GateMode::enforce}}};
};
template <>
struct Words<OnTimeout> {
  static constexpr std::array<std::pair<std::string_view, OnTimeout>, 2> all{
      {{"open", OnTimeout::open}, {"fail", OnTimeout::fail}}};
};
template <>
struct Words<ReadyPolicy> {
  static constexpr std::array<std::pair<std::string_view, ReadyPolicy>, 2> all{
      {{"alive", ReadyPolicy::alive}, {"verdict", ReadyPolicy::verdict}}};
};
template <>
struct Words<MetricsProfile> {
  static constexpr std::array<std::pair<std::string_view, MetricsProfile>, 2> all{
      {{"full", MetricsProfile::full}, {"minimal", MetricsProfile::minimal}}};
};
template <>
struct Words<LogFormat> {
  static constexpr std::array<std::pair<std::string_view, LogFormat>, 2> all{
      {{"text", LogFormat::text}, {"json", LogFormat::json}}};
};
template <>
struct Words<LogLevel> {
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 4> all{
      {{"debug", LogLevel::debug},
       {"info", LogLevel::info},
       {"warning", LogLevel::warning},
       {"error", LogLevel::error}}};
};
template <>
struct Words<Role> {
  static constexpr std::array<std::pair<std::string_view, Role>, 5> all{
      {{"driver", Role::driver},
       {"executor", Role::executor},
       {"interpreter", Role::interpreter},
       {"connect-server", Role::connect_server},
       {"zeppelin-server", Role::zeppelin_server}}};
};

namespace {

/// `all` or a list of probe names.
struct GateProbes {
  std::vector<std::string> names;
};

}  // namespace

template <>
struct Codec<GateProbes> {
  static std::optional<GateProbes> read(const yaml::Node& node, const Scope& scope) {
    if (node.is(yaml::Kind::scalar) && node.text == "all") return GateProbes{};
    auto names = Codec<std::vector<std::string>>::read(node, scope);
    if (names && names->empty()) {
      scope.problem(node,
                    "expected `all` or at least one probe; a gate without probes never holds");
      return std::nullopt;
    }
    return names ? std::optional(GateProbes{std::move(*names)}) : std::nullopt;
  }
  static std::string show(const GateProbes& value) {
    return value.names.empty() ? "all" : Codec<std::vector<std::string>>::show(value.names);
  }
};

namespace {

std::string_view at_least_one(int value) {
  return value < 1 ? "must be at least 1" : "";
}

/// As the server takes it: numeric, IPv6 with or without brackets.
std::string_view numeric_address(const std::string& text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  const std::string bare = bracketed ? text.substr(1, text.size() - 2) : text;
  boost::system::error_code error;
  boost::asio::ip::make_address(bare, error);
  return error ? "must be numeric, such as [::] or 127.0.0.1" : "";
}

std::string_view at_least_100ms(milliseconds value) {
  return value < milliseconds(100) ? "must be at least 100ms" : "";
}

}  // namespace

void ProbeCommon::bind(Binder& binder) {
  binder.key("enabled", enabled, "auto (by role), true or false");
  binder.key("period", period, "time between the starts of two runs", at_least_100ms);
  binder.key("deadline", deadline, "a run is cut off after this", at_least_100ms);
  // Who slows a probe down does not have to think of its age as well.
  max_age = std::max(max_age, 3 * period);
  binder.key("max_age", max_age, "an older result counts as unknown", at_least_100ms);
  binder.key(
      "fail_after", fail_after, "failing runs in a row before readiness says no", at_least_one);
  binder.key(
      "pass_after", pass_after, "passing runs in a row before it says yes again", at_least_one);
  if (max_age < period + deadline) {
    binder.problem("max_age",
                   "must be at least period + deadline, or a healthy probe turns unknown");
    max_age = period + deadline;
  }
}

void Listen::bind(Binder& binder) {
  binder.key("address",
             address,
             "numeric address; [::] also takes IPv4, and falls back to 0.0.0.0",
             numeric_address);
  binder.key("port", port, "0: any free port", [](int value) -> std::string_view {
    return value > std::numeric_limits<std::uint16_t>::max() ? "must be below 65536" : "";
  });
  binder.key("port_file", port_file, "where the port in use is written; auto: <run_dir>/port");
}

void Paths::bind(Binder& binder) {
  binder.key("root",
             root,
             "prefix of the paths in the pod: spark_conf, spark_home and all that files refer to");
  binder.key("spark_conf", spark_conf, "where the Spark configuration is mounted");
  binder.key("spark_home", spark_home, "where Spark is installed, unless SPARK_HOME says");
  binder.key("mountinfo", mountinfo, "the mount table of this container");
  binder.key("mountstats", mountstats, "the kernel's counters of the NFS mounts in this container");
  binder.key("run_dir", run_dir, "the agent's own directory, shared by its containers");
}

std::string Paths::under_root(std::string_view path) const {
  std::string_view prefix = root;
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return std::string(prefix) + std::string(path);
}

void GateSettings::bind(Binder& binder) {
  GateProbes which{probes};
  binder.key("mode", mode, "warn: report and open; enforce: hold until the checks pass");
  binder.key("probes", which, "all, or a list of probe names");
  binder.key("timeout", timeout, "the agent's own deadline for the gate");
  binder.key("on_timeout", on_timeout, "enforce: open or fail when the deadline is reached");
  probes = std::move(which.names);
}

void Limits::bind(Binder& binder) {
  binder.key("connections", connections, "open HTTP connections", at_least_one);
  binder.key("connections_per_address",
             connections_per_address,
             "open HTTP connections of one client",
             at_least_one);
  binder.key("header", header, "bytes of a request's line and header", [](Bytes value) {
    return std::string_view(value.count < 1024 ? "must be at least 1KiB" : "");
  });
  binder.key("idle", idle, "a connection without a request is closed after this", at_least_100ms);
  binder.key("file", file, "bytes read of one configuration file");
  binder.key("peer_body", peer_body, "bytes read of the driver's manifest");
}

void Web::bind(Binder& binder) {
  binder.key("token_file",
             token_file,
             "file with the bearer token that /v1/manifest, /status and / ask for; empty: open");
}

void Agent::bind(Binder& binder) {
  binder.key("version", version, "version of this file's format", [](int value) {
    return std::string_view(value == 1 ? "" : "only version 1 is known");
  });
  binder.key(
      "role", role, "auto, driver, executor, interpreter, connect-server or zeppelin-server");
  binder.section("listen", listen);
  binder.section("paths", paths);
  binder.key("spark_version",
             spark_version,
             "the release of Spark that settings are judged for, such as 4.0.1; auto: what the "
             "probe runtime found, else the tag of an official image");
  binder.section("gate", gate);
  binder.key("ready.policy", ready, "alive, verdict; auto: verdict for executors, else alive");
  binder.key("findings", findings.overrides, "code or prefix.*: off, info, warning or error");
  binder.key("suppress", findings.suppressions, "list of {code, subject, reason, expires}");
  binder.key(
      "metrics.profile", metrics, "full, minimal (no histograms); auto: minimal on executors");
  binder.key("log.level", log_level, "debug, info, warning or error");
  binder.key("log.format", log_format, "text, json; auto: text on a terminal");
  binder.section("web", web);
  binder.section("limits", limits);
}

yaml::Node document(std::string_view text, const std::string& name, Problems& problems) {
  const auto problem = [&](int line, int column, std::string message) {
    problems.push_back({{.path = name, .line = line, .column = column}, "", std::move(message)});
  };
  auto tree = yaml::parse(text);
  if (!tree) {
    problem(tree.error().line, tree.error().column, "malformed YAML: " + tree.error().message);
    return {};
  }
  for (const yaml::Duplicate& twice : tree->duplicates) {
    problem(twice.line,
            twice.column,
            "duplicate key `" + twice.key + "`, first at line " + std::to_string(twice.first_line));
  }
  if (tree->aliases > 0) problem(1, 1, "YAML aliases are not supported");
  if (tree->documents.size() > 1) {
    problem(tree->documents[1].line, tree->documents[1].column, "a second YAML document");
  }
  return tree->documents.empty() ? yaml::Node{} : std::move(tree->documents.front());
}

namespace {

void check_gate_probes(Binder& binder, const Config& config) {
  for (const std::string& name : config.agent.gate.probes) {
    const auto slot = std::ranges::find(config.probes, name, &ProbeSlot::name);
    if (slot == config.probes.end()) {
      binder.problem("gate.probes", "there is no probe `" + name + "`");
    } else if (!slot->common.enabled.value_or(true)) {
      binder.problem("gate.probes", "`" + name + "` is disabled, so it would never pass");
    }
  }
}

}  // namespace

Loaded load(std::string_view text, Sources sources, std::vector<ProbeSlot> probes) {
  Loaded loaded;
  loaded.config.probes = std::move(probes);
  sources.file = document(text, sources.file_name, loaded.problems);

  Binder binder(sources);
  loaded.config.agent.bind(binder);
  for (ProbeSlot& slot : loaded.config.probes) {
    const std::string prefix = "probes." + slot.name;
    binder.section(prefix, slot.common);
    binder.section(prefix, *slot.own);
  }
  check_gate_probes(binder, loaded.config);
  binder.finish();

  loaded.config.effective = binder.effective();
  std::ranges::move(binder.problems(), std::back_inserter(loaded.problems));
  std::ranges::stable_sort(loaded.problems, {}, [](const Problem& problem) {
    return std::pair(problem.location.line, problem.location.column);
  });
  return loaded;
}

}  // namespace sparkwarden::settings
