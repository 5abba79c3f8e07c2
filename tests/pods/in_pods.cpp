// SPDX-License-Identifier: Apache-2.0
#include "tests/pods/in_pods.hpp"

#include <exception>
#include <filesystem>
#include <fstream>

#include "tests/support/spark_image.hpp"

namespace sparkwarden::tests {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAgent = "localhost/sparkwarden:test";

// Stands for Spark's entrypoint: says how it was started, and has an exit code of its own.
constexpr const char* kEntrypoint = R"(#!/bin/sh
trap 'exit 52' TERM
echo "entrypoint is process $$ with: $*"
while :; do sleep 3600 & wait; done
)";

constexpr const char* kSparkDockerfile = R"(FROM scratch
COPY root/ /
ENV SPARK_HOME=/opt/spark JAVA_HOME=/usr/lib/jvm/java-17
WORKDIR /opt/spark/work-dir
USER 185
ENTRYPOINT ["/opt/entrypoint.sh"]
)";

void build_spark(const ContainerHost& host) {
  const fs::path context = host.world().path() / "spark";
  const fs::path root = context / "root";
  const SparkImage image(root);
  fs::create_directories(root / "bin");
  fs::create_directories(root / "opt/spark/work-dir");
  fs::copy_file("/bin/busybox", root / "bin/busybox");
  for (const char* applet : {"sh", "sleep", "cat"}) {
    fs::create_symlink("busybox", root / "bin" / applet);
  }
  host.world().write("spark/root/opt/late/late-1.0.dist-info/METADATA",
                     "Metadata-Version: 2.1\nName: late\nVersion: 1.0\n");
  host.world().write("spark/root/opt/entrypoint.sh", kEntrypoint);
  fs::permissions(root / "opt/entrypoint.sh", fs::perms(0755));
  const std::string dockerfile = host.world().write("spark/Dockerfile", kSparkDockerfile);
  host.build(kSparkImage, dockerfile, context);
  image.install("pandas", "1.5.3");
  host.build(kDriftedImage, dockerfile, context);
}

/// A program with an interpreter cannot run in a container from scratch.
bool is_static(const fs::path& binary) {
  std::string head(16 * 1024, '\0');
  std::ifstream(binary, std::ios::binary)
      .read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("/ld-linux") == std::string::npos;
}

std::string what_is_missing() {
  if (std::string missing = ContainerHost::what_is_missing(); !missing.empty()) return missing;
  const fs::path binary = fs::path(SPARKWARDEN_RELEASE_DIR) / "sparkwarden";
  if (!fs::exists(binary)) return "no " + binary.string() + ": scripts/build-release.sh";
  if (!is_static(binary))
    return binary.string() + " is not static: scripts/build-release.sh says why";
  return "";
}

Rig make_rig() {
  Rig made{.why_not = what_is_missing()};
  if (!made.why_not.empty()) return made;
  made.host = std::make_unique<ContainerHost>();
  build_spark(*made.host);
  try {
    made.host->run_podman(
        {"run", "--rm", "--network", "none", "--entrypoint", "/bin/sh", kSparkImage, "-c", ":"});
  } catch (const std::exception& refused) {
    made.why_not = std::string("no container can be started here: ") + refused.what();
    return made;
  }
  made.host->build(kAgent, SPARKWARDEN_SOURCE_DIR "/images/Dockerfile", SPARKWARDEN_RELEASE_DIR);
  return made;
}

}  // namespace

Rig& rig() {
  static Rig made = make_rig();
  return made;
}

std::string enforcing(const std::string& probes, const std::string& timeout) {
  return "version: 1\ngate: {mode: enforce, probes: [config" + probes + "], timeout: " + timeout +
         ", on_timeout: fail}\nprobes:\n  storage: {enabled: false}\n  peers: {enabled: false}\n"
         "  config: {files: [{path: /etc/sparkwarden/core-site.xml, kind: core-site}]}\n";
}

std::string InPods::new_name() {
  static int count = 0;
  return "pod" + std::to_string(++count);
}

Cluster InPods::cluster(const std::string& settings, const std::string& core_site) {
  return {
      .images = {{kAgentImage, kAgent}, {kExecutorImage, kSparkImage}, {kDriverImage, kSparkImage}},
      .config_maps = {
          {"sparkwarden-agent", {{"agent.yaml", settings}, {"core-site.xml", core_site}}}}};
}

bool InPods::sync_until_held(Pod& pod) {
  return sync_until_says(
      pod, "/metrics", "sparkwarden_http_requests_total{path=\"/startupz\",code=\"500\"}");
}

}  // namespace sparkwarden::tests
