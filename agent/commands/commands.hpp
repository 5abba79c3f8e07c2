// SPDX-License-Identifier: Apache-2.0
// The commands. Each returns an exit code; the report goes to stdout, the tool's own troubles to
// stderr.
#pragma once

#include <string>
#include <vector>

#include "agent/commands/setup.hpp"

namespace sparkwarden::commands {

struct RunOptions {
  CommonOptions common;
  bool strict = false;  // exit 2 for wrong settings, an unknown role or a taken port
};
[[nodiscard]] int run(const RunOptions& options, const Environment& environment);

enum class ReportFormat { text, short_lines, json, sarif, junit, github, gcc };

struct CheckOptions {
  CommonOptions common;
  ReportFormat format = ReportFormat::text;
  std::vector<std::string> only;  // probe names; empty: all of the role
  bool strict = false;            // warnings count
};
[[nodiscard]] int check(const CheckOptions& options, const Environment& environment);

struct LintOptions {
  std::vector<std::string> paths;
  std::string config;  // empty: the nearest .sparkwarden.yaml above each file
  std::string stdin_name = "stdin.yaml";
  ReportFormat format = ReportFormat::text;
  bool strict = false;         // warnings count
  bool verbose = false;        // also what was not looked at
  std::string baseline;        // findings in it are not reported
  std::string write_baseline;  // where all findings of now go
  bool fix = false;
  bool diff = false;  // what --fix would do, and does with it
};
/// Configuration in files, without a cluster.
[[nodiscard]] int lint(const LintOptions& options, const Environment& environment);

enum class ManifestFormat { json, freeze };

struct ManifestOptions {
  std::string root = "/";
  std::string python;  // path or name; empty: as PySpark would choose
  ManifestFormat format = ManifestFormat::json;
  std::string out;  // empty: standard output
};
/// What this container, or an unpacked image, has: interpreter, packages, Spark, jars.
[[nodiscard]] int manifest(const ManifestOptions& options, const Environment& environment);

struct DiffOptions {
  CommonOptions common;
  std::string driver;           // file, directory or URL
  std::string executor;         // likewise
  std::string token_file = {};  // shown to agents; empty: none
  ReportFormat format = ReportFormat::text;
  bool strict = false;  // warnings count
};
/// What differs between two pods, worst first.
[[nodiscard]] int diff_manifests(const DiffOptions& options, const Environment& environment);

struct WaitOptions {
  CommonOptions common;
  std::string url;  // empty: as settings and <run_dir>/port say
  milliseconds timeout{150'000};
  bool fail_on_timeout = false;
  bool check = false;     // run the checks here instead of asking an agent
  bool manifest = false;  // first leave this image's manifest for the agent
  std::string termination_log = "/dev/termination-log";
  bool tell_when_open = true;  // leave a termination message also when nothing is wrong
};
[[nodiscard]] int wait(const WaitOptions& options, const Environment& environment);

struct ExecOptions {
  WaitOptions gate;
  std::vector<std::string> command;  // program, found by PATH, and its arguments; not empty
};
/// Waits for the gate, then becomes `command`: same process, so its signals and exit code are its
/// own. Returns only when it does not: 1 for a failed gate, 126 or 127 for a program that cannot be
/// started or found.
[[nodiscard]] int exec(const ExecOptions& options, const Environment& environment);

/// The page of one code, or a table of all codes when `code` is empty.
[[nodiscard]] int explain(const std::string& code);

/// Copies this binary to `destination`, whole or not at all.
[[nodiscard]] int install(const std::string& destination);

[[nodiscard]] int config_validate(const CommonOptions& options, const Environment& environment);
[[nodiscard]] int config_show(const CommonOptions& options, const Environment& environment);

/// The disposable child process of a probe (hidden).
[[nodiscard]] int child(const std::string& verb);

/// Parses the command line and runs the command.
[[nodiscard]] int main(int argc, char** argv);

}  // namespace sparkwarden::commands
