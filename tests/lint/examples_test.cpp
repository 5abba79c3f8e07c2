// SPDX-License-Identifier: Apache-2.0
// The examples of docs/findings are true: lint finds in the bad one what the section is about, and
// not in the good one.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/commands/code_table.hpp"
#include "agent/core/date.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::IsEmpty;
using tests::Files;

/// What no text alone can show: it is about mounts, links, permissions, bytes, or the agent's own
/// settings.
const std::set<std::string_view> kNeedAPod{
    "config.directory.missing",
    "config.directory.empty",
    "config.directory.image",
    "config.directory.writable",
    "config.file.changing",
    "config.file.stale",
    "config.file.sub-path",
    "config.core-site.include-loop",
    "config.core-site.include-missing",
    "config.core-site.shadowed",
    "config.jar.baked-in",
    "config.file.too-large",
    "config.file.not-regular",
    "config.file.symlink-loop",
    "config.file.unreadable",
    "config.file.network",
    "config.file.differs",
    "config.core-site.missing",
    "config.defaults.missing",
    "config.defaults.encoding",
    "config.defaults.byte-order-mark",
    "template.file.missing",
    "template.file.not-visible",
    "lint.tree.left-out",
    "lint.setting.differs",
};

constexpr std::string_view kPodHead =
    "kind: Pod\nspec:\n  containers:\n    - name: spark-kubernetes-executor\n";
constexpr std::string_view kMounts =
    "      volumeMounts: [{name: spark-checkpoints, mountPath: /mnt/spark-checkpoints}]\n";
constexpr std::string_view kVolumes =
    "  volumes: [{name: spark-checkpoints, nfs: {server: 10.10.0.10, path: /volume1/ckpt}}]\n";
constexpr std::string_view kTemplateSetting =
    "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor-pod-template.yaml\n";
constexpr std::string_view kCheckpointSetting =
    "spark.sql.streaming.checkpointLocation file:///mnt/spark-checkpoints\n";

struct Block {
  std::string language;
  std::string text;
};

/// The fenced blocks of one example, and a text in back quotes behind its `Bad:` or `Good:`.
std::vector<Block> blocks_of(std::string_view example) {
  std::vector<Block> blocks;
  const std::string_view first = example.substr(0, example.find('\n'));
  const std::size_t quote = first.find("`spark.");
  if (quote != std::string_view::npos) {
    blocks.push_back(
        {"", std::string(first.substr(quote + 1, first.rfind('`') - quote - 1)) + "\n"});
  }
  for (std::size_t at = example.find("\n```"); at != std::string_view::npos;
       at = example.find("\n```", at + 1)) {
    const std::size_t line = example.find('\n', at + 1);
    const std::size_t end = example.find("\n```", line - 1);
    if (end == std::string_view::npos) break;
    blocks.push_back({std::string(example.substr(at + 4, line - at - 4)),
                      std::string(example.substr(line + 1, end - line))});
    at = end;
  }
  return blocks;
}

std::string indented(const std::string& text, const std::string& by) {
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    all += by + text.substr(at, end + 1 - at);
    at = end + 1;
  }
  return all;
}

/// The lines of one top-level key of a fragment; empty when it has no such key.
std::string part(const std::string& fragment, const std::string& key) {
  std::string found;
  bool inside = false;
  for (std::size_t at = 0; at < fragment.size();) {
    const std::size_t end = std::min(fragment.find('\n', at), fragment.size() - 1);
    const std::string line = fragment.substr(at, end + 1 - at);
    if (line.front() != ' ' && line.front() != '-') inside = line.starts_with(key + ":");
    if (inside) found += line;
    at = end + 1;
  }
  return found;
}

