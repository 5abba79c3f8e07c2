// SPDX-License-Identifier: Apache-2.0
// The nearest .sparkwarden.yaml above a file, each read once.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "agent/config/lint_settings.hpp"
#include "agent/io/files.hpp"

namespace sparkwarden::lint {

inline constexpr std::string_view kSettingsName = ".sparkwarden.yaml";

class Policies {
 public:
  /// `file`: one for all (--config); empty: found upward from each path, up to the directory that
  /// holds .git or to the root.
  Policies(const io::FileReader& files, std::string file);

  [[nodiscard]] const settings::LintSettings& of_directory(const std::string& directory);
  [[nodiscard]] const settings::LintSettings& of_file(const std::string& path);

  /// Whether the settings above `path` exclude it, by its own name or a directory's.
  [[nodiscard]] bool excludes(const std::string& path);

  /// Of all files that were read; with any of them nothing should be judged.
  [[nodiscard]] const settings::Problems& problems() const { return problems_; }

 private:
  std::shared_ptr<const settings::LintSettings> nearest(const std::string& directory);
  std::shared_ptr<const settings::LintSettings> read(const std::string& path, bool required);

  const io::FileReader& files_;
  std::shared_ptr<const settings::LintSettings> fixed_;
  std::map<std::string, std::shared_ptr<const settings::LintSettings>> known_;  // by directory
  settings::Problems problems_;
};

}  // namespace sparkwarden::lint
