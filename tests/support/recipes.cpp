// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recipes.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace sparkwarden::tests {
namespace {

const std::string kSource = SPARKWARDEN_SOURCE_DIR;

// Labels, arguments and policy are Spark's doing (docs/decisions/0010), the rest is the template's.
constexpr const char* kExecutorTemplate = R"(
metadata:
  labels: {spark-app-selector: spark-0123, spark-exec-id: "1", spark-role: executor}
spec:
  restartPolicy: Never
  containers:
    - name: spark-kubernetes-executor
      image: registry.example.org/spark-executor:4.0.1
      args: [executor]
      volumeMounts:
        - {name: spark-checkpoints, mountPath: /mnt/spark-checkpoints}
  volumes:
    - {name: spark-checkpoints, nfs: {server: 10.10.0.10, path: /volume1/spark-checkpoints}}
)";

constexpr const char* kConnectServer = R"(
spec:
  containers:
    - name: connect-server
      image: registry.example.org/spark-connect-server:4.0.1
      args: [driver]
      volumeMounts:
        - {name: spark-conf, mountPath: /opt/spark/conf, readOnly: true}
        - {name: spark-checkpoints, mountPath: /mnt/spark-checkpoints}
  volumes:
    - {name: spark-conf, configMap: {name: spark-conf}}
    - {name: spark-checkpoints, nfs: {server: 10.10.0.10, path: /volume1/spark-checkpoints}}
)";

std::string read(const std::string& path) {
  std::ifstream stream(kSource + "/" + path);
  if (!stream) throw std::runtime_error("no " + path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The YAML below the heading of a recipe in docs/gate.md.
YAML::Node recipe_in_gate_md(const std::string& recipe) {
  const std::string page = read("docs/gate.md");
  const std::string fence = "```yaml\n";
  const std::size_t heading = page.find("\n### " + recipe + "\n");
  const std::size_t begin = page.find(fence, heading);
  if (heading == std::string::npos || begin == std::string::npos) {
    throw std::runtime_error("docs/gate.md has no recipe " + recipe);
  }
  const std::size_t text = begin + fence.size();
  return YAML::Load(page.substr(text, page.find("```", text) - text));
}

YAML::Node named(const YAML::Node& list, const std::string& name) {
  for (const YAML::Node& each : list) {
    if (each["name"].as<std::string>() == name) return each;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void append(YAML::Node list, const YAML::Node& more) {
  for (const YAML::Node& each : more) list.push_back(YAML::Clone(each));
}

/// `container` as the recipe has it: its keys replace those of the same name, its mounts are added.
YAML::Node with(const YAML::Node& container, const YAML::Node& recipe) {
  YAML::Node result = YAML::Clone(container);
  for (const auto& entry : recipe) {
    const auto key = entry.first.as<std::string>();
    if (key == "volumeMounts" && result[key]) {
      for (const YAML::Node& mount : entry.second) {
        if (!named(result[key], mount["name"].as<std::string>())) result[key].push_back(mount);
      }
    } else {
      result[key] = YAML::Clone(entry.second);
    }
  }
  return result;
}

/// The recipe's list of containers, each with what it has in the other two places.
YAML::Node filled(const YAML::Node& recipe, const YAML::Node& shipped, const YAML::Node& own) {
  YAML::Node list;
  for (const YAML::Node& wanted : recipe) {
    const auto name = wanted["name"].as<std::string>();
    const YAML::Node ours = named(shipped, name);
    const YAML::Node theirs = named(own, name);
    list.push_back(ours ? with(ours, wanted) : theirs ? with(theirs, wanted) : wanted);
  }
  return list;
}

/// "Merge it into your template": its init containers in front, its volumes behind.
YAML::Node merged(const std::string& name, const char* own, const std::string& sidecar) {
  YAML::Node pod = YAML::Load(own);
  const YAML::Node shipped = YAML::Load(read(sidecar));
  pod["metadata"]["name"] = name;
  pod["spec"]["initContainers"] = YAML::Clone(shipped["spec"]["initContainers"]);
  append(pod["spec"]["volumes"], shipped["spec"]["volumes"]);
  return pod;
}

}  // namespace

YAML::Node executor_pod(const std::string& name,
                        const std::string& recipe,
                        const std::string& driver) {
  YAML::Node pod = merged(name, kExecutorTemplate, "charts/plain/executor-sidecar.yaml");
  pod["metadata"]["annotations"]["sparkwarden.dev/driver-url"] = driver;
  if (recipe == "A") return pod;
  const YAML::Node changes = recipe_in_gate_md(recipe);
  YAML::Node spec = pod["spec"];
  const YAML::Node shipped = YAML::Clone(spec["initContainers"]);
  const YAML::Node own = YAML::Clone(spec["containers"]);
  spec["initContainers"] = filled(changes["initContainers"], shipped, own);
  if (changes["containers"]) spec["containers"] = filled(changes["containers"], shipped, own);
  for (YAML::Node container : spec["containers"]) container.remove("restartPolicy");
  return pod;
}

YAML::Node driver_pod(const std::string& name) {
  return merged(name, kConnectServer, "charts/plain/driver-sidecar.yaml");
}

std::string shipped_settings() {
  return YAML::Load(read("charts/plain/configmap.yaml"))["data"]["agent.yaml"].as<std::string>();
}

}  // namespace sparkwarden::tests
