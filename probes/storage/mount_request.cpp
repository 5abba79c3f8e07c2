// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_request.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/json.hpp>

#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

namespace json = boost::json;

constexpr int kFormat = 1;
constexpr std::size_t kDeviceMax = 32;

bool sensible(const MountRequest& request) {
  const bool names =
      single_component(request.directory) && single_component(request.first) &&
      single_component(request.second) &&
      std::all_of(request.leftovers.begin(), request.leftovers.end(), single_component);
  return request.path.starts_with('/') && request.path.find('\0') == std::string::npos &&
         !request.device.empty() && request.device.size() <= kDeviceMax &&
         request.leftovers.size() <= kLeftoversMax && (!request.write || names);
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
  return request;
}

}  // namespace

std::string to_json(const MountRequest& request) {
  const json::object object{{"v", kFormat},
                            {"path", request.path},
                            {"device", request.device},
                            {"write", request.write},
                            {"directory", request.directory},
                            {"first", request.first},
                            {"second", request.second},
                            {"leftovers", json::value_from(request.leftovers)}};
  return json::serialize(object) + "\n";
}

Result<MountRequest> parse_mount_request(std::string_view line) {
  const auto refused = [](std::string why) { return fail({"request", "stdin", std::move(why)}); };
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return refused("not a JSON object");
  try {
    const json::object& object = value.get_object();
    if (object.at("v").to_number<int>() != kFormat) return refused("another version");
    MountRequest request = from_object(object);
    if (!sensible(request)) return refused("a value out of range");
    return request;
  } catch (const std::exception& wrong) {  // a member is missing or of another type
    return refused(wrong.what());
  }
}

}  // namespace sparkwarden::probes::storage
