// SPDX-License-Identifier: Apache-2.0
#include "tests/support/builders.hpp"

#include <array>
#include <utility>

namespace sparkwarden::tests {
namespace {

constexpr std::string_view kOperationLabels[] = {"operation", "via"};
constexpr double kOperationBuckets[] = {0.001, 0.01, 0.1, 1};
constexpr MeasureSpec kOperation{"sparkwarden_nfs_operation_duration_seconds",
                                 "Time one NFS operation took.",
                                 Kind::histogram,
                                 kOperationLabels,
                                 kOperationBuckets};
constexpr MeasureSpec kOperationFailures{"sparkwarden_nfs_operation_failures_total",
                                         "NFS operations that failed.",
                                         Kind::counter,
                                         kOperationLabels};
constexpr MeasureSpec kSize{"sparkwarden_storage_size_bytes", "Size of the checkpoint storage."};

std::vector<Step> storage_steps() {
  return {{.name = "resolve", .via = "loop", .took = microseconds{180}, .status = "ok"},
          {.name = "connect", .via = "loop", .took = microseconds{412}, .status = "ok"},
          {.name = "mount", .via = "wire", .took = microseconds{1'830}, .status = "ok"},
          {.name = "stat", .via = "wire", .took = microseconds{12'400}, .status = "ok"},
          {.name = "create",
           .via = "wire",
           .took = microseconds{310'000},
           .status = "error",
           .text = "NFS3ERR_ROFS: Read-only file system"}};
}

Finding mount_path_conflict() {
  return {.code = "template.mount-path.duplicate",
          .severity = Severity::error,
          .subject = "/mnt/spark-checkpoints",
          .message = "two sources mount /mnt/spark-checkpoints in the executor",
          .location = Location{"/opt/spark/conf/executor-pod-template.yaml", 29, 18, 40},
          .related = {{.location = {"/opt/spark/conf/spark-defaults.conf", 41, 1, 55},
                       .message = "the second mount"}},
          .expected = "one mount per path",
          .actual = "2 mounts",
          .effect =
              "the API server rejects every executor: spec.containers[0].volumeMounts[3]."
              "mountPath: Invalid value: \"/mnt/spark-checkpoints\": must be unique; the "
              "driver asks for executors for ever",
          .fix =
              "remove spark.kubernetes.executor.volumes.nfs.checkpoint.* from "
              "spark-defaults.conf, or the volume from the template"};
}

Finding read_only_export() {
  return {.code = "nfs.export.read-only",
          .severity = Severity::error,
          .subject = "10.10.0.10:/volume1/spark-checkpoints",
          .message = "the server refuses to write: NFS3ERR_ROFS",
          .effect =
              "streaming queries fail at their first checkpoint: java.io.IOException: "
              "Read-only file system",
          .fix = "export it with `rw` for this node and run `exportfs -ra` on the server"};
}

}  // namespace

Finding failing(std::string_view code) {
  return {.code = std::string(code),
          .severity = Severity::error,
          .subject = "10.10.0.10:/volume1/spark-checkpoints",
          .message = "the server refuses to write: NFS3ERR_ROFS",
          .effect = "java.io.IOException: Read-only file system",
          .fix = "export it with `rw`"};
}

Finding warning(std::string_view code) {
  Finding finding = failing(code);
  finding.severity = Severity::warning;
  return finding;
}

Observed seen(Finding finding) {
  Observed observed;
  observed.findings.push_back(std::move(finding));
  return observed;
}

Observed all_well() {
  return {};
}

Observed not_looked_at(std::string_view code) {
  Observed observed;
  observed.unlooked.push_back({.code = std::string(code),
                               .subject = "/opt/spark/jars",
                               .message = "no permission: Permission denied"});
  return observed;
}

Report a_report(std::string probe, milliseconds after, Observed observed) {
  return {.probe = std::move(probe),
          .started = kStart + after,
          .started_wall = kStartWall + after,
          .took = milliseconds{12},
          .observed = std::move(observed)};
}

Snapshot empty_snapshot(std::vector<std::string> probes) {
  Snapshot snapshot{.started = kStart, .started_wall = kStartWall, .probes = {}, .gate = {}};
  for (std::string& name : probes) {
    ProbeState state;
    state.policy = {.max_age = milliseconds{180'000}, .fail_after = 2, .pass_after = 1};
    if (name == kAgentProbe) state.policy.max_age = milliseconds{0};
    state.in_gate = name != kAgentProbe;
    state.name = std::move(name);
    snapshot.probes.push_back(std::move(state));
  }
  return snapshot;
}

Snapshot a_snapshot() {
  Observed config = seen(warning("config.core-site.unknown-key"));
  config.findings.push_back(config.findings.front());
  config.findings.back().subject = "another file, \"quoted\"";

  Observed storage = seen(read_only_export());
  storage.steps = storage_steps();
  storage.measurements = {{&kOperation, {"stat", "wire"}, 0.0124},
                          {&kOperation, {"create", "wire"}, 0.31},
                          {&kOperationFailures, {"create", "wire"}, 1},
                          {&kSize, {}, 1e12}};

  Snapshot snapshot = empty_snapshot({"agent", "config", "storage", "runtime", "python"});
  snapshot = fold(snapshot, a_report("agent", milliseconds{0}, all_well()));
  snapshot = fold(snapshot, a_report("config", milliseconds{5}, std::move(config)));
  snapshot = fold(snapshot, a_report("storage", milliseconds{20}, storage));
  snapshot = fold(snapshot, a_report("storage", milliseconds{5'000}, std::move(storage)));
  snapshot = fold(snapshot,
                  a_report("runtime", milliseconds{40}, not_looked_at("runtime.jars.unreadable")));
  return snapshot;
}

exporters::AgentInfo an_agent() {
  return {.version = "1.2.3",
          .commit = "0123abc",
          .role = Role::executor,
          .gate_mode = GateMode::enforce,
          .pod_uid = "7b1c2d3e-0000-4000-8000-000000000001",
          .pod_name = "pi-exec-1",
          .pod_namespace = "spark",
          .settings_taken = WallTime(std::chrono::seconds(1'769'860'800))};
}

exporters::ReportDocument a_document() {
  Observed config = seen(mount_path_conflict());
  Observed storage = seen(read_only_export());
  storage.steps = storage_steps();
  exporters::ReportDocument document{.tool_version = "1.2.3"};
  document.checks = {
      exporters::check_report(a_report("config", milliseconds{0}, std::move(config))),
      exporters::check_report(a_report("storage", milliseconds{0}, std::move(storage))),
      exporters::check_report(
          a_report("runtime", milliseconds{0}, not_looked_at("runtime.jars.unreadable"))),
      exporters::check_report(a_report("peers", milliseconds{0}, all_well()))};
  return document;
}

}  // namespace sparkwarden::tests
