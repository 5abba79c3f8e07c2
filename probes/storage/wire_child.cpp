// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/io/child_entry.hpp"
#include "agent/io/child_protocol.hpp"
#include "probes/storage/wire_canary.hpp"
#include "probes/storage/wire_client.hpp"
#include "probes/storage/wire_exports.hpp"
#include "probes/storage/wire_request.hpp"
#include "probes/storage/wire_step.hpp"
#include "probes/storage/wire_tokens.hpp"

namespace sparkwarden::probes::storage {
namespace {

// Whether connections of this process can come from a port below 1024, which many servers demand.
// Done as libnfs does it: by trying.
bool low_port_permitted() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  int error = EADDRINUSE;
  for (int port = 1023; port >= 1000 && error == EADDRINUSE; --port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    error = ::bind(probe, generic, sizeof address) == 0 ? 0 : errno;
  }
  ::close(probe);
  return error == 0;
}

std::string hex(std::uint64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%llx", static_cast<unsigned long long>(number));
  return text.data();
}

void tell_exports(const std::vector<std::string>& paths, const std::string& wanted) {
  constexpr std::size_t kShown = 8;
  const bool itself = std::find(paths.begin(), paths.end(), wanted) != paths.end();
  const bool above = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return wanted.starts_with(path.ends_with('/') ? path : path + "/");
  });
  std::string shown;
  for (std::size_t i = 0; i < std::min(paths.size(), kShown); ++i) {
    shown += (i == 0 ? "" : ", ") + paths[i];
  }
  tell_fact("export_listed", itself ? "yes" : above ? "above" : "no");
  tell_fact("exports", shown + (paths.size() > kShown ? ", ..." : ""));
}

bool mount(WireClient& client, const WireRequest& request) {
  if (step("mount", [&] { return client.mount(); })) return true;
  if (request.version != 3 || !client.alive()) return false;
  // Refused: the server's list tells a wrong path from a client that is not allowed.
  std::vector<std::string> paths;
  const bool listed = step("exports", [&]() -> Wire<void> {
    Wire<std::vector<std::string>> list = list_exports(request);
    if (!list) return tl::unexpected(list.error());
    paths = std::move(*list);
    return {};
  });
  if (listed) tell_exports(paths, request.export_path);
  return false;
}

bool look(WireClient& client, int version) {
  WireStat root;
  std::string fsid;
  const bool seen = step("stat", [&]() -> Wire<void> {
    const Wire<WireStat> status = client.stat("/");
    if (!status) return tl::unexpected(status.error());
    root = *status;
    if (version != 4) return {};
    Wire<std::string> told = client.file_system_id();
    if (!told) return tl::unexpected(told.error());
    fsid = std::move(*told);
    return {};
  });
  if (!seen) return false;
  if (root.device != 0) tell_fact("fsid", hex(root.device));
  // Under a name of its own: the two versions spell one file system differently.
  if (!fsid.empty()) tell_fact("fsid4", fsid);
  if (root.inode != 0) tell_fact("fileid", std::to_string(root.inode));
  WireSpace space;
  const bool measured = step("statvfs", [&]() -> Wire<void> {
    const Wire<WireSpace> result = client.space("/");
    if (!result) return tl::unexpected(result.error());
    space = *result;
    return {};
  });
  if (!measured) return false;
  tell_fact("space.total", std::to_string(space.total_bytes));
  tell_fact("space.available", std::to_string(space.available_bytes));
  return true;
}

}  // namespace

int run_wire_child() {
  if (!io::enter_child({})) return 1;
  const auto line = io::read_child_input();
  if (!line) return 2;
  const Result<WireRequest> request = parse_wire_request(*line);
  if (!request) return 2;

  tell_fact("low_port", low_port_permitted() ? "yes" : "no");
  WireClient client(*request);
  if (mount(client, *request) && look(client, request->version)) {
    if (!request->token.look_up.empty()) look_up_token(client, *request);
    if (request->write && client.alive()) write_canary(client, *request);
    if (client.alive()) static_cast<void>(step("umount", [&] { return client.unmount(); }));
  }
  io::tell(io::ChildDone{});
  // Not by way of exit handlers: libnfs leaks the client's name and whatever was pending, which is
  // nobody's business in a process that ends here, but would be a leak checker's.
  std::_Exit(0);
}

}  // namespace sparkwarden::probes::storage
