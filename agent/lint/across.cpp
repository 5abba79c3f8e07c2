// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/across.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "agent/lint/codes.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::lint {
namespace {

constexpr std::string_view kHadoopPrefix = "spark.hadoop.";
constexpr std::size_t kRelatedMax = 10;

bool named(std::string_view key, const std::vector<std::string>& same) {
  return std::ranges::any_of(same, [&](std::string_view one) {
    return one.ends_with('.') ? key.starts_with(one) : key == one;
  });
}

using ByValue = std::map<std::string_view, std::vector<const Said*>>;

/// The value that the fewest applications have is the one that somebody forgot, most likely.
ByValue::const_iterator rarest(const ByValue& values) {
  return std::ranges::min_element(
      values, {}, [](const auto& value) { return value.second.size(); });
}

std::string applications(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " application" : " applications");
}

Finding differs(std::string_view key, const ByValue& values) {
  const auto odd = rarest(values);
  const std::string shown = shown_value(key, odd->first);
  Finding finding =
      found(kSettingDiffers,
            shown_text(key),
            shown_text(key) + " is " + shown + " in " + applications(odd->second.size()) +
                ", and has " + std::to_string(values.size() - 1) + " other value(s) elsewhere");
  finding.location = odd->second.front()->location;
  finding.actual = shown;
  for (auto other = values.begin(); other != values.end(); ++other) {
    if (other == odd || finding.related.size() == kRelatedMax) continue;
    const Said& first = *other->second.front();
    finding.related.push_back({first.location,
                               shown_value(key, other->first) + " in " +
                                   applications(other->second.size()) + ", the first one " +
                                   shown_text(first.application)});
  }
  return finding;
}

}  // namespace

std::vector<Said> said_by(const std::string& application,
                          const BuiltDeployment& built,
                          const Origins& origins,
                          const SameOf& same_of) {
  std::vector<Said> all;
  std::map<std::string, std::size_t> at;  // the last one of a key counts
  const auto say =
      [&](std::string key, const probes::config::Text& value, const std::string& path) {
        if (probes::config::has_variable(value.text)) return;
        const Location location =
            origins.original(built.origins.original(probes::config::locate(path, value.at)));
        if (!named(key, *same_of(location.path))) return;
        const auto [known, fresh] = at.emplace(key, all.size());
        Said said{std::move(key), value.text, application, location};
        if (fresh) {
          all.push_back(std::move(said));
        } else {
          all[known->second] = std::move(said);
        }
      };
  if (const auto& file = built.deployment.core_site) {
    for (const probes::config::HadoopProperty& property : file->content.properties) {
      say(std::string(kHadoopPrefix) + property.name.text, property.value, file->path_of(property));
    }
  }
  if (const auto& file = built.deployment.defaults) {
    for (const probes::config::Property& property : file->content.entries) {
      say(property.key.text, property.value, file->path);
    }
  }
  return all;
}

std::vector<Finding> differences(const std::vector<Said>& all) {
  std::map<std::string_view, ByValue> keys;
  for (const Said& said : all) keys[said.key][said.value].push_back(&said);
  std::vector<Finding> findings;
  for (const auto& [key, values] : keys) {
    if (values.size() > 1) findings.push_back(differs(key, values));
  }
  return findings;
}

}  // namespace sparkwarden::lint
