// SPDX-License-Identifier: Apache-2.0
// What the Kubernetes API knows of this executor's driver: its own pod names its owner, and the
// owner's pod has an address. The pure part: requests in, answers to an address or a reason.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.hpp"
#include "agent/core/time.hpp"
#include "agent/io/http_client.hpp"

namespace sparkwarden::probes::peers {

/// Longer answers take more than a millisecond to parse.
inline constexpr std::size_t kParsedInLoop = 64 * 1024;

inline constexpr std::string_view kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Where the API server listens, as the kubelet tells every container.
/// Errors: `kubernetes.outside` when KUBERNETES_SERVICE_HOST or its port is not set or is none.
[[nodiscard]] Result<io::HttpUrl> api_server(const std::map<std::string, std::string>& environment);

/// The target of a GET of one pod.
/// Errors: `kubernetes.name` for what can be no name of a namespace or a pod.
[[nodiscard]] Result<std::string> pod_target(std::string_view name_space, std::string_view name);

/// The pod that owns another one.
struct OwnerPod {
  std::string name = {};
  std::string uid = {};

  bool operator==(const OwnerPod&) const = default;
};

/// The pod in the ownerReferences of `pod` (JSON of the API). Spark sets it on every executor whose
/// driver runs in a pod that it knows the name of.
/// Errors: `kubernetes.malformed`, `kubernetes.no-owner`.
[[nodiscard]] Result<OwnerPod> owner_of(std::string_view pod);

/// The address of `pod`, which must be the one that `owner` names.
/// Errors: `kubernetes.malformed`, `kubernetes.replaced` (a pod of that name, and another one),
/// `kubernetes.no-address` (not yet), `kubernetes.ended`.
[[nodiscard]] Result<std::string> address_of(std::string_view pod, const OwnerPod& owner);

/// Why an answer is no pod, in words for people, with what the API server says itself.
/// `wait`: how long it asks us to stay away (429, 503).
struct Refusal {
  std::string reason = {};
  std::optional<milliseconds> wait = {};

  bool operator==(const Refusal&) const = default;
};
/// nullopt for status 200.
[[nodiscard]] std::optional<Refusal> refusal_of(const io::HttpReply& reply);

}  // namespace sparkwarden::probes::peers
