// SPDX-License-Identifier: Apache-2.0
#include "probes/config/hadoop_variables.hpp"

#include <array>
#include <optional>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

using State = Expansion::State;

struct Bounds {
  std::size_t begin = 0;  // of the name
  std::size_t end = 0;
};

/// The first `${name}` whose name has no blank, `$` or `}` in it. Hadoop looks for braces from the
/// second character on and goes on behind what it could not use.
std::optional<Bounds> first_variable(const std::string& text) {
  std::size_t from = 1;
  while (true) {
    const std::size_t brace = text.find('{', from);
    if (brace == std::string::npos || brace + 2 >= text.size()) return std::nullopt;
    from = brace + 1;
    if (text[brace - 1] != '$') continue;
    const std::size_t stop = text.find_first_of("} $", brace + 1);
    if (stop == std::string::npos) return std::nullopt;
    if (text[stop] == '}' && stop > brace + 1) return Bounds{brace + 1, stop};
    from = stop + 1;
  }
}

/// Hadoop trims a key that it is asked for, and so takes `${\n a}` for a.
Variable found_in(const HadoopValues& configuration, std::string_view name) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!name.empty() && blank(name.front())) name.remove_prefix(1);
  while (!name.empty() && blank(name.back())) name.remove_suffix(1);
  const HadoopProperty* property = configuration.find(name);
  if (property == nullptr) return {.state = Variable::State::unset};
  return {.state = Variable::State::set, .value = property->value.text};
}

/// `env.NAME`, `env.NAME-default` (if it is not set) or `env.NAME:-default` (nor empty).
Variable from_environment(std::string_view name, const Surroundings& surroundings) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool colon = name[i] == ':' && i + 1 < name.size() && name[i + 1] == '-';
    if (!colon && name[i] != '-') continue;
    Variable variable = surroundings.environment(name.substr(0, i));
    const bool absent = variable.state == Variable::State::unset ||
                        (colon && variable.state == Variable::State::set && variable.value.empty());
    if (absent) {
      return {.state = Variable::State::set,
              .value = std::string(name.substr(i + (colon ? 2 : 1)))};
    }
    return variable;
  }
  return surroundings.environment(name);
}

Variable look_up(std::string_view name,
                 const HadoopValues& configuration,
                 const Surroundings& surroundings) {
  const bool environment = name.starts_with("env.") && name.size() > 4;
  Variable variable = environment ? from_environment(name.substr(4), surroundings)
                                  : surroundings.system_property(name);
  if (variable.state == Variable::State::unset) variable = found_in(configuration, name);
  return variable;
}

}  // namespace

HadoopValues::HadoopValues(const HadoopXml& configuration) {
  for (const HadoopProperty& property : configuration.properties) {
    const auto [found, fresh] = in_force_.try_emplace(property.name.text, &property);
    if (!fresh && !found->second->final) found->second = &property;
  }
}

const HadoopProperty* HadoopValues::find(std::string_view name) const {
  const auto found = in_force_.find(name);
  return found == in_force_.end() ? nullptr : found->second;
}

Surroundings unseen_jvm() {
  return {.environment = [](std::string_view) { return Variable{}; },
          .system_property =
              [](std::string_view name) {
                constexpr std::array<std::string_view, 14> kPrefixes{"java.",
                                                                     "javax.",
                                                                     "jdk.",
                                                                     "sun.",
                                                                     "user.",
                                                                     "os.",
                                                                     "file.",
                                                                     "path.",
                                                                     "line.",
                                                                     "native.",
                                                                     "awt.",
                                                                     "http.",
                                                                     "spark.",
                                                                     "hadoop.log."};
                for (const std::string_view prefix : kPrefixes) {
                  if (name.starts_with(prefix)) return Variable{};
                }
                return Variable{.state = Variable::State::unset};
              }};
}

Expansion expand(const std::string& value,
                 const HadoopValues& configuration,
                 const Surroundings& surroundings) {
  Expansion result{.text = value};
  const auto ends = [&](State state, std::string variable = "") {
    result.state = state;
    result.variable = std::move(variable);
    return std::move(result);
  };
  std::string& text = result.text;
  for (int round = 0; round < kSubstitutionsMax; ++round) {
    result.cost += text.size();
    const auto bounds = first_variable(text);
    if (!bounds) return ends(State::done);
    const std::string name = text.substr(bounds->begin, bounds->end - bounds->begin);
    const Variable variable = look_up(name, configuration, surroundings);
    if (variable.state == Variable::State::unknown) return ends(State::unknown, name);
    if (variable.state == Variable::State::unset) return ends(State::stays, name);
    if (variable.value.find("${" + name + "}") != std::string::npos) {
      text = value;
      return ends(State::loop, name);
    }
    text.replace(bounds->begin - 2, bounds->end - bounds->begin + 3, variable.value);
    if (text.size() > kExpandedMax) return ends(State::unknown, name);
  }
  return ends(State::too_deep);
}

}  // namespace sparkwarden::probes::config
