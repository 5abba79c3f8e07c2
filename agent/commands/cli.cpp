// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "agent/commands/commands.hpp"

namespace sparkwarden::commands {
namespace {

/// Settings' own way to write a duration, so that flags and file agree.
std::optional<milliseconds> duration_from(const std::string& text) {
  yaml::Node node;
  node.kind = yaml::Kind::scalar;
  node.text = text;
  settings::Problems problems;
  return settings::read_duration(node, {"", "", &problems, false});
}

const CLI::Validator kDuration(
    [](std::string& text) {
      return duration_from(text) ? std::string()
                                 : "expected a duration such as 250ms, 5s, 2m or 1h, at most 8760h";
    },
    "DURATION");

void add_config_option(CLI::App& command, CommonOptions& options) {
  command.add_option(
      "--config", options.config, "settings file (default: " + std::string(kDefaultConfig) + ")");
}

void add_common(CLI::App& command, CommonOptions& options) {
  add_config_option(command, options);
  command.add_option("--role", options.role, role_list());
}

/// What `wait` and `exec` both follow.
struct GateLine {
  WaitOptions options;
  std::string timeout = "150s";
  std::string on_timeout = "open";

  [[nodiscard]] WaitOptions filled() const {
    WaitOptions all = options;
    all.timeout = *duration_from(timeout);
    all.fail_on_timeout = on_timeout == "fail";
    return all;
  }
};

/// Everything the command line can fill in.
struct Line {
  RunOptions run;
  CheckOptions check;
  std::string check_format = "text";
  LintOptions lint;
  std::string lint_format = "text";
  ManifestOptions manifest;
  std::string manifest_format = "json";
  DiffOptions diff;
  std::string diff_format = "text";
  GateLine wait;
  GateLine exec;
  std::vector<std::string> exec_command;
  std::string explain_code;
  std::string install_destination;
  CommonOptions validate;
  CommonOptions show;
  std::string child_verb;
};

/// The words of --format, for every command that ends with a report.
const std::map<std::string, ReportFormat> kReportFormats{{"text", ReportFormat::text},
                                                         {"short", ReportFormat::short_lines},
                                                         {"json", ReportFormat::json},
                                                         {"sarif", ReportFormat::sarif},
                                                         {"junit", ReportFormat::junit},
                                                         {"github", ReportFormat::github},
                                                         {"gcc", ReportFormat::gcc}};

void add_format(CLI::App& command, std::string& word) {
  command
      .add_option("--format",
                  word,
                  "text, short (a line each), json, sarif, junit, github or gcc (default: text)")
      ->check(CLI::IsMember({"text", "short", "json", "sarif", "junit", "github", "gcc"}));
}

using Action = std::function<int(const Environment&)>;

/// A subcommand with its example; running it leaves the action to take.
CLI::App* add(CLI::App& app,
              Action& chosen,
              std::string name,
              std::string about,
              std::string example,
              Action action) {
  CLI::App* command = app.add_subcommand(std::move(name), std::move(about));
  command->footer("Example:\n  " + example);
  command->callback([&chosen, action = std::move(action)] { chosen = action; });
  return command;
}

void add_run(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* run = add(app,
                      chosen,
                      "run",
                      "the sidecar: probes, gate, readiness and metrics until SIGTERM",
                      "sparkwarden run --role executor --config /etc/sparkwarden/agent.yaml",
                      [&](const Environment& env) { return commands::run(line.run, env); });
  add_common(*run, line.run.common);
  run->add_flag("--strict", line.run.strict, "exit 2 for wrong settings, no role or a taken port");
}

void add_check(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* check = add(app,
                        chosen,
                        "check",
                        "every probe once; exit 0 fine, 1 findings, 2 usage, 3 could not look",
                        "sparkwarden check --role driver --only storage",
                        [&](const Environment& env) {
                          line.check.format = kReportFormats.at(line.check_format);
                          return commands::check(line.check, env);
                        });
  add_common(*check, line.check.common);
  add_format(*check, line.check_format);
  check->add_option("--only", line.check.only, "run only these probes")->delimiter(',');
  check->add_flag("--strict", line.check.strict, "warnings count as findings");
}

void add_lint(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* lint = add(app,
                       chosen,
                       "lint",
                       "configuration in files, without a cluster; exit codes as for check",
                       "sparkwarden lint --strict deploy/\n"
                       "  helm template my-chart | sparkwarden lint -",
                       [&](const Environment& env) {
                         line.lint.format = kReportFormats.at(line.lint_format);
                         return commands::lint(line.lint, env);
                       });
  lint->add_option("path", line.lint.paths, "files, directories, patterns, or - for standard input")
      ->required();
  lint->add_option("--config",
                   line.lint.config,
                   "severities and suppressions (default: the nearest .sparkwarden.yaml above each "
                   "file)");
  add_format(*lint, line.lint_format);
  lint->add_flag("--strict", line.lint.strict, "warnings count as findings");
  lint->add_option("--baseline", line.lint.baseline, "report only what is not in this file");
  lint->add_option(
      "--write-baseline", line.lint.write_baseline, "write all findings of now to this file");
  lint->add_flag("--fix", line.lint.fix, "mend what can be mended without a decision, then check");
  lint->add_flag("--diff", line.lint.diff, "show what --fix changes; alone: change nothing");
  lint->add_option("--stdin-name",
                   line.lint.stdin_name,
                   "what standard input would be called (default: stdin.yaml)");
  lint->add_flag("--verbose", line.lint.verbose, "also say what was not looked at, and why");
}

void add_gate_options(CLI::App& command, GateLine& line) {
  add_common(command, line.options.common);
  command.add_option("--url",
                     line.options.url,
                     "the agent (default: listen.address, else 127.0.0.1; port from "
                     "<run_dir>/port, else listen.port)");
  command
      .add_option("--timeout", line.timeout, "how long an agent may give no answer (default: 150s)")
      ->check(kDuration);
  command.add_option("--on-timeout", line.on_timeout, "open or fail (default: open)")
      ->check(CLI::IsMember({"open", "fail"}));
  command.add_flag("--check",
                   line.options.check,
                   "run the checks of gate.probes here, without an agent, until they pass or "
                   "--timeout is over");
  command.add_flag("--manifest",
                   line.options.manifest,
                   "first write the manifest of this image to <run_dir>/manifest.json");
  command.add_option("--termination-log",
                     line.options.termination_log,
                     "where the one line that says why goes (default: /dev/termination-log)");
}

void add_wait(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* wait =
      add(app,
          chosen,
          "wait",
          "the init container: returns when the agent's gate opens or fails",
          "sparkwarden wait --timeout 150s --on-timeout open",
          [&](const Environment& env) { return commands::wait(line.wait.filled(), env); });
  add_gate_options(*wait, line.wait);
}

void add_exec(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* exec = add(app,
                       chosen,
                       "exec",
                       "waits for the gate as `wait` does, then becomes the command",
                       "sparkwarden exec --timeout 150s -- /opt/entrypoint.sh executor",
                       [&](const Environment& env) {
                         return commands::exec({line.exec.filled(), line.exec_command}, env);
                       });
  add_gate_options(*exec, line.exec);
  exec->add_option("command", line.exec_command, "after --: a program and its arguments")
      ->required();
}

void add_manifest(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* manifest = add(app,
                           chosen,
                           "manifest",
                           "what this container has: Python packages, Spark, Java, jars",
                           "sparkwarden manifest --format freeze",
                           [&](const Environment& env) {
                             line.manifest.format = line.manifest_format == "freeze"
                                                        ? ManifestFormat::freeze
                                                        : ManifestFormat::json;
                             return commands::manifest(line.manifest, env);
                           });
  manifest->add_option("--root", line.manifest.root, "an unpacked image (default: /)");
  manifest->add_option("--python",
                       line.manifest.python,
                       "the interpreter, path or name (default: PYSPARK_PYTHON, else python3)");
  manifest->add_option("--format", line.manifest_format, "json, or freeze: as pip freeze --all")
      ->check(CLI::IsMember({"json", "freeze"}));
  manifest->add_option("--out", line.manifest.out, "a file, written whole or not at all");
}

void add_diff(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* diff = add(app,
                       chosen,
                       "diff",
                       "what differs between driver and executor, worst first; exit 1 for errors",
                       "sparkwarden diff http://10.1.2.3:9797 executor-manifest.json",
                       [&](const Environment& env) {
                         const bool json = line.diff_format == "json";
                         line.diff.format = json ? ReportFormat::json : ReportFormat::text;
                         return diff_manifests(line.diff, env);
                       });
  add_config_option(*diff, line.diff.common);
  const std::string operand = "manifest file, directory of an unpacked image, or http URL";
  diff->add_option("driver", line.diff.driver, "the driver's: " + operand)->required();
  diff->add_option("executor", line.diff.executor, "the executor's: likewise")->required();
  diff->add_option("--format", line.diff_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  diff->add_flag("--strict", line.diff.strict, "warnings count as findings");
  diff->add_option("--token-file", line.diff.token_file, "bearer token for agents that want one");
}

void add_config(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* config = app.add_subcommand("config", "the agent's own settings");
  config->footer("Example:\n  sparkwarden config validate --config configs/agent/agent.yaml");
  config->require_subcommand(1);
  CLI::App* validate =
      add(*config,
          chosen,
          "validate",
          "every problem with its place; exit 2 if any",
          "sparkwarden config validate --config agent.yaml",
          [&](const Environment& env) { return config_validate(line.validate, env); });
  add_common(*validate, line.validate);
  CLI::App* show = add(*config,
                       chosen,
                       "show",
                       "each setting in force, and where it came from",
                       "SPARKWARDEN_GATE_MODE=enforce sparkwarden config show",
                       [&](const Environment& env) { return config_show(line.show, env); });
  add_common(*show, line.show);
}

void add_small(CLI::App& app, Line& line, Action& chosen) {
  CLI::App* explain = add(app,
                          chosen,
                          "explain",
                          "what a finding means and how to mend it; without a code: all of them",
                          "sparkwarden explain nfs.export.read-only",
                          [&](const Environment&) { return commands::explain(line.explain_code); });
  explain->add_option("code", line.explain_code, "a finding's code");
  CLI::App* install =
      add(app,
          chosen,
          "install",
          "copies this binary, for containers with another image",
          "sparkwarden install /var/run/sparkwarden/bin/sparkwarden",
          [&](const Environment&) { return commands::install(line.install_destination); });
  install->add_option("destination", line.install_destination, "a file, or an existing directory")
      ->required();
  CLI::App* child = app.add_subcommand("child")->group("");
  child->add_option("verb", line.child_verb)->required();
  child->callback(
      [&] { chosen = [&](const Environment&) { return commands::child(line.child_verb); }; });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Looks at what breaks Spark on Kubernetes before a job does.", "sparkwarden");
  app.set_version_flag("--version", std::string("sparkwarden " SPARKWARDEN_VERSION));
  app.require_subcommand(1);
  app.footer("Example:\n  sparkwarden check --role driver");
  Line line;
  Action chosen;
  add_run(app, line, chosen);
  add_check(app, line, chosen);
  add_lint(app, line, chosen);
  add_wait(app, line, chosen);
  add_exec(app, line, chosen);
  add_manifest(app, line, chosen);
  add_diff(app, line, chosen);
  add_small(app, line, chosen);
  add_config(app, line, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  try {
    return chosen(read_environment());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sparkwarden: internal error: %s\n", error.what());
    return kInternal;
  }
}

}  // namespace sparkwarden::commands
