// SPDX-License-Identifier: Apache-2.0
// Binds settings structs to their sources. A struct names each of its keys once, with its help;
// that one line is what reads the file, the environment and the flags, rejects unknown keys, and
// prints `config show`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/values.hpp"

namespace sparkwarden::settings {

/// Where values come from, the stronger later: file, environment, flags. Keys of `environment` and
/// `flags` are paths such as `gate.mode`.
struct Sources {
  yaml::Node file;  // null: no file
  std::string file_name;
  std::map<std::string, std::string> environment;  // whole environment, by variable name
  std::map<std::string, std::string> flags;        // by settings path
};

/// One key in force: what `config show` prints.
struct Effective {
  std::string key;
  std::string value;
  std::string origin;  // default, file:line:column, the variable's or flag's name
  std::string help;
};

class Binder {
 public:
  explicit Binder(const Sources& sources);

  /// Keys bound inside are below `prefix`.
  template <typename Struct>
  void section(std::string_view prefix, Struct& target) {
    const std::string saved = prefix_;
    prefix_ += std::string(prefix) + ".";
    target.bind(*this);
    prefix_ = saved;
  }

  /// `target` keeps its present value as the default when no source names the key, and when what is
  /// given cannot be read or `check` (value -> complaint, empty if fine) objects to it.
  template <typename T, typename Check>
  void key(std::string_view name, T& target, std::string_view help, Check check) {
    const std::string path = prefix_ + std::string(name);
    const Found found = find(path);
    if (found.node != nullptr) {
      if (auto value = Codec<T>::read(*found.node, found.scope)) {
        const std::string_view complaint = check(*value);
        if (complaint.empty()) {
          target = std::move(*value);
        } else {
          found.scope.problem(*found.node, std::string(complaint));
        }
      }
    }
    effective_.push_back({path, Codec<T>::show(target), found.origin, std::string(help)});
  }
  template <typename T>
  void key(std::string_view name, T& target, std::string_view help) {
    key(name, target, help, [](const T&) { return std::string_view{}; });
  }

  /// Adds a problem of a rule that spans keys, at the place where `name` was set.
  void problem(std::string_view name, std::string message);

  /// Reports the file's keys that nobody bound. Call once, last.
  void finish();

  [[nodiscard]] const Problems& problems() const { return problems_; }
  [[nodiscard]] const std::vector<Effective>& effective() const { return effective_; }

 private:
  struct Found {
    const yaml::Node* node = nullptr;
    Scope scope;
    std::string origin = "default";
  };
  Found find(const std::string& path);
  void report_unknown(const yaml::Node& node, const std::string& path);

  const Sources& sources_;
  std::string prefix_;
  Problems problems_;
  std::vector<Effective> effective_;
  std::vector<std::unique_ptr<yaml::Node>> held_;  // nodes made from variables and flags
};

/// SPARKWARDEN_GATE_MODE for gate.mode.
[[nodiscard]] std::string variable_of(std::string_view path);

}  // namespace sparkwarden::settings
