// SPDX-License-Identifier: Apache-2.0
#include "probes/python/search_path.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "probes/python/pth.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kPathMax = 1000;
constexpr std::size_t kListMax = 20'000;
constexpr std::size_t kPthBytesMax = 64 * 1024;

/// `/a/./b/../c` as `/a/c`, by its text alone, as os.path.abspath does.
std::string normal(const std::string& path) {
  std::vector<std::string> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part == ".." && !parts.empty()) {
      parts.pop_back();
    } else if (!part.empty() && part != "." && part != "..") {
      parts.emplace_back(part);
    }
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  std::string result;
  for (const std::string& part : parts) result += "/" + part;
  return result.empty() ? "/" : result;
}

class Builder {
 public:
  Builder(const io::Tree& tree, const io::Place& place, const Interpreter& interpreter)
      : tree_(tree), place_(place), interpreter_(interpreter) {}

  SearchPath build(const std::string& spark_home) {
    add_spark(spark_home);
    add_python_path();
    const bool system = !interpreter_.virtual_environment || interpreter_.system_site_packages;
    if (interpreter_.virtual_environment) add_site_packages(interpreter_.prefix);
    if (system) add_user_site();
    if (system) add_system_site();
    return std::move(path_);
  }

 private:
  [[nodiscard]] std::string variable(const std::string& name) const {
    const auto found = place_.environment.find(name);
    return found == place_.environment.end() ? std::string() : found->second;
  }

  /// False: not there, or there already.
  bool add(const std::string& entry) {
    if (path_.entries.size() == kPathMax) {
      if (!full_) path_.incomplete.push_back("more than 1000 entries of sys.path");
      full_ = true;
      return false;
    }
    const auto status = tree_.status(entry);
    if (!status) {
      if (status.error().trouble != io::FileTrouble::missing) miss(status.error());
      return false;
    }
    if (status->kind == io::EntryKind::other) return false;
    if (!seen_.emplace(status->device, status->inode).second) return false;
    path_.entries.push_back(entry);
    return true;
  }

  void miss(const io::FileError& error) {
    path_.incomplete.push_back(error.path + ": " + error.detail);
  }

  /// What the JVM puts in front: a pyspark in site-packages is shadowed by this one.
  void add_spark(const std::string& spark_home) {
    const std::string home = variable("SPARK_HOME").empty() ? spark_home : variable("SPARK_HOME");
    if (home.empty()) return;
    const std::string lib = home + "/python/lib";
    add(lib + "/pyspark.zip");
    const auto entries = tree_.list(lib, kListMax);
    if (!entries) return;
    for (const io::DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with("py4j-") && entry.name.ends_with("-src.zip")) {
        add(lib + "/" + entry.name);
      }
    }
  }

  /// Its directories' .pth files are not read.
  void add_python_path() {
    const std::string value = variable("PYTHONPATH");
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      const std::string entry(rest.substr(0, colon));
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
      if (entry.starts_with('/')) add(normal(entry));
    }
  }

  /// python3.11, python3.13t, pypy3.10: after the standard library, else after the version.
  [[nodiscard]] std::string library_name() const {
    const std::string& library = interpreter_.standard_library;
    if (!library.empty()) return library.substr(library.rfind('/') + 1);
    const std::string& version = interpreter_.version;
    const std::size_t minor = version.find('.');
    const std::size_t end = minor == std::string::npos ? minor : version.find('.', minor + 1);
    return (interpreter_.implementation == "pypy" ? "pypy" : "python") + version.substr(0, end);
  }

  /// sys.platlibdir, which is where the standard library is, then lib.
  void add_site_packages(const std::string& prefix) {
    const std::string root = prefix == "/" ? "" : prefix;
    if (interpreter_.standard_library.starts_with("lib64/")) {
      add_site(root + "/lib64/" + library_name() + "/site-packages");
    }
    add_site(root + "/lib/" + library_name() + "/site-packages");
  }

  void add_user_site() {
    if (!variable("PYTHONNOUSERSITE").empty()) return;
    std::string base = variable("PYTHONUSERBASE");
    if (base.empty() && !variable("HOME").empty()) base = variable("HOME") + "/.local";
    if (base.starts_with('/')) add_site(base + "/lib/" + library_name() + "/site-packages");
  }

  void add_system_site() {
    if (!interpreter_.debian) return add_site_packages(interpreter_.base_prefix);
    // The base interpreter does not look there, its virtual environments do.
    if (interpreter_.virtual_environment) add_site_packages(interpreter_.base_prefix);
    add_site("/usr/local/lib/" + library_name() + "/dist-packages");
    add_site("/usr/lib/python3/dist-packages");
    add_site("/usr/lib/" + library_name() + "/dist-packages");
  }

  /// A site directory, followed by what its .pth files add.
  void add_site(const std::string& site) {
    if (!add(site)) return;
    const auto entries = tree_.list(site, kListMax);
    if (!entries) return;  // told when its distributions are looked for
    for (const io::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".pth") || entry.name.starts_with('.')) continue;
      const auto text = tree_.read(site + "/" + entry.name, kPthBytesMax);
      if (!text) {
        miss(text.error());
        continue;
      }
      const PthLines lines = parse_pth(*text);
      if (!is_well_known_pth(entry.name)) {
        for (const int line : lines.runs_code) {
          const std::string file = site + "/" + entry.name;
          path_.notes.push_back({NoteKind::dynamic_path, file, file + ":" + std::to_string(line)});
        }
      }
      for (const std::string& path : lines.paths) {
        add(normal(path.starts_with('/') ? path : site + "/" + path));
      }
    }
  }

  const io::Tree& tree_;
  const io::Place& place_;
  const Interpreter& interpreter_;
  SearchPath path_;
  bool full_ = false;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
};

}  // namespace

SearchPath search_path(const io::Tree& tree,
                       const io::Place& place,
                       const Interpreter& interpreter,
                       const std::string& spark_home) {
  return Builder(tree, place, interpreter).build(spark_home);
}

}  // namespace sparkwarden::probes::python
