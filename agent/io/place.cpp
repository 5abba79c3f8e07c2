// SPDX-License-Identifier: Apache-2.0
#include "agent/io/place.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "agent/io/inventory_variables.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::io {
namespace {

constexpr std::size_t kProcessesMax = 65'536;
// A class path can be long, and no process can have more (execve(2): 3/4 of 8 MiB for both).
constexpr std::size_t kArgumentsMax = 6 << 20;
constexpr std::size_t kArgumentsUsual = 64 * 1024;
constexpr std::string_view kLauncher = "org.apache.spark.launcher.Main";

/// What a file of /proc holds, cut after kArgumentsMax.
FileResult<std::string> read_arguments(const Tree& tree, const std::string& file) {
  FileResult<std::string> text = tree.read_part(file, 0, kArgumentsUsual);
  if (!text || text->size() < kArgumentsUsual) return text;
  return tree.read_part(file, 0, kArgumentsMax);
}

std::vector<std::string_view> split_by_nul(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

/// 2: a JVM, 1: a Python worker, 0: neither. argv[0] of the JVM is a path that ends in java. The
/// launcher only prints the command line that bin/spark-class then runs, and is gone in a second.
int rank_of(const std::vector<std::string_view>& command) {
  if (command.empty()) return 0;
  const std::string_view program = command[0].substr(command[0].rfind('/') + 1);
  const auto names = [&](auto wanted) {
    return std::any_of(command.begin() + 1, command.end(), wanted);
  };
  if (program == "java") {
    if (names([](std::string_view word) { return word == kLauncher; })) return 0;
    const bool spark = names([](std::string_view word) {
      return word.starts_with("org.apache.spark.") ||
             word.starts_with("org.apache.zeppelin.interpreter.remote.");
    });
    return spark ? 2 : 0;
  }
  const bool worker = program.starts_with("python") && names([](std::string_view word) {
                        return word == "pyspark.daemon" || word == "pyspark.worker";
                      });
  return worker ? 1 : 0;
}

/// Field 22 of stat: ticks after boot. The name in field 2 can hold anything, also `)`.
std::uint64_t start_time(std::string_view stat) {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return 0;
  stat.remove_prefix(name_end + 1);
  for (int field = 2; field < 22; ++field) {
    const std::size_t next = stat.find_first_not_of(' ', std::min(stat.find(' '), stat.size()));
    if (next == std::string_view::npos) return 0;
    stat.remove_prefix(next);
  }
  std::uint64_t ticks = 0;
  std::from_chars(stat.data(), stat.data() + stat.size(), ticks);
  return ticks;
}

struct Candidate {
  std::string directory;
  int rank = 0;
  std::uint64_t started = 0;
};

std::optional<Candidate> newest(const Tree& tree,
                                const std::string& proc,
                                const std::vector<DirectoryEntry>& all) {
  const std::string own = std::to_string(::getpid());
  std::optional<Candidate> best;
  for (const DirectoryEntry& entry : all) {
    const bool number = entry.name.find_first_not_of("0123456789") == std::string::npos;
    if (!number || entry.name == own) continue;
    Candidate candidate{.directory = proc + "/" + entry.name};
    const auto command = read_arguments(tree, candidate.directory + "/cmdline");
    if (!command) continue;  // gone already
    candidate.rank = rank_of(split_by_nul(*command));
    if (candidate.rank == 0) continue;
    candidate.started = start_time(tree.read(candidate.directory + "/stat", 4096).value_or(""));
    if (!best ||
        std::pair(candidate.rank, candidate.started) >= std::pair(best->rank, best->started)) {
      best = std::move(candidate);
    }
  }
  return best;
}

}  // namespace

Result<Place> find_spark_process(const std::string& proc) {
  const auto tree = Tree::open("/");
  if (!tree) return fail({"place.not-permitted", "/", tree.error().detail});
  const auto entries = tree->list(proc, kProcessesMax);
  if (!entries) return fail({"place.not-permitted", proc, entries.error().detail});
  const auto found = newest(*tree, proc, *entries);
  if (!found) return fail({"place.no-process", proc, "no Spark process is to be seen"});

  const std::string file = found->directory + "/environ";
  const auto environment = read_arguments(*tree, file);
  if (!environment) {
    const bool gone = environment.error().trouble == FileTrouble::missing;
    return fail(
        {gone ? "place.no-process" : "place.not-permitted", file, environment.error().detail});
  }
  std::map<std::string, std::string> variables;
  for (const std::string_view item : split_by_nul(*environment)) {
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(item.substr(0, equals), item.substr(equals + 1));
  }
  return Place{.root = found->directory + "/root",
               .environment = inventory_variables(variables),
               .working_directory = tree->link_target(found->directory + "/cwd").value_or("")};
}

}  // namespace sparkwarden::io
