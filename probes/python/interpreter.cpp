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
constexpr std::size_t kSmallMax = 64 * 1024;

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

/// Everything that finding an interpreter needs to know and to remember.
class Search {
 public:
  Search(const io::Tree& tree, const io::Place& place) : tree_(tree), place_(place) {}

  Interpreter run(const std::string& requested) {
    std::string wanted = requested.empty() ? variable("PYSPARK_PYTHON") : requested;
    for (const std::string& name : wanted.empty() ? std::vector<std::string>{"python3", "python"}
                                                  : std::vector<std::string>{wanted}) {
      found_.requested = wanted.empty() ? "python3" : wanted;
      found_.executable = locate(name);
      if (!found_.executable.empty()) break;
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
      const std::string file = name.starts_with('/') ? name : joined(base, name);
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
    const std::string start = tree_.read_part(found_.executable, 0, 4).value_or("");
    if (start.starts_with("PK")) return give_up("a PEX or zip file, which brings its own packages");
    if (start.starts_with("#!")) {
      return give_up("a script; name the interpreter that it starts");
    }
    read_pyvenv();
    if (found_.base_prefix.empty()) find_prefix();
    if (!found_.virtual_environment) found_.prefix = found_.base_prefix;
    find_version();
    find_layout();
  }

  void give_up(std::string_view what) {
    found_.incomplete.push_back(found_.executable + ": " + std::string(what));
  }

  /// Beside the unresolved executable, or one directory up.
  void read_pyvenv() {
    const std::string bin = directory_of(found_.executable);
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

  /// Up from the directory of the resolved executable to one that has a standard library.
  void find_prefix() {
    const auto real = tree_.real_path(found_.executable);
    if (!real) return give_up("it cannot be resolved: " + real.error().detail);
    real_ = *real;
    std::string directory = home_.empty() ? directory_of(real_) : home_;
    while (true) {
      if (find_library(directory)) {
        found_.base_prefix = directory;
        return;
      }
      if (directory == "/") break;
      directory = directory_of(directory);
    }
    give_up("no standard library (lib/pythonX.Y/os.py) is above it");
  }

  /// lib/pythonX.Y of a prefix; the one that the executable is named after, else the only one.
  bool find_library(const std::string& prefix) {
    std::vector<std::string> names;
    for (const char* lib : {"lib", "lib64"}) {
      const auto entries = tree_.list(joined(prefix, lib), kListMax);
      if (!entries) continue;
      for (const io::DirectoryEntry& entry : *entries) {
        const bool python = !minor_after(entry.name, "python").empty();
        const bool pypy = !minor_after(entry.name, "pypy").empty();
        if (!python && !pypy) continue;
        const std::string below = joined(prefix, lib) + "/" + entry.name + "/os.py";
        if (tree_.status(below) || tree_.status(below + "c")) {
          names.push_back(entry.name);
        }
      }
      if (!names.empty()) break;
    }
    if (names.empty()) return false;
    const std::string program = real_.substr(real_.rfind('/') + 1);
    const auto named = std::ranges::find_if(names, [&](const std::string& name) {
      return name == program || program.starts_with(name);
    });
    library_name_ = named != names.end() ? *named : names.back();
    if (named == names.end() && names.size() > 1) {
      give_up("more than one standard library below " + prefix);
    }
    return true;
  }

  /// The most exact evidence first.
  void find_version() {
    const bool pypy = library_name_.starts_with("pypy");
    if (found_.implementation.empty()) found_.implementation = pypy ? "pypy" : "cpython";
    const std::string minor = minor_after(library_name_, pypy ? "pypy" : "python");
    const ElfVersion program = read_elf_version(tree_, real_.empty() ? found_.executable : real_);
    found_.machine = program.machine;
    const auto fits = [&](const std::string& version) {
      return !version.empty() &&
             (minor.empty() || version == minor || version.starts_with(minor + "."));
    };
    for (const std::string& version :
         {program.version, library_version(minor), header_version(minor), created_with_}) {
      if (!fits(version)) continue;
      found_.version = version;
      return;
    }
    found_.version = minor;
    if (minor.empty()) give_up("its version cannot be told");
  }

  std::string library_version(const std::string& minor) {
    if (minor.empty() || found_.base_prefix.empty()) return {};
    for (const char* lib : {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
      const std::string shared = joined(found_.base_prefix, lib) + "/libpython" + minor + ".so.1.0";
      const ElfVersion library = read_elf_version(tree_, shared);
      if (found_.machine.empty()) found_.machine = library.machine;
      if (!library.version.empty()) return library.version;
    }
    return {};
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
  std::string home_;
  std::string created_with_;
  std::string real_;
  std::string library_name_;
};

}  // namespace

Interpreter find_interpreter(const io::Tree& tree,
                             const io::Place& place,
                             const std::string& requested) {
  return Search(tree, place).run(requested);
}

}  // namespace sparkwarden::probes::python
