// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/inputs.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "agent/lint/glob.hpp"

namespace sparkwarden::lint {
namespace {

namespace fs = std::filesystem;

using Excluded = std::function<bool(const std::string&)>;

constexpr std::array<std::string_view, 4> kSkipped{".git", ".hg", ".svn", "node_modules"};
constexpr std::array<std::string_view, 5> kExtensions{
    ".conf", ".properties", ".xml", ".yaml", ".yml"};

bool is_candidate(const fs::path& path) {
  return std::ranges::find(kExtensions, path.extension().string()) != kExtensions.end();
}

bool is_skipped(std::string_view name) {
  // `..data` and `..2026_...`: the generations behind a mounted ConfigMap; the links to them count.
  return name.starts_with("..") || std::ranges::find(kSkipped, name) != kSkipped.end();
}

class Walk {
 public:
  Walk(const Excluded& excluded, InputBounds bounds) : excluded_(excluded), bounds_(bounds) {}

  void argument(const std::string& path) {
    if (path == kStdin) return keep(path, true);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) return directory_argument(path, "");
    if (fs::exists(status)) return keep(shown(path), true);
    if (!is_glob(path)) return inputs_.missing.push_back(path);
    const std::size_t before = files_.size();
    glob_argument(path);
    if (files_.size() == before) inputs_.missing.push_back(path);
  }

  Inputs finish() {
    for (const auto& [path, named] : files_) inputs_.files.push_back({path, named});
    return std::move(inputs_);
  }

 private:
  static std::string shown(const fs::path& path) { return path.lexically_normal().string(); }

  void keep(const std::string& path, bool named) { files_[path] = files_[path] || named; }

  void directory_argument(const fs::path& root, std::string pattern) {
    std::error_code error;
    real_root_ = fs::canonical(root, error).string();
    root_ = root;
    pattern_ = std::move(pattern);
    directory(root, 0);
  }

  void glob_argument(const std::string& pattern) {
    // Everything before the first name with a metacharacter is a directory.
    const std::size_t meta = pattern.find_first_of("*?[");
    const std::size_t slash = pattern.rfind('/', meta);
    const std::string base = slash == std::string::npos ? "." : pattern.substr(0, slash + 1);
    std::error_code error;
    if (!fs::is_directory(base, error)) return;
    directory_argument(base, slash == std::string::npos ? pattern : pattern.substr(slash + 1));
  }

  void directory(const fs::path& path, int depth) {
    if (depth > bounds_.depth) return leave_out(path, "nested too deeply");
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (++entries_ > bounds_.entries) return leave_out(path, "too many entries");
      entries.push_back(*it);
    }
    if (error) return leave_out(path, error.message());
    std::ranges::sort(entries, {}, [](const auto& entry) { return entry.path(); });
    for (const fs::directory_entry& entry : entries) this->entry(entry, depth);
  }

  void entry(const fs::directory_entry& entry, int depth) {
    const fs::path& path = entry.path();
    const std::string relative = path.lexically_relative(root_).string();
    if (excluded_ && excluded_(shown(path))) return;
    std::error_code error;
    const fs::file_status self = entry.symlink_status(error);
    if (fs::is_directory(self)) {
      if (!is_skipped(path.filename().string())) directory(path, depth + 1);
      return;
    }
    if (fs::is_symlink(self) && !leads_inside(path)) return;
    const bool wanted = pattern_.empty() ? is_candidate(path) : glob_match(pattern_, relative);
    if (!wanted || !fs::is_regular_file(entry.status(error))) return;
    if (files_.size() >= bounds_.files) return leave_out(path.parent_path(), "too many files");
    keep(shown(path), false);
  }

  [[nodiscard]] bool leads_inside(const fs::path& link) const {
    std::error_code error;
    const std::string target = fs::canonical(link, error).string();
    return !error && target.starts_with(real_root_ + "/");
  }

  void leave_out(const fs::path& path, const std::string& reason) {
    std::string line = shown(path) + ": " + reason;
    if (inputs_.left_out.empty() || inputs_.left_out.back() != line) {
      inputs_.left_out.push_back(std::move(line));
    }
  }

  const Excluded& excluded_;
  InputBounds bounds_;
  std::size_t entries_ = 0;
  std::string real_root_;
  fs::path root_;
  std::string pattern_;
  std::map<std::string, bool> files_;
  Inputs inputs_;
};

}  // namespace

Inputs find_inputs(const std::vector<std::string>& paths,
                   const Excluded& excluded,
                   InputBounds bounds) {
  Walk walk(excluded, bounds);
  for (const std::string& path : paths) walk.argument(path);
  return walk.finish();
}

}  // namespace sparkwarden::lint
