// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/token_request.hpp"

#include <boost/json.hpp>

#include "agent/core/storage_token.hpp"

namespace sparkwarden::probes::storage {

boost::json::object to_object(const TokenRequest& request) {
  return {{"write", request.write},
          {"content", request.content},
          {"keep", request.keep},
          {"look_up", request.look_up}};
}

TokenRequest token_request_from(const boost::json::object& object) {
  const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  return {.write = text("write"),
          .content = text("content"),
          .keep = text("keep"),
          .look_up = text("look_up")};
}

bool is_sensible(const TokenRequest& request) {
  const bool write = request.write.empty()
                         ? request.content.empty()
                         : is_token_name(request.write) && !request.content.empty() &&
                               request.content.size() <= kTokenBytesMax;
  return write && (request.keep.empty() || is_token_name(request.keep)) &&
         (request.look_up.empty() || is_token_path(request.look_up));
}

}  // namespace sparkwarden::probes::storage
