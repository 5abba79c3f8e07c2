// SPDX-License-Identifier: Apache-2.0
// ${variables} in the values of a Hadoop configuration, as Configuration.get() expands them. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "probes/config/hadoop_xml.hpp"

namespace sparkwarden::probes::config {

/// What a variable is outside the configuration.
struct Variable {
  enum class State { set, unset, unknown };
  State state = State::unknown;
  std::string value = {};
};

/// Where Hadoop looks besides the configuration: the environment (`${env.X}`), and first of all the
/// system properties of its JVM.
struct Surroundings {
  std::function<Variable(std::string_view name)> environment;
  std::function<Variable(std::string_view name)> system_property;
};

/// Of a JVM that this process does not see: the environment is not known; a system property is
/// known to be unset where neither Java nor Spark sets one of such a name.
[[nodiscard]] Surroundings unseen_jvm();

/// The properties in force by name, for many look-ups. Borrows `configuration`.
class HadoopValues {
 public:
  explicit HadoopValues(const HadoopXml& configuration);
  /// nullptr if there is none.
  [[nodiscard]] const HadoopProperty* find(std::string_view name) const;

 private:
  std::unordered_map<std::string_view, const HadoopProperty*> in_force_;
};

struct Expansion {
  enum class State {
    done,      // `text` is what Hadoop has
    stays,     // Hadoop leaves `${variable}` and all that follows in `text` as written
    loop,      // a variable stands for itself: Hadoop leaves the value as written
    too_deep,  // Hadoop throws
    unknown    // it depends on `variable`, whose value is not known here
  };
  State state = State::done;
  std::string text = {};
  std::string variable = {};
  std::size_t cost = 0;  // bytes that were handled on the way

  bool operator==(const Expansion&) const = default;
};

inline constexpr int kSubstitutionsMax = 20;  // Configuration.MAX_SUBST
inline constexpr std::size_t kExpandedMax = 1
                                            << 20;  // our own bound: 20 rounds can double 20 times

/// `value` as Configuration.get() gives it. Source: Configuration.substituteVars of Hadoop 3.
[[nodiscard]] Expansion expand(const std::string& value,
                               const HadoopValues& configuration,
                               const Surroundings& surroundings);

}  // namespace sparkwarden::probes::config
