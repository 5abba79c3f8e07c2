// SPDX-License-Identifier: Apache-2.0
// The codes of the area peer.*: one row each. What the two pods differ in is told by the probes
// python, runtime, config and storage; here it is only whether they can be compared.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::peers::codes {

// Where the driver is ---------------------------------------------------------------------------

inline constexpr Code kUnknown{
    "peer.driver.unknown", std::nullopt, "nobody told this executor's agent where its driver is"};
inline constexpr Code kInvalidUrl{
    "peer.driver.invalid-url",
    Severity::error,
    "the driver's address that was given is none",
    "none for Spark by itself: this executor is not compared with its driver, and differences show "
    "up as ModuleNotFoundError, PicklingError or InvalidClassException in a task",
    "give a host or an http:// URL: `--conf "
    "spark.kubernetes.executor.annotation.sparkwarden.dev/driver-url=$(POD_IP)`, with POD_IP from "
    "the downward API in the same container's env"};
inline constexpr Code kWildcard{
    "peer.driver.wildcard",
    Severity::error,
    "the driver's address means \"all of my own addresses\", and an executor that calls it reaches "
    "itself",
    "where it comes from SPARK_DRIVER_URL executors never register: \"Failed to connect to "
    "/0.0.0.0:7078\", then \"Initial job has not accepted any resources\"",
    "tell executors the driver pod's own address: the annotation sparkwarden.dev/driver-url from "
    "status.podIP, and for Spark itself spark.driver.host; leave 0.0.0.0 to "
    "spark.driver.bindAddress alone"};

// The connection --------------------------------------------------------------------------------

inline constexpr Code kNotYet{"peer.driver.not-yet",
                              std::nullopt,
                              "the driver's agent was never reached; it may still start"};
inline constexpr Code kUnreachable{
    "peer.driver.unreachable",
    Severity::error,
    "the driver's agent was reached before and is not any more",
    "if the whole driver pod is gone: \"Driver disassociated! Shutting down.\", and this executor "
    "ends with it; if only its agent is, nothing for Spark",
    "look at the driver pod: `kubectl get pod` and `kubectl logs -c sparkwarden` tell a pod that "
    "ended from an agent that was killed (OOMKilled, restarted)"};
inline constexpr Code kSilent{
    "peer.driver.silent",
    Severity::error,
    "no answer comes from the driver's agent: something drops the packets, or it hangs",
    "the same rule often drops Spark's own ports: \"Connection to driver-svc:7078 timed out\", "
    "\"Initial job has not accepted any resources\"",
    "allow TCP 9797 from executor to driver pods (NetworkPolicy: egress of executors and ingress "
    "of "
    "the driver), and DNS on port 53 where the driver is named and not numbered"};
inline constexpr Code kNoManifest{"peer.driver.no-manifest",
                                  std::nullopt,
                                  "the driver's agent answers and has taken no inventory yet"};
inline constexpr Code kNotPermitted{
    "peer.driver.not-permitted", std::nullopt, "the driver's side does not let this executor ask"};
inline constexpr Code kUnexpected{
    "peer.driver.unexpected-answer",
    Severity::error,
    "what answers at the driver's address is no agent",
    "none for Spark by itself: this executor is not compared with its driver",
    "give the port on which the driver's agent listens (listen.port, 9797), and no proxy, ingress "
    "or service mesh gateway; the driver's log names the port if it had to take another one"};

// What came -------------------------------------------------------------------------------------

inline constexpr Code kMalformed{
    "peer.manifest.malformed",
    Severity::error,
    "the driver's manifest cannot be read",
    "none for Spark by itself: this executor is not compared with its driver",
    "fetch it by hand (`curl http://DRIVER:9797/v1/manifest`) and look for what rewrites it on the "
    "way; run the same agent version in both pods"};
inline constexpr Code kTooLarge{
    "peer.manifest.too-large",
    Severity::error,
    "the driver's answer is larger than an agent takes",
    "none for Spark by itself: this executor is not compared with its driver",
    "check that the address is the driver's agent; an environment that is really this large needs "
    "limits.peer_body raised, at most 16MiB"};
inline constexpr Code kSchema{"peer.manifest.schema",
                              std::nullopt,
                              "the driver's agent is of another generation, and its manifest has a "
                              "form that this one cannot read"};
inline constexpr Code kNotADriver{
    "peer.driver.not-a-driver",
    Severity::error,
    "the agent at the driver's address is no driver's",
    "none for Spark by itself: this executor is compared with nobody",
    "give the address of the driver's pod: localhost is the executor itself, and a Service must "
    "select the driver only"};
inline constexpr Code kOtherApplication{
    "peer.driver.other-application",
    Severity::error,
    "the agent at the driver's address belongs to another application",
    "the driver of this executor is gone and its pod's address was given to another: \"Driver "
    "disassociated! Shutting down.\"",
    "let the executor end with its application; if both run, correct the annotation "
    "sparkwarden.dev/driver-url, which names a driver of someone else"};
inline constexpr Code kVersionDiffers{
    "peer.agent.version-differs",
    Severity::info,
    "the agents of driver and executor are of different versions",
    "none for Spark; a newer agent may report what the older one cannot see",
    "use one image tag for the sidecar of the driver and of the executor pod template"};
inline constexpr Code kSkewed{
    "peer.clock.skewed",
    Severity::warning,
    "the clocks of this executor's node and its driver's are more than a minute apart",
    "S3 refuses requests from 15 minutes on (403 RequestTimeTooSkewed), tokens and certificates "
    "are "
    "\"not yet valid\", and event times of two hosts do not fit one watermark",
    "let the nodes synchronise their clocks (`chronyc tracking`, `timedatectl`); a pod has no "
    "clock "
    "of its own"};

inline constexpr std::array kCodes{kUnknown,
                                   kInvalidUrl,
                                   kWildcard,
                                   kNotYet,
                                   kUnreachable,
                                   kSilent,
                                   kNoManifest,
                                   kNotPermitted,
                                   kUnexpected,
                                   kMalformed,
                                   kTooLarge,
                                   kSchema,
                                   kNotADriver,
                                   kOtherApplication,
                                   kVersionDiffers,
                                   kSkewed};

}  // namespace sparkwarden::probes::peers::codes
