// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/policies.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/lint/glob.hpp"
#include "agent/lint/manifest.hpp"

namespace sparkwarden::lint {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = std::size_t{1} << 20;

std::string absolute(const std::string& directory) {
  std::error_code error;
  const fs::path path = fs::absolute(directory, error);
  return normal_path(error ? directory : path.string());
}

/// As it was written below the working directory, so that messages stay short.
std::string shown(const std::string& path) {
  std::error_code error;
  const std::string here = fs::current_path(error).string() + "/";
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

}  // namespace

Policies::Policies(const io::FileReader& files, std::string file) : files_(files) {
  if (!file.empty()) fixed_ = read(file, true);
}

const settings::LintSettings& Policies::of_directory(const std::string& directory) {
  return fixed_ ? *fixed_ : *nearest(absolute(directory));
}

const settings::LintSettings& Policies::of_file(const std::string& path) {
  return of_directory(directory_of(path));
}

bool Policies::excludes(const std::string& path) {
  const settings::LintSettings& settings = of_file(path);
  if (settings.exclude.empty()) return false;
  const std::string relative = fs::path(absolute(path)).lexically_relative(settings.directory);
  return std::ranges::any_of(settings.exclude, [&](const std::string& pattern) {
    return glob_match(pattern, relative) || glob_match(pattern + "/**", relative);
  });
}

std::shared_ptr<const settings::LintSettings> Policies::nearest(const std::string& directory) {
  const auto known = known_.find(directory);
  if (known != known_.end()) return known->second;
  auto found = read(directory + "/" + std::string(kSettingsName), false);
  std::error_code error;
  const bool top =
      directory == "/" || !directory.starts_with('/') || fs::exists(directory + "/.git", error);
  if (!found) {
    found =
        top ? std::make_shared<const settings::LintSettings>() : nearest(directory_of(directory));
  }
  known_.emplace(directory, found);
  return found;
}

std::shared_ptr<const settings::LintSettings> Policies::read(const std::string& path,
                                                             bool required) {
  const auto text = files_.read(path, kBytesMax);
  if (!text && !required && text.error().trouble == io::FileTrouble::missing) return nullptr;
  settings::LoadedLint loaded;
  if (text) {
    loaded = settings::load_lint(*text, shown(path));
  } else {
    loaded.problems.push_back({{.path = path}, "", "cannot be read: " + text.error().detail});
  }
  problems_.insert(problems_.end(), loaded.problems.begin(), loaded.problems.end());
  loaded.settings.directory = directory_of(absolute(path));
  return std::make_shared<const settings::LintSettings>(std::move(loaded.settings));
}

}  // namespace sparkwarden::lint
