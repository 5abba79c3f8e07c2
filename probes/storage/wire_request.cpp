// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_request.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "probes/storage/child_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

namespace json = boost::json;

bool sensible(const WireRequest& request) {
  const auto port = [](int number, int low) { return number >= low && number <= 65'535; };
  const auto limit = [](milliseconds time) {
    return time > milliseconds(0) && time <= std::chrono::minutes(5);
  };
  const bool names =
      single_component(request.directory) && single_component(request.first) &&
      single_component(request.second) &&
      std::all_of(request.leftovers.begin(), request.leftovers.end(), single_component);
  return (request.version == 3 || request.version == 4) && port(request.nfs_port, 1) &&
         port(request.mount_port, 0) && request.export_path.starts_with('/') &&
         request.export_path.find('\0') == std::string::npos && request.groups.size() <= 16 &&
         request.leftovers.size() <= kLeftoversMax && limit(request.rpc_timeout) &&
         limit(request.step_deadline) && (!request.write || names) && is_sensible(request.token) &&
         (request.write || request.token.write.empty());
}

WireRequest from_object(const json::object& object) {
  const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  const auto number = [&](std::string_view key) { return object.at(key).to_number<int>(); };
  const auto id = [](const json::value& value) { return value.to_number<std::uint32_t>(); };
  WireRequest request;
  request.address = text("address");
  request.version = number("version");
  request.nfs_port = number("nfs_port");
  request.mount_port = number("mount_port");
  request.export_path = text("export");
  request.uid = id(object.at("uid"));
  request.gid = id(object.at("gid"));
  for (const json::value& group : object.at("groups").as_array()) {
    request.groups.push_back(id(group));
  }
  request.client = text("client");
  request.write = object.at("write").as_bool();
  request.directory = text("directory");
  request.first = text("first");
  request.second = text("second");
  for (const json::value& name : object.at("leftovers").as_array()) {
    request.leftovers.emplace_back(name.as_string());
  }
  request.token = token_request_from(object.at("token").as_object());
  request.rpc_timeout = milliseconds(number("rpc_timeout_ms"));
  request.step_deadline = milliseconds(number("step_deadline_ms"));
  return request;
}

}  // namespace

bool single_component(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

std::string to_json(const WireRequest& request) {
  const json::object object{{"v", kRequestFormat},
                            {"address", request.address},
                            {"version", request.version},
                            {"nfs_port", request.nfs_port},
                            {"mount_port", request.mount_port},
                            {"export", request.export_path},
                            {"uid", request.uid},
                            {"gid", request.gid},
                            {"groups", json::value_from(request.groups)},
                            {"client", request.client},
                            {"write", request.write},
                            {"directory", request.directory},
                            {"first", request.first},
                            {"second", request.second},
                            {"leftovers", json::value_from(request.leftovers)},
                            {"token", to_object(request.token)},
                            {"rpc_timeout_ms", request.rpc_timeout.count()},
                            {"step_deadline_ms", request.step_deadline.count()}};
  return json::serialize(object) + "\n";
}

Result<WireRequest> parse_wire_request(std::string_view line) {
  return parse_request<WireRequest>(line, from_object, sensible);
}

}  // namespace sparkwarden::probes::storage
