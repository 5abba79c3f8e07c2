// SPDX-License-Identifier: Apache-2.0
// The frame in which both children are asked: one JSON object of one format. What stands in it is
// wire_request's and mount_request's business.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "agent/core/result.hpp"

namespace sparkwarden::probes::storage {

inline constexpr int kRequestFormat = 1;

/// What `read` makes of the object in `line`, if `sensible` finds nothing wrong with it. `read` may
/// throw what Boost.JSON throws for a member that is missing or of another type.
/// Errors: `request`, with what is wrong in `detail`.
template <typename Request>
[[nodiscard]] Result<Request> parse_request(std::string_view line,
                                            Request (*read)(const boost::json::object&),
                                            bool (*sensible)(const Request&)) {
  const auto refused = [](std::string why) { return fail({"request", "stdin", std::move(why)}); };
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(line, error);
  if (error || !value.is_object()) return refused("not a JSON object");
  try {
    const boost::json::object& object = value.get_object();
    if (object.at("v").to_number<int>() != kRequestFormat) return refused("another version");
    Request request = read(object);
    if (!sensible(request)) return refused("a value out of range");
    return request;
  } catch (const std::exception& wrong) {
    return refused(wrong.what());
  }
}

}  // namespace sparkwarden::probes::storage