/// A fragment as a whole pod template.
std::string pod_of(const std::string& text) {
  if (text.starts_with("kind:") || text.find("\nkind:") != std::string::npos) return text;
  if (text.starts_with("spec:") || text.starts_with("metadata:")) return "kind: Pod\n" + text;
  const std::string containers = part(text, "containers");
  const std::string mounts = part(text, "volumeMounts");
  const std::string volumes = part(text, "volumes");
  std::string pod = containers.empty() ? std::string(kPodHead) : "kind: Pod\nspec:\n";
  if (!containers.empty()) {
    pod += indented(containers, "  ");
  } else {
    pod += mounts.empty() ? std::string(kMounts) : indented(mounts, "      ");
  }
  pod += volumes.empty() ? std::string(kVolumes) : indented(volumes, "  ");
  return pod;
}

/// The files of an example, within a small deployment that is right; empty: it shows no file.
Files files_of(const std::vector<Block>& blocks) {
  Files files;
  std::string defaults;
  for (const Block& block : blocks) {
    if (block.language == "xml") {
      const bool whole = block.text.find("<configuration") != std::string::npos;
      files["conf/core-site.xml"] =
          whole ? block.text : "<configuration>\n" + block.text + "</configuration>\n";
    } else if (block.language == "yaml") {
      if (block.text.starts_with("- ")) return {};
      if (block.text.starts_with("data:")) {
        files["k8s/spark-conf.yaml"] = "kind: ConfigMap\nmetadata: {name: spark}\n" + block.text;
      } else if (block.text.find("kind: ") != std::string::npos &&
                 block.text.find("kind: Pod") == std::string::npos) {
        files["k8s/spark.yaml"] = block.text;
      } else {
        files["conf/executor-pod-template.yaml"] = pod_of(block.text);
      }
    } else {
      defaults += block.text;
    }
  }
  if (files.contains("k8s/spark-conf.yaml") || files.contains("k8s/spark.yaml")) return files;
  if (defaults.empty() && files.empty()) return {};
  if (defaults.find("podTemplateFile") == std::string::npos) defaults += kTemplateSetting;
  if (defaults.find("checkpointLocation") == std::string::npos) defaults += kCheckpointSetting;
  files["conf/spark-defaults.conf"] = defaults;
  files.try_emplace("conf/executor-pod-template.yaml", pod_of(""));
  return files;
}

std::set<std::string> codes_in(const Files& files) {
  const FindingPolicy policy;
  const std::vector<Source> sources = tests::sources_of(files);
  std::set<std::string> codes;
  for (const Reviewed& each : review(
           lint(sources),
           sources,
           [&](const std::string&) { return &policy; },
           *end_of_day("2026-06-15"))) {
    for (const Finding& finding : each.findings) codes.insert(finding.code);
    for (const Unlooked& unlooked : each.unlooked) codes.insert(unlooked.code);
  }
  return codes;
}

bool is_about_files(std::string_view code) {
  return code.starts_with("config.") || code.starts_with("template.") || code.starts_with("lint.");
}

TEST(Examples, AreTrue) {
  std::vector<std::string> wrong;
  int proved = 0;
  for (const Code& row : commands::all_codes()) {
    if (!is_about_files(row.code)) continue;
    const std::string code(row.code);
    const std::string_view section = commands::page_section(code);
    const std::size_t bad_at = section.find("\nBad:");
    const std::size_t good_at = section.find("\nGood:");
    if (bad_at == std::string_view::npos || good_at == std::string_view::npos) continue;
    const Files bad = files_of(blocks_of(section.substr(bad_at + 1, good_at - bad_at)));
    const Files good = files_of(blocks_of(section.substr(good_at + 1)));
    if (!good.empty() && codes_in(good).contains(code)) wrong.push_back(code + ": the good one");
    if (kNeedAPod.contains(code)) continue;
    if (bad.empty() || !codes_in(bad).contains(code)) {
      wrong.push_back(code + ": the bad one");
    } else {
      ++proved;
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_GT(proved, 20);
}

TEST(Examples, TheirSurroundingsAreRight) {
  EXPECT_THAT(codes_in(files_of({{"", "spark.executor.cores 4\n"}})), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::lint
