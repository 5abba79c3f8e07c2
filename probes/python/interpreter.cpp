// SPDX-License-Identifier: Apache-2.0
#include "probes/python/interpreter.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "probes/python/elf_version.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view kSparkDirectory = "/opt/spark/work-dir";  // Spark's own images
constexpr std::size_t kDirectoriesMax = 64;                          // of a PATH
constexpr std::size_t kListMax = 20'000;
constexpr std::size_t kFirstLineMax = 256;  // of a script: the kernel reads no more
constexpr std::size_t kSmallMax = 64 * 1024;
constexpr std::size_t kDpkgMax = 16 << 20;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string joined(const std::string& directory, const std::string& name) {
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// `./environment/bin/python` as `environment/bin/python`.
std::string without_dots(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `python3.11` -> `3.11`; empty when `name` is not `prefix` with a major and minor version.
std::string minor_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return {};
  name.remove_prefix(prefix.size());
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  std::size_t end = dot + 1;
  while (end < name.size() && is_digit(name[end])) ++end;
  const bool numbers = std::all_of(name.begin(),
                                   name.begin() + static_cast<std::ptrdiff_t>(dot),
                                   [](char c) { return is_digit(c); });
  if (!numbers || end == dot + 1) return {};
  return std::string(name.substr(0, end));
}

/// `3.11.2` -> `3.11`; a text without a minor version stays as it is.
std::string minor_of(const std::string& version) {
  const std::size_t dot = version.find('.');
  if (dot == std::string::npos) return version;
  std::size_t end = dot + 1;
  while (end < version.size() && is_digit(version[end])) ++end;
  return version.substr(0, end);
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// The version of an installed package in dpkg's status file, without epoch and Debian's revision.
/// Source: deb-version(7).
std::string dpkg_version(std::string_view status, const std::string& package) {
  const std::string begin = "Package: " + package + "\n";
  std::size_t at = status.starts_with(begin) ? 0 : status.find("\n" + begin);
  if (at == std::string_view::npos) return {};
  const std::string_view paragraph = status.substr(at, status.find("\n\n", at) - at);
  constexpr std::string_view kVersion = "\nVersion: ";
  at = paragraph.find(kVersion);
  if (at == std::string_view::npos || paragraph.find(" installed\n") == std::string_view::npos) {
    return {};
  }
  std::string_view version = paragraph.substr(at + kVersion.size());
  version = version.substr(0, version.find('\n'));
  if (const std::size_t epoch = version.find(':'); epoch != std::string_view::npos) {
    version.remove_prefix(epoch + 1);
  }
  // 3.10.12-1~22.04.3, 3.8.10-0ubuntu1~20.04.9, 3.9.2+dfsg-1; 3.13.0~rc2-1 is no release
  if (version.find('~') < version.find('-')) return {};
  return std::string(version.substr(0, version.find_first_of("+-")));
}

/// Everything that finding an interpreter needs to know and to remember.
class Search {
 public:
  Search(const io::Tree& tree, const io::Place& place) : tree_(tree), place_(place) {}

  Interpreter run(const std::string& requested, bool driver) {
    std::string wanted = requested;
    if (wanted.empty() && driver) wanted = variable("PYSPARK_DRIVER_PYTHON");
    if (wanted.empty()) wanted = variable("PYSPARK_PYTHON");
    for (const std::string& name : wanted.empty() ? std::vector<std::string>{"python3", "python"}
                                                  : std::vector<std::string>{wanted}) {
      found_.requested = wanted.empty() ? "python3" : wanted;
      found_.executable = locate(name);
      if (found_.executable.empty()) continue;
      found_.incomplete.clear();  // of directories that were passed over, as execvp(3) does
      break;
    }
    if (found_.executable.empty()) {
      // Its owner's PATH may lead to one that the usual directories do not hold.
      if (found_.incomplete.empty() && variable("PATH").empty()) {
        found_.incomplete.push_back(found_.requested + ": not in " + std::string(kDefaultPath) +
                                    ", and the PATH of its image is not known");
      }
      return std::move(found_);
    }
    describe();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string variable(const std::string& name) const {
    const auto found = place_.environment.find(name);
    return found == place_.environment.end() ? std::string() : found->second;
  }

  [[nodiscard]] std::string path() const {
    const std::string path = variable("PATH");
    return path.empty() ? std::string(kDefaultPath) : path;
  }

  [[nodiscard]] bool is_program(const std::string& file) {
    const auto status = tree_.status(file);
    if (!status) {
      if (status.error().trouble != io::FileTrouble::missing) {
        found_.incomplete.push_back(file + ": " + status.error().detail);
      }
      return false;
    }
    return status->kind == io::EntryKind::file && status->executable;
  }

  /// As execvp(3) would: a name with a slash is a path, another is looked for on PATH.
  std::string locate(const std::string& name) {
    if (name.find('/') != std::string::npos) {
      const std::string base = place_.working_directory.empty() ? std::string(kSparkDirectory)
                                                                : place_.working_directory;
      const std::string file = name.starts_with('/') ? name : joined(base, without_dots(name));
      return is_program(file) ? file : std::string();
    }
    std::string_view rest = path_ = path();
    for (std::size_t count = 0; count < kDirectoriesMax && !rest.empty(); ++count) {
      const std::size_t colon = rest.find(':');
      const std::string directory(rest.substr(0, colon));
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
      if (!directory.starts_with('/')) continue;
      if (std::string file = joined(directory, name); is_program(file)) return file;
    }
    return {};
  }

  void describe() {
    program_ = found_.executable;
    std::string start = beginning();
    if (start.starts_with("#!") && (follow_pyenv_shim() || follow_script())) start = beginning();
    if (start.starts_with("PK")) return give_up("a PEX or zip file, which brings its own packages");
    if (start.starts_with("#!")) {
      return give_up("a script; name the interpreter that it starts");
    }
    const auto real = tree_.real_path(program_);
    if (!real) return give_up("it cannot be resolved: " + real.error().detail);
    real_ = *real;
    elf_ = read_elf_version(tree_, real_);
    read_pyvenv();
    find_prefix();
    if (!found_.virtual_environment) found_.prefix = found_.base_prefix;
    find_version();
    find_layout();
  }

  [[nodiscard]] std::string beginning() const {
    return tree_.read_part(program_, 0, 4).value_or("");
  }

  /// What `pyenv exec` would start, where that is certain: PYENV_VERSION, else the nearest
  /// .python-version from the working directory up, else the version set for all.
  bool follow_pyenv_shim() {
    const std::string shims = directory_of(found_.executable);
    if (base_name(shims) != "shims") return false;
    const std::string root = directory_of(shims);
    std::string versions = variable("PYENV_VERSION");
    std::ranges::replace(versions, ':', '\n');
    std::string directory = place_.working_directory;
    while (versions.empty() && !directory.empty()) {
      versions = tree_.read(joined(directory, ".python-version"), kSmallMax).value_or("");
      if (directory == "/") break;
      directory = directory_of(directory);
    }
    if (versions.empty()) versions = tree_.read(joined(root, "version"), kSmallMax).value_or("");
    // The first one; `system` and abbreviations are pyenv's own business.
    const std::string version(trimmed(std::string_view(versions).substr(0, versions.find('\n'))));
    if (version.empty() || version.find('/') != std::string::npos || version == "..") return false;
    const std::string program =
        joined(root, "versions/" + version + "/bin/" + base_name(found_.executable));
    if (!is_program(program)) return false;
    program_ = program;
    return true;
  }

  /// `ipython` and `jupyter` name the interpreter that runs them in their first line, which the
  /// kernel obeys: execve(2).
  bool follow_script() {
    const std::string text = tree_.read_part(program_, 2, kFirstLineMax).value_or("");
    const std::size_t end = text.find('\n');
    if (end == std::string::npos) return false;
    std::string_view line = trimmed(std::string_view(text).substr(0, end));
    if (line.starts_with("/usr/bin/env ")) line = trimmed(line.substr(line.find(' ')));
    const std::string name(line.substr(0, line.find(' ')));
    const bool python =
        base_name(name).starts_with("python") || base_name(name).starts_with("pypy");
    if (!python || (name.find('/') != std::string::npos && !name.starts_with('/'))) return false;
    const std::string program = locate(name);
    if (program.empty()) return false;
    program_ = program;
    return true;
  }

  void give_up(std::string_view what) {
    found_.incomplete.push_back(found_.executable + ": " + std::string(what));
  }

  /// Beside the unresolved executable, or one directory up.
  void read_pyvenv() {
    const std::string bin = directory_of(program_);
    for (const std::string& prefix : {directory_of(bin), bin}) {
      const auto text = tree_.read(joined(prefix, "pyvenv.cfg"), kSmallMax);
      if (!text) continue;
      found_.virtual_environment = true;
      found_.prefix = prefix;
      std::string_view rest = *text;
      while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        take_pyvenv_line(rest.substr(0, end));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
      }
      return;
    }
  }

  void take_pyvenv_line(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    std::string key(trimmed(line.substr(0, equals)));
    std::ranges::transform(key, key.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    std::string value(trimmed(line.substr(equals + 1)));
    if (key == "include-system-site-packages") {
      std::ranges::transform(value, value.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      });
      found_.system_site_packages = value == "true";
    } else if (key == "home" && value.starts_with('/')) {
      home_ = value;
    } else if (key == "version" || key == "version_info") {
      created_with_ = value;
    } else if (key == "implementation") {
      found_.implementation = value == "PyPy" ? "pypy" : "cpython";
    }
  }

  /// PYTHONHOME, else up from the directory that pyvenv.cfg names, else from that of the resolved
  /// executable, to one that has this version's standard library.
  void find_prefix() {
    minor_ =
        elf_.version.empty() ? minor_after(base_name(real_), "python") : minor_of(elf_.version);
    if (minor_.empty()) minor_ = minor_of(created_with_);
    if (const std::string home = variable("PYTHONHOME"); home.starts_with('/')) {
      found_.base_prefix = home.substr(0, home.find(':'));  // prefix[:exec_prefix]
      if (!find_library(found_.base_prefix)) give_up("no standard library is in PYTHONHOME");
      return;
    }
    for (std::string directory : {home_, directory_of(real_)}) {
      while (!directory.empty()) {
        if (find_library(directory)) {
          found_.base_prefix = directory;
          return;
        }
        directory = directory == "/" ? "" : directory_of(directory);
      }
    }
    give_up("no standard library (lib/pythonX.Y/os.py) is above it");
  }

  /// lib/pythonX.Y of a prefix: of the version that the executable has, where that is known; the
  /// one that it is named after, where there are several (python3.13 and python3.13t).
  bool find_library(const std::string& prefix) {
    std::vector<std::string> names;
    std::string where;
    for (const char* lib : {"lib", "lib64"}) {
      where = lib;
      for (const io::DirectoryEntry& entry :
           tree_.list(joined(prefix, lib), kListMax).value_or(std::vector<io::DirectoryEntry>())) {
        const bool pypy = entry.name.starts_with("pypy");
        const std::string minor = minor_after(entry.name, pypy ? "pypy" : "python");
        if (minor.empty() || (!pypy && !minor_.empty() && minor != minor_)) continue;
        const std::string below = joined(prefix, lib) + "/" + entry.name + "/os.py";
        if (tree_.status(below) || tree_.status(below + "c")) names.push_back(entry.name);
      }
      if (!names.empty()) break;
    }
    if (names.empty()) return false;
    const auto named = std::ranges::find(names, base_name(real_));
    library_name_ = named != names.end() ? *named : names.front();
    found_.standard_library = where + "/" + library_name_;
    if (named == names.end() && names.size() > 1) {
      give_up("more than one standard library below " + prefix);
    }
    return true;
  }

  /// The most exact evidence first; each only if it belongs to the standard library found.
  void find_version() {
    const bool pypy = library_name_.starts_with("pypy");
    if (found_.implementation.empty()) found_.implementation = pypy ? "pypy" : "cpython";
    std::string minor = minor_after(library_name_, pypy ? "pypy" : "python");
    if (minor.empty()) minor = minor_;
    found_.machine = elf_.machine;
    const auto fits = [&](const std::string& version) {
      return !version.empty() &&
             (minor.empty() || version == minor || version.starts_with(minor + "."));
    };
    found_.version = minor;
    for (const std::string& version : {elf_.version,
                                       library_version(),
                                       header_version(minor),
                                       dpkg_minimal_version(minor),
                                       created_with_}) {
      if (!fits(version)) continue;
      found_.version = version;
      break;
    }
    if (found_.version.empty()) give_up("its version cannot be told");
  }

  std::string library_version() {
    if (library_name_.empty()) return {};
    for (const char* lib : {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
      const std::string shared =
          joined(found_.base_prefix, lib) + "/lib" + library_name_ + ".so.1.0";
      const ElfVersion library = read_elf_version(tree_, shared);
      if (found_.machine.empty()) found_.machine = library.machine;
      if (!library.version.empty()) return library.version;
    }
    return {};
  }

  /// Ubuntu 20.04 and 22.04, which stock Spark images build on, have a Python without Py_Version
  /// and without headers.
  std::string dpkg_minimal_version(const std::string& minor) {
    if (found_.base_prefix != "/usr" || minor.empty()) return {};
    const auto status = tree_.read("/var/lib/dpkg/status", kDpkgMax);
    return status ? dpkg_version(*status, "python" + minor + "-minimal") : std::string();
  }

  /// `#define PY_VERSION "3.9.18"`
  std::string header_version(const std::string& minor) {
    if (minor.empty() || found_.base_prefix.empty()) return {};
    for (const std::string& suffix : {std::string(), std::string("m"), std::string("t")}) {
      const std::string header =
          joined(found_.base_prefix, "include/python") + minor + suffix + "/patchlevel.h";
      const auto text = tree_.read(header, kSmallMax);
      if (!text) continue;
      constexpr std::string_view kDefine = "#define PY_VERSION ";
      const std::size_t define = text->find(kDefine);
      if (define == std::string::npos) continue;
      const std::size_t open = text->find('"', define);
      if (open == std::string::npos) continue;
      const std::size_t close = text->find('"', open + 1);
      if (close == std::string::npos || close - open > 32) continue;
      return text->substr(open + 1, close - open - 1);
    }
    return {};
  }

  void find_layout() {
    const bool pypy = library_name_.starts_with("pypy");
    std::string tag = minor_after(library_name_, pypy ? "pypy" : "python");
    std::erase(tag, '.');
    if (!tag.empty()) {
      found_.abi = (pypy ? "pp" : "cp") + tag + (library_name_.ends_with('t') ? "t" : "");
    }
    // Debian's site.py looks into dist-packages, and its python is the one in /usr.
    found_.debian =
        found_.base_prefix == "/usr" && tree_.status("/usr/lib/python3/dist-packages").has_value();
  }

  const io::Tree& tree_;
  const io::Place& place_;
  Interpreter found_;
  std::string path_;
  std::string program_;  // the executable, or what a shim starts
  std::string home_;
  std::string created_with_;
  std::string real_;
  ElfVersion elf_;
  std::string minor_;  // 3.11, as the executable tells it
  std::string library_name_;
};

}  // namespace

Interpreter find_interpreter(const io::Tree& tree,
                             const io::Place& place,
                             const std::string& requested,
                             bool driver) {
  return Search(tree, place).run(requested, driver);
}

}  // namespace sparkwarden::probes::python
