// SPDX-License-Identifier: Apache-2.0
// Codes about volumes by property.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

inline constexpr Code kVolumeType{
    "config.volume.type",
    Severity::error,
    "spark.kubernetes.*.volumes.* names a type of volume that Spark does not have",
    "java.lang.IllegalArgumentException: Kubernetes Volume type `...` is not supported",
    "use nfs, persistentVolumeClaim, hostPath or emptyDir, or put the volume into the pod "
    "template"};
inline constexpr Code kVolumeIncomplete{
    "config.volume.incomplete",
    Severity::warning,
    "a volume of spark.kubernetes.*.volumes.* lacks an option that Spark needs",
    "java.util.NoSuchElementException: key not found; the driver exits when it asks for executors",
    "set the option, or delete what else is set for this volume"};
inline constexpr Code kVolumeOption{
    "config.volume.option",
    Severity::warning,
    "an option of spark.kubernetes.*.volumes.* is written in another case than Spark's",
    "Spark never looks at it: a volume meant to be read-only is writable",
    "write the option as Spark has it"};
inline constexpr Code kVolumeClaim{"config.volume.claim-shared",
                                   Severity::warning,
                                   "Spark is to create one and the same claim for every executor",
                                   "persistentvolumeclaims \"...\" already exists; executors after "
                                   "the first are asked for again and "
                                   "again",
                                   "set options.claimName to OnDemand, or drop storageClass and "
                                   "sizeLimit to use a claim that exists"};
inline constexpr Code kDriverClientMode{
    "config.driver.client-mode",
    Severity::info,
    "the driver's pod is described in settings that client mode does not read",
    "in client mode Spark does not build the driver's pod: its template and volumes have no effect",
    "put the volumes into the pod that runs the driver (StatefulSet, interpreter spec)"};

}  // namespace sparkwarden::probes::config
