// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/kubernetes.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "agent/core/shown_value.hpp"
#include "probes/peers/rules.hpp"

namespace sparkwarden::probes::peers {
namespace json = boost::json;
namespace {

constexpr std::size_t kNameMax = 253;  // RFC 1123, as Kubernetes limits it
constexpr std::size_t kOwnersMax = 16;

std::string_view text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

const json::object& object_at(const json::object& object, std::string_view key) {
  static const json::object kNone;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= kNameMax && std::ranges::all_of(text, allowed) &&
         text.find("..") == std::string_view::npos;
}

Error error(std::string code, std::string_view subject, std::string detail) {
  return {std::move(code), shown_text(subject), std::move(detail)};
}

/// The pod in an answer of the API.
Result<json::object> pod_in(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code wrong;
  json::value value = json::parse(text, wrong, {}, options);
  if (!wrong && value.is_object() && text_at(value.get_object(), "kind") == "Pod") {
    return std::move(value.get_object());
  }
  return fail(error("kubernetes.malformed", "", "the API server's answer is no Pod"));
}

std::string what_to_do(unsigned status) {
  switch (status) {
    case 401:
      return "the API server does not accept the service account's token";
    case 403:
      return "the service account may not get pods: a Role with `get` on `pods` is missing";
    case 404:
      return "the API server knows no such pod";
    case 429:
      return "the API server is overloaded";
    default:
      return "the API server answers with status " + std::to_string(status);
  }
}

}  // namespace

Result<io::HttpUrl> api_server(const std::map<std::string, std::string>& environment) {
  const auto of = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  const std::string host = of("KUBERNETES_SERVICE_HOST");
  std::string port = of("KUBERNETES_SERVICE_PORT_HTTPS");
  if (port.empty()) port = of("KUBERNETES_SERVICE_PORT");
  if (host.empty()) {
    return fail(error("kubernetes.outside", "", "KUBERNETES_SERVICE_HOST is not set"));
  }
  const bool v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  const bool plain = host.find_first_of("/?#") == std::string::npos;
  auto url = io::parse_url("http://" + (v6 ? "[" + host + "]" : host) + ":" +
                           (port.empty() ? "443" : port) + "/");
  if (!url || !plain) {
    return fail(error("kubernetes.outside",
                      host,
                      "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT_HTTPS are no address"));
  }
  return std::move(*url);
}

Result<std::string> pod_target(std::string_view name_space, std::string_view name) {
  if (!is_name(name_space)) {
    return fail(error("kubernetes.name", name_space, "no name of a namespace"));
  }
  if (!is_name(name)) return fail(error("kubernetes.name", name, "no name of a pod"));
  return "/api/v1/namespaces/" + std::string(name_space) + "/pods/" + std::string(name);
}

Result<OwnerPod> owner_of(std::string_view pod) {
  const auto parsed = pod_in(pod);
  if (!parsed) return fail(parsed.error());
  const json::value* owners = object_at(*parsed, "metadata").if_contains("ownerReferences");
  std::size_t looked_at = 0;
  if (owners != nullptr && owners->is_array()) {
    for (const json::value& one : owners->get_array()) {
      if (++looked_at > kOwnersMax || !one.is_object()) break;
      const json::object& owner = one.get_object();
      if (text_at(owner, "kind") != "Pod" || !is_name(text_at(owner, "name"))) continue;
      return OwnerPod{std::string(text_at(owner, "name")), std::string(text_at(owner, "uid"))};
    }
  }
  return fail(error("kubernetes.no-owner",
                    "",
                    "no pod owns this one: Spark names the driver's as owner only where it knows "
                    "it (spark.kubernetes.driver.pod.name)"));
}

Result<std::string> address_of(std::string_view pod, const OwnerPod& owner) {
  const auto parsed = pod_in(pod);
  if (!parsed) return fail(parsed.error());
  const json::object& status = object_at(*parsed, "status");
  const std::string_view phase = text_at(status, "phase");
  if (text_at(object_at(*parsed, "metadata"), "uid") != owner.uid) {
    return fail(error("kubernetes.replaced", owner.name, "a pod of the owner's name, but another"));
  }
  if (phase == "Succeeded" || phase == "Failed") {
    return fail(error("kubernetes.ended", owner.name, "the driver's pod has ended"));
  }
  const std::string_view address = text_at(status, "podIP");
  if (address.empty()) {
    return fail(error("kubernetes.no-address", owner.name, "the driver's pod has no address yet"));
  }
  return std::string(address);
}

std::optional<Refusal> refusal_of(const io::HttpReply& reply) {
  if (reply.status == 200) return std::nullopt;
  Refusal refusal{.reason = what_to_do(reply.status)};
  boost::system::error_code wrong;
  // A Status is short; what is long is somebody else's, and would hold the loop.
  const bool short_enough = reply.body.size() <= kParsedInLoop;
  const json::value body = json::parse(short_enough ? std::string_view(reply.body) : "", wrong);
  if (!wrong && body.is_object()) {
    const std::string_view words = text_at(body.get_object(), "message");
    if (!words.empty()) refusal.reason += " (\"" + shown_text(words.substr(0, 300)) + "\")";
  }
  if (reply.status == 429 || reply.status == 503) refusal.wait = retry_after(reply);
  return refusal;
}

}  // namespace sparkwarden::probes::peers
