// SPDX-License-Identifier: Apache-2.0
// Rules about our own containers in a template: the agent, and the gate that waits for
// it. Source: docs/architecture.md, charts/plain.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/image.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kInstalled = "/var/run/sparkwarden/bin/sparkwarden";

/// The words of a container, command first.
bool says(const TemplateContainer& container, std::string_view word) {
  const auto is_it = [&](const Text& text) { return text.text == word; };
  return std::any_of(container.command.begin(), container.command.end(), is_it) ||
         std::any_of(container.args.begin(), container.args.end(), is_it);
}

bool runs_installed(const TemplateContainer& container) {
  return !container.command.empty() && container.command.front().text == kInstalled;
}

bool is_agent_image(const TemplateContainer& container) {
  return image_from(container.image.text).base() == "sparkwarden";
}

bool is_agent(const TemplateContainer& container) {
  return says(container, "run") &&
         (container.name.text == "sparkwarden" || is_agent_image(container));
}

bool is_gate(const TemplateContainer& container) {
  return says(container, "wait") && (runs_installed(container) || is_agent_image(container));
}

/// Our containers, in the order in which the kubelet starts them.
struct Ours {
  const TemplateContainer* agent = nullptr;
  const TemplateContainer* gate = nullptr;
  bool agent_is_init = false;
  bool gate_comes_first = false;
};

Ours ours(const PodTemplate& pod) {
  Ours found;
  for (const TemplateContainer& container : pod.init_containers) {
    if (found.agent == nullptr && is_agent(container)) {
      found.agent = &container;
      found.agent_is_init = true;
      found.gate_comes_first = found.gate != nullptr;
    }
    if (found.gate == nullptr && is_gate(container)) found.gate = &container;
  }
  if (found.agent != nullptr) return found;
  const auto classic = std::find_if(pod.containers.begin(), pod.containers.end(), is_agent);
  if (classic != pod.containers.end()) found.agent = &*classic;
  return found;
}

/// The name of a container, or its place where it has none.
Text name_of(const TemplateContainer& container) {
  return container.name;
}

std::vector<Finding> judge_order(const SparkPod& built, const Ours& found) {
  std::vector<Finding> findings;
  if (found.agent_is_init && found.agent->restart_policy.text != "Always") {
    findings.push_back(found_in_template(kAgentRestart,
                                         built,
                                         name_of(*found.agent),
                                         "the agent is an init container that never ends"));
  }
  // `wait --check` needs no agent.
  if (found.gate == nullptr || says(*found.gate, "--check")) return findings;
  if (found.agent == nullptr) {
    findings.push_back(found_in_template(kAgentMissing,
                                         built,
                                         name_of(*found.gate),
                                         "the gate waits for an agent that the pod does not have"));
  } else if (found.gate_comes_first || !found.agent_is_init) {
    findings.push_back(found_in_template(
        kAgentOrder, built, name_of(*found.gate), "the gate runs before the agent is started"));
  }
  return findings;
}

std::vector<Finding> judge_gate_image(const SparkPod& built, const Ours& found) {
  const Property* spark = built.image();
  // Only the gate that takes the inventory has to run in Spark's image.
  if (found.gate == nullptr || spark == nullptr || !says(*found.gate, "--manifest")) return {};
  const Text& image = found.gate->image;
  if (is_placeholder(image.text) || is_placeholder(spark->value.text)) return {};
  if (image.text == spark->value.text) return {};
  Finding finding =
      found_in_template(kAgentGateImage,
                        built,
                        image,
                        "the inventory is taken in " + shown_text(image.text) +
                            ", and the Spark container runs " + shown_text(spark->value.text));
  finding.related.push_back(
      span_of(built.deployment(), *spark, "the image of the Spark container"));
  finding.fix = "write " + shown_text(spark->value.text);
  return {std::move(finding)};
}

std::vector<Finding> judge_versions(const SparkPod& built, const PodTemplate& pod) {
  const TemplateContainer* first = nullptr;
  std::vector<Finding> findings;
  for (const auto* list : {&pod.init_containers, &pod.containers}) {
    for (const TemplateContainer& container : *list) {
      if (!is_agent_image(container) || is_placeholder(container.image.text)) continue;
      if (first == nullptr) {
        first = &container;
      } else if (image_from(container.image.text) != image_from(first->image.text)) {
        Finding finding = found_in_template(
            kAgentVersion,
            built,
            container.image,
            "two images of the agent in one pod: this one and " + shown_text(first->image.text));
        finding.related.push_back(
            {locate(built.template_path(), first->image.at), "the other one"});
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> agent_containers(const SparkPod& built) {
  const PodTemplate* pod = built.pod();
  if (pod == nullptr) return {};
  const Ours found = ours(*pod);
  Judgement all;
  all.add(judge_order(built, found));
  all.add(judge_gate_image(built, found));
  all.add(judge_versions(built, *pod));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
