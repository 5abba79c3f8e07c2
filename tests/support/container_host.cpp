// SPDX-License-Identifier: Apache-2.0
#include "tests/support/container_host.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include <signal.h>
#include <unistd.h>

namespace sparkwarden::tests {
namespace fs = std::filesystem;
namespace {

// Small and fixed limits, because podman's own are refused without CAP_SYS_RESOURCE; files instead
// of journald; runc, because crun refuses cgroup version 1 with a version 2 beside it.
constexpr const char* kSettings = R"([containers]
default_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]
log_driver = "k8s-file"
http_proxy = false
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
[network]
network_config_dir = "$WORLD/net"
)";

// The store and everything that podman keeps elsewhere is in memory, so that it goes with the
// mounts. catatonit, because the parents of containers become children of process 1, which must
// reap them.
constexpr const char* kSetUp =
    "mkdir -p /var/lib/containers && "
    "for each in /run /dev/shm /var/lib/containers \"$0\"; do mount -t tmpfs tmpfs \"$each\" || "
    "exit 1; done && mkdir \"$0/tmp\" && ip link set lo up && touch \"$0/ready\" && "
    "exec catatonit -P";

constexpr const char* kNamespaces =
    "exec unshare --pid --mount --net --fork --kill-child --mount-proc --propagation private "
    "sh -c \"$1\" \"$0\"";

bool on_path(const std::string& program) {
  for (const char* folder :
       {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/bin"}) {
    if (fs::exists(fs::path(folder) / program)) return true;
  }
  return false;
}

int first_child(pid_t parent) {
  const std::string pid = std::to_string(parent);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  int child = -1;
  children >> child;
  return child;
}

/// Removes a tree of empty directories: cgroups are removed in no other way.
void remove_cgroups(const fs::path& top) {
  std::error_code none;
  std::vector<fs::path> below;
  for (const auto& entry : fs::directory_iterator(top, none)) {
    if (entry.is_directory(none)) below.push_back(entry.path());
  }
  for (const fs::path& each : below) remove_cgroups(each);
  ::rmdir(top.c_str());
}

}  // namespace

std::string ContainerHost::what_is_missing() {
  if (::geteuid() != 0) return "containers need root here";
  std::string missing;
  for (const char* program : {"podman", "runc", "conmon", "catatonit", "busybox"}) {
    if (!on_path(program)) missing += std::string(missing.empty() ? "" : ", ") + program;
  }
  if (missing.empty()) return "";
  return "no " + missing + ": scripts/install-deps.sh test";
}

ContainerHost::ContainerHost() {
  const std::string here = world_.path().string();
  std::string settings = kSettings;
  settings.replace(settings.find("$WORLD"), 6, here + "/memory");
  world_.write("containers.conf", settings);
  fs::create_directory(world_.path() / "memory");
  const std::string log = here + "/log";
  outside_ = std::make_unique<Process>(
      std::vector<std::string>{"sh", "-c", kNamespaces, here + "/memory", kSetUp}, log);
  const fs::path ready =
      "/proc/" + std::to_string(outside_->pid()) + "/root" + here + "/memory/ready";
  const Instant limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!fs::exists(ready)) {
    if (!outside_->running() || std::chrono::steady_clock::now() > limit) {
      std::ifstream said(log);
      throw std::runtime_error("no place for containers: " +
                               std::string(std::istreambuf_iterator<char>(said), {}));
    }
    ::usleep(5'000);
  }
  first_ = first_child(outside_->pid());
}

ContainerHost::~ContainerHost() {
  // Its end is the end of every process in there, and its parent ends once they are all gone.
  if (first_ > 0) ::kill(first_, SIGKILL);
  static_cast<void>(outside_->wait(std::chrono::seconds(60)));
  for (const std::string& pod : pods_) {
    remove_cgroups("/sys/fs/cgroup/libpod_parent/" + pod);
    std::error_code none;
    for (const auto& controller : fs::directory_iterator("/sys/fs/cgroup", none)) {
      remove_cgroups(controller.path() / "libpod_parent" / pod);
    }
  }
}

std::vector<std::string> ContainerHost::entering(std::vector<std::string> command) const {
  const std::string namespaces = "/proc/" + std::to_string(outside_->pid()) + "/ns/";
  command.insert(command.begin(),
                 {"nsenter",
                  "--pid=" + namespaces + "pid_for_children",
                  "--mount=" + namespaces + "mnt",
                  "--net=" + namespaces + "net",
                  "--"});
  return command;
}

std::vector<std::string> ContainerHost::podman(std::vector<std::string> arguments) const {
  const std::string here = world_.path().string();
  arguments.insert(arguments.begin(),
                   {"env",
                    "-i",
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "HOME=" + here + "/memory",
                    "TMPDIR=" + here + "/memory/tmp",
                    "CONTAINERS_CONF=" + here + "/containers.conf",
                    "podman",
                    "--root",
                    here + "/memory/store",
                    "--runroot",
                    here + "/memory/run"});
  return entering(std::move(arguments));
}

std::string ContainerHost::run_podman(std::vector<std::string> arguments) const {
  const std::string what = arguments.front() + " " + arguments.back();
  const Finished finished = run_to_end(podman(std::move(arguments)));
  if (finished.code != 0) throw std::runtime_error("podman " + what + ": " + finished.err);
  return finished.out;
}

void ContainerHost::build(const std::string& image,
                          const fs::path& dockerfile,
                          const fs::path& context) const {
  run_podman({"build",
              "--quiet",
              "--isolation",
              "chroot",
              "--pull=never",
              "--tag",
              image,
              "--file",
              dockerfile.string(),
              context.string()});
}

void ContainerHost::create_pod(const std::string& yaml) {
  const std::string file = world_.write("pod-" + std::to_string(pods_.size()) + ".yaml", yaml);
  const std::string said = run_podman({"play", "kube", "--start=false", "--network", "none", file});
  // "Pod:", its id, "Container:" and so on.
  const std::size_t id = said.find('\n') + 1;
  pods_.push_back(said.substr(id, said.find('\n', id) - id));
}

// No bridge and no name server: those of podman would be the whole machine's.
void ContainerHost::connect(int one,
                            const std::string& address,
                            int other,
                            const std::string& its_address) const {
  constexpr const char* kCable =
      "ip link add eth0 netns $0 type veth peer name eth0 netns $2 && "
      "in_0=\"nsenter --net=/proc/$0/ns/net\" && in_2=\"nsenter --net=/proc/$2/ns/net\" && "
      "$in_0 ip addr add $1/24 dev eth0 && $in_0 ip link set eth0 up && "
      "$in_2 ip addr add $3/24 dev eth0 && $in_2 ip link set eth0 up";
  const Finished finished = run_to_end(entering(
      {"sh", "-c", kCable, std::to_string(one), address, std::to_string(other), its_address}));
  if (finished.code != 0) throw std::runtime_error("no cable between two pods: " + finished.err);
}

fs::path ContainerHost::process(int pid) const {
  return "/proc/" + std::to_string(first_) + "/root/proc/" + std::to_string(pid);
}

}  // namespace sparkwarden::tests
