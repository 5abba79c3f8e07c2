// SPDX-License-Identifier: Apache-2.0
// Secrets that stand in configuration files for everybody to read. A value is never repeated.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "agent/core/secrets.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_keys.hpp"

namespace sparkwarden::probes::config {
namespace {

// Longer values are not looked through; a secret that long is a file.
constexpr std::size_t kLookedAt = 4096;

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return small;
}

/// Values that only say where a secret is, or how long it lives: a variable, a path, a class, an
/// address, a number with or without a unit.
bool points_elsewhere(std::string_view value) {
  const auto digits = std::min(value.find_first_not_of("0123456789."), value.size());
  const bool number = digits > 0 && value.size() - digits <= 3 && value.size() <= 12;
  const bool placeholder = value.find_first_not_of("*xX.") == std::string_view::npos;
  constexpr std::array<std::string_view, 5> kBeginnings{"/", "org.", "com.", "io.", "arn:"};
  return value.empty() || value == "true" || value == "false" || number || placeholder ||
         value.find_first_of("${}<>") != std::string_view::npos ||
         value.find("://") != std::string_view::npos ||
         std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](std::string_view begin) {
           return value.starts_with(begin);
         });
}

/// Whether the value of `key`, which speaks of a secret, is itself one and not the name of one.
bool holds_secret(std::string_view key) {
  // Of the keys that Spark itself has, these; the others speak of secrets (their files, their age).
  constexpr std::array<std::string_view, 3> kOwn{
      "spark.authenticate.secret", "spark.connect.authenticate.token", "spark.mesos.secret"};
  if (spark_key(key) != nullptr) return std::find(kOwn.begin(), kOwn.end(), key) != kOwn.end();
  constexpr std::array<std::string_view, 9> kAbout{
      "name", "names", ".file", "_file", ".path", "_path", ".dir", ".regex", ".id"};
  const std::string small = lower(key);
  const auto ends = [&](std::string_view end) { return small.ends_with(end); };
  if (std::any_of(kAbout.begin(), kAbout.end(), ends)) return false;
  // hive.security.authorization.* says who may do what; a header of that name holds a secret.
  return small.find("authorization.") == std::string::npos &&
         small.find(".secretkeyref.") == std::string::npos &&
         small.find(".secrets.") == std::string::npos;
}

bool is_secret(std::string_view key, std::string_view value) {
  if (names_secret(key)) return holds_secret(key) && !points_elsewhere(value);
  if (value.find("${") != std::string_view::npos) return false;
  const Mask mask = secrets_in(value.substr(0, kLookedAt));
  return std::find(mask.begin(), mask.end(), true) != mask.end();
}

Finding plaintext(const std::string& path, const Text& key, const Text& value) {
  return found_at(kSecretPlaintext,
                  path,
                  value.at,
                  shown_text(key.text),
                  "the value of " + shown_text(key.text) + " is a secret in plain text");
}

std::vector<Finding> plaintext_in_template(const SparkPod& built) {
  std::vector<Finding> findings;
  for (const auto* list : {&built.pod()->init_containers, &built.pod()->containers}) {
    for (const TemplateContainer& container : *list) {
      for (const TemplateEntry& entry : container.env) {
        if (!is_secret(entry.name.text, entry.value.text)) continue;
        findings.push_back(plaintext(built.template_path(), entry.name, entry.value));
      }
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> plaintext_secrets(const Deployment& deployment) {
  Judgement all;
  std::vector<Finding>& findings = all.findings;
  if (deployment.defaults) {
    for (const Property& property : deployment.defaults->content.entries) {
      if (!is_secret(property.key.text, property.value.text)) continue;
      findings.push_back(plaintext(deployment.defaults->path, property.key, property.value));
    }
  }
  if (deployment.core_site) {
    for (const HadoopProperty& property : deployment.core_site->content.properties) {
      if (!is_secret(property.name.text, property.value.text)) continue;
      findings.push_back(
          plaintext(deployment.core_site->path_of(property), property.name, property.value));
    }
  }
  for (const Side side : {Side::executor, Side::driver}) {
    const SparkPod built(deployment, side);
    if (built.pod() != nullptr) all.add(plaintext_in_template(built));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
