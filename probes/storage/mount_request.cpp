// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_request.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "probes/storage/child_request.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeviceMax = 32;

bool sensible(const MountRequest& request) {
  const bool names =
      single_component(request.directory) && single_component(request.first) &&
      single_component(request.second) &&
      std::all_of(request.leftovers.begin(), request.leftovers.end(), single_component);
  return request.path.starts_with('/') && request.path.find('\0') == std::string::npos &&
         !request.device.empty() && request.device.size() <= kDeviceMax &&
         request.leftovers.size() <= kLeftoversMax && (!request.write || names) &&
         is_sensible(request.token) && (request.write || request.token.write.empty());
}

MountRequest from_object(const json::object& object) {
  const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  MountRequest request;
  request.path = text("path");
  request.device = text("device");
  request.write = object.at("write").as_bool();
  request.directory = text("directory");
  request.first = text("first");
  request.second = text("second");
  for (const json::value& name : object.at("leftovers").as_array()) {
    request.leftovers.emplace_back(name.as_string());
  }
  request.token = token_request_from(object.at("token").as_object());
  return request;
}

}  // namespace

std::string to_json(const MountRequest& request) {
  const json::object object{{"v", kRequestFormat},
                            {"path", request.path},
                            {"device", request.device},
                            {"write", request.write},
                            {"directory", request.directory},
                            {"first", request.first},
                            {"second", request.second},
                            {"leftovers", json::value_from(request.leftovers)},
                            {"token", to_object(request.token)}};
  return json::serialize(object) + "\n";
}

Result<MountRequest> parse_mount_request(std::string_view line) {
  return parse_request<MountRequest>(line, from_object, sensible);
}

}  // namespace sparkwarden::probes::storage
