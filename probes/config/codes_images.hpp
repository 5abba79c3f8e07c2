// SPDX-License-Identifier: Apache-2.0
// Codes about images and our own containers.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

inline constexpr Code kImageFloats{
    "config.image.floating",
    Severity::warning,
    "an image has no tag, or `latest`",
    "nodes that pulled it at different times run different images: \"local class incompatible\", "
    "\"Python in worker has different version\"",
    "name the tag of a build, or a digest"};
inline constexpr Code kImageDiffers{"config.image.differs",
                                    Severity::warning,
                                    "driver and executors run two builds of one image",
                                    "java.io.InvalidClassException: ...; local class incompatible, "
                                    "or Python packages that only one "
                                    "side has",
                                    "name one image in spark.kubernetes.container.image"};
inline constexpr Code kAgentRestart{"template.agent.restart-policy",
                                    Severity::error,
                                    "the agent is an init container without restartPolicy: Always",
                                    "the pod waits for the agent to end, which it never does: "
                                    "Init:0/N for ever, and the driver says "
                                    "\"Initial job has not accepted any resources\"",
                                    "set `restartPolicy: Always` on the container sparkwarden"};
inline constexpr Code kAgentMissing{
    "template.agent.missing",
    Severity::warning,
    "the pod has the gate sparkwarden-wait and no agent",
    "the gate waits for an agent until its own --timeout in every executor",
    "add the container sparkwarden before it, or use `wait --check`"};
inline constexpr Code kAgentOrder{
    "template.agent.order",
    Severity::error,
    "the gate comes before the agent",
    "the gate cannot be passed: its executable is installed by the agent, which is started after "
    "it",
    "list sparkwarden before sparkwarden-wait, both under initContainers"};
inline constexpr Code kAgentGateImage{
    "template.agent.gate-image",
    Severity::warning,
    "sparkwarden-wait does not run in the image of executors",
    "the inventory tells of Python packages and jars that the executor does not have",
    "write the image of spark.kubernetes.executor.container.image"};
inline constexpr Code kAgentVersion{"template.agent.version",
                                    Severity::warning,
                                    "one pod names two images of the agent",
                                    "agent and gate may not understand one another",
                                    "name one image"};

}  // namespace sparkwarden::probes::config
