// SPDX-License-Identifier: Apache-2.0
// Codes about secrets, jars, and settings beside one another.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

inline constexpr Code kSecretPlaintext{
    "config.secret.plaintext",
    Severity::warning,
    "a secret stands in plain text in a configuration file",
    "whoever may read the ConfigMap, the repository or the driver's UI may read it; Spark copies "
    "the "
    "file to every executor",
    "take it from a Secret: spark.kubernetes.*.secretKeyRef.*, env with valueFrom, or a credential "
    "provider"};
inline constexpr Code kJarTwice{
    "config.jar.twice",
    Severity::warning,
    "one artifact is named in two versions",
    "which one is loaded depends on the class loader: ClassCastException, NoSuchMethodError",
    "name one version in one place"};
inline constexpr Code kJarBakedIn{
    "config.jar.baked-in",
    Severity::warning,
    "spark.jars.packages fetches what the image has already",
    "two class loaders have the class: ClassCastException, NoSuchMethodError",
    "drop it from spark.jars.packages, or from the image"};
inline constexpr Code kMountHidesSpark{
    "template.mount-path.hides-spark",
    Severity::warning,
    "a volume hides the jars of the Spark image",
    "unless the volume holds a whole distribution: Error: Could not find or load main class "
    "org.apache.spark...",
    "mount it somewhere else, and name its jars in spark.jars or extraClassPath"};
inline constexpr Code kMountHidesSystem{
    "template.mount-path.hides-system",
    Severity::error,
    "a volume is mounted over a system directory of the image",
    "the container cannot start: OCI runtime create failed ... open .../etc/hostname, or exec: not "
    "found",
    "mount single files with `subPath`, or choose a directory of your own"};
inline constexpr Code kSettingConflict{
    "config.setting.conflict",
    Severity::warning,
    "two places set one thing to different values",
    "Spark uses spark.hadoop.*; whatever reads core-site.xml by itself, in executors too, uses the "
    "other value",
    "keep it in one place"};
inline constexpr Code kKeyVersion{"config.key.version",
                                  Severity::warning,
                                  "a key that the Spark in use does not read",
                                  "the setting has no effect, and Spark says nothing",
                                  "delete the line, or move to the release that reads it"};
inline constexpr Code kHeartbeat{
    "config.value.heartbeat",
    Severity::error,
    "spark.executor.heartbeatInterval is not below spark.network.timeout",
    "no SparkContext is made: The value of spark.network.timeout=...ms must be greater than the "
    "value of spark.executor.heartbeatInterval=...ms.",
    "make spark.network.timeout several times spark.executor.heartbeatInterval; Spark's own are "
    "120s and 10s"};
inline constexpr Code kDriverWildcard{
    "config.driver.wildcard-address",
    Severity::error,
    "spark.driver.bindAddress is a wildcard, and Spark 4.3 tells it to executors as the driver's "
    "address",
    "executors connect to themselves: spark://CoarseGrainedScheduler@0.0.0.0:7078, connection "
    "refused, and are replaced for ever (SPARK-58748)",
    "set spark.kubernetes.executor.useDriverPodIP=false, or bind to the pod's own address"};

}  // namespace sparkwarden::probes::config
