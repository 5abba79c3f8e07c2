// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pod.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/network_namespace.hpp"
#include "tests/support/podman_yaml.hpp"

namespace sparkwarden::tests {
namespace fs = std::filesystem;
namespace {

constexpr std::uint16_t kPort = 9797;
constexpr std::chrono::seconds kPatience{60};

std::string read(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A directory that every user may write, as the kubelet makes an emptyDir.
void make_open_directory(const fs::path& path) {
  fs::create_directories(path);
  fs::permissions(path, fs::perms::all);
}

}  // namespace

Pod::Pod(ContainerHost& host, const YAML::Node& pod, const Cluster& cluster)
    : host_(host),
      name_(pod["metadata"]["name"].as<std::string>()),
      place_(host.world().path() / name_) {
  const YAML::Node& spec = pod["spec"];
  for (const YAML::Node& container : spec["initContainers"]) {
    const bool stays =
        container["restartPolicy"] && container["restartPolicy"].as<std::string>() == "Always";
    add(container, stays ? Kind::sidecar : Kind::init);
  }
  for (const YAML::Node& container : spec["containers"]) add(container, Kind::main);
  make_volumes(spec, cluster);
  host_.create_pod(for_podman(
      pod,
      {.volumes = place_ / "volumes", .messages = place_ / "messages", .images = cluster.images}));
}

Pod::~Pod() {
  // Its containers end now, for the next test's sake; what is left of them ends with the host.
  static_cast<void>(run_to_end(host_.podman({"pod", "kill", name_})));
}

// kubelet_pods.go and kuberuntime_container.go: an emptyDir is 0777, the file for the termination
// message 0666, and a ConfigMap that is optional and not there an empty directory.
void Pod::make_volumes(const YAML::Node& spec, const Cluster& cluster) {
  for (const YAML::Node& volume : spec["volumes"]) {
    const auto name = volume["name"].as<std::string>();
    const fs::path directory = place_ / "volumes" / name;
    if (const YAML::Node source = volume["configMap"]) {
      const auto data = cluster.config_maps.find(source["name"].as<std::string>());
      const bool there = data != cluster.config_maps.end();
      if (!there && !(source["optional"] && source["optional"].as<bool>())) {
        throw std::runtime_error("no ConfigMap for volume " + name);
      }
      config_maps_.emplace(name, directory)
          .first->second.write(there ? data->second : std::map<std::string, std::string>{});
    } else if (volume["emptyDir"] || volume["nfs"]) {
      make_open_directory(directory);  // there is no NFS client in the tests' world
    } else {
      throw std::runtime_error("volume " + name + " is of no kind that the tests know");
    }
  }
  make_open_directory(place_ / "messages");
  for (const Container& container : containers_) {
    const fs::path file = place_ / "messages" / container.name;
    std::ofstream(file).close();
    ::chmod(file.c_str(), 0666);
  }
}

void Pod::add(const YAML::Node& container, Kind kind) {
  Container added{.name = container["name"].as<std::string>(), .kind = kind};
  if (const YAML::Node hook = value_at(container, {"lifecycle", "postStart", "exec", "command"})) {
    added.post_start = hook.as<std::vector<std::string>>();
  }
  if (const YAML::Node path = value_at(container, {"startupProbe", "httpGet", "path"})) {
    added.startup_path = path.as<std::string>();
  }
  containers_.push_back(std::move(added));
}

void Pod::look() {
  std::vector<std::string> arguments{
      "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}"};
  for (const Container& container : containers_) arguments.push_back(full_name(container.name));
  std::istringstream lines(host_.run_podman(std::move(arguments)));
  for (Container& container : containers_) {
    std::string status;
    lines >> status >> container.code >> container.pid;
    container.running = status == "running";
  }
}

// startContainer of kuberuntime_container.go: the hook is part of the start. It runs beside the
// container's own process, and nothing else starts before it ends.
void Pod::start(Container& container) {
  host_.run_podman({"start", full_name(container.name)});
  container.started = true;
  container.started_up = false;
  look();
  if (container.post_start.empty()) return;
  std::vector<std::string> command = container.post_start;
  command.insert(command.begin(), {"exec", full_name(container.name)});
  container.hook = std::make_unique<Process>(host_.podman(std::move(command)),
                                             (place_ / (container.name + ".hook")).string());
}

// KEP-753: a native sidecar is started again whenever it ends, also in a pod that never restarts.
// The kubelet's growing pause before that is left out.
void Pod::restart_sidecars() {
  for (Container& container : containers_) {
    if (container.kind != Kind::sidecar || !container.started || container.running) continue;
    ++container.restarts;
    start(container);
  }
}

/// Whether what stands behind this container may start.
bool Pod::may_go_on(Container& container) {
  if (container.hook) {
    const auto status = container.hook->wait(milliseconds(0));
    if (!status) return false;
    container.hook.reset();
    // FailedPostStartHook: the container is killed, and the next one starts all the same. A native
    // sidecar comes back.
    if (*status != 0) kill(container.name);
    if (*status != 0 && container.kind == Kind::sidecar) return false;
  }
  switch (container.kind) {
    case Kind::main:
      return true;
    case Kind::init:
      if (!container.running && container.code != 0) phase_ = Phase::failed;  // policy Never
      return !container.running && container.code == 0;
    case Kind::sidecar:
      break;
  }
  // Started once is started until the container ends. 200 to 399, as pkg/probe/http has it.
  if (container.startup_path.empty() || container.started_up) return container.running;
  const int answered = get(container.startup_path).status;
  container.started_up = answered >= 200 && answered < 400;
  return container.started_up;
}

/// The phase of a pod whose containers were all started: sidecars have no say in it.
Pod::Phase Pod::end_of_main() const {
  bool failed = false;
  for (const Container& container : containers_) {
    if (container.kind != Kind::main) continue;
    if (container.running) return Phase::running;
    failed = failed || container.code != 0;
  }
  return failed ? Phase::failed : Phase::succeeded;
}

// computeInitContainerActions and SyncPod of kuberuntime_manager.go: in the order of the YAML, one
// after another.
Pod::Phase Pod::sync() {
  look();
  if (phase_ == Phase::succeeded || phase_ == Phase::failed) return phase_;
  restart_sidecars();
  while (next_ < containers_.size()) {
    Container& container = containers_[next_];
    if (!container.started) start(container);
    if (!may_go_on(container)) return phase_;
    ++next_;
  }
  phase_ = end_of_main();
  return phase_;
}

bool Pod::sync_until(const std::function<bool()>& done) {
  const Instant limit = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    static_cast<void>(sync());
    if (done()) return true;
    if (std::chrono::steady_clock::now() > limit) return false;
    ::usleep(20'000);  // between two looks; each costs podman a tenth of a second
  }
}

Pod::Phase Pod::settle() {
  static_cast<void>(sync_until([&] { return phase_ != Phase::pending; }));
  return phase_;
}

bool Pod::started(const std::string& container) const {
  return find(container).started;
}

std::optional<int> Pod::exit_code(const std::string& container) {
  look();
  const Container& found = find(container);
  if (!found.started || found.running) return std::nullopt;
  return found.code;
}

int Pod::restarts(const std::string& container) const {
  return find(container).restarts;
}

std::string Pod::termination_message(const std::string& container) const {
  return read(place_ / "messages" / container);
}

std::string Pod::log(const std::string& container) const {
  const Finished finished = run_to_end(host_.podman({"logs", full_name(container)}));
  return finished.out + finished.err;
}

std::string Pod::story() {
  look();
  std::string all;
  for (const Container& container : containers_) {
    const std::string state = !container.started  ? "not started"
                              : container.running ? "running"
                                                  : "ended with " + std::to_string(container.code);
    all += "== " + container.name + ": " + state + ", restarted " +
           std::to_string(container.restarts) + " times\n" +
           (container.started ? log(container.name) : "") +
           read(place_ / (container.name + ".hook")) + termination_message(container.name);
  }
  return all;
}

fs::path Pod::process(const std::string& container) {
  look();
  return host_.process(find(container).pid);
}

void Pod::kill(const std::string& container) const {
  static_cast<void>(run_to_end(host_.podman({"kill", full_name(container)})));  // it may have ended
  host_.run_podman({"wait", full_name(container)});
}

int Pod::stop(const std::string& container, int grace) {
  host_.run_podman({"stop", "--time", std::to_string(grace), full_name(container)});
  return exit_code(container).value_or(-1);
}

Reply Pod::get(const std::string& path) const {
  Reply reply;
  inside_network((host_.process(network_process()) / "ns/net").string(),
                 [&] { reply = tests::get(kPort, path); });
  return reply;
}

fs::path Pod::volume(const std::string& name) const {
  return place_ / "volumes" / name;
}

void Pod::update(const std::string& volume, const std::map<std::string, std::string>& data) {
  config_maps_.at(volume).write(data);
}

int Pod::network_process() const {
  for (const Container& container : containers_) {
    if (container.running && container.pid > 0) return container.pid;
  }
  throw std::runtime_error("no container of " + name_ + " runs");
}

const Pod::Container& Pod::find(const std::string& name) const {
  const auto found = std::ranges::find(containers_, name, &Container::name);
  if (found == containers_.end()) throw std::runtime_error("no container " + name);
  return *found;
}

std::string Pod::full_name(const std::string& container) const {
  return name_ + "-" + container;
}

}  // namespace sparkwarden::tests
