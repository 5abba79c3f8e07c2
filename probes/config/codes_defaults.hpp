// SPDX-License-Identifier: Apache-2.0
// Codes about spark-defaults.conf, its keys and its values.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

// --- spark-defaults.conf ---
inline constexpr Code kDefaultsMissing{
    "config.defaults.missing",
    Severity::error,
    "spark-defaults.conf is required by the settings and does not exist",
    "Spark says nothing and uses its built-in defaults",
    "add the key spark-defaults.conf to the mounted ConfigMap, or remove it from "
    "`probes.config.files`"};
inline constexpr Code kDefaultsMalformed{
    "config.defaults.malformed",
    Severity::error,
    "spark-defaults.conf has a \\u that is not followed by four hex digits",
    "java.lang.IllegalArgumentException: Malformed \\uxxxx encoding.",
    "double the backslash (\\\\u) or write the character itself"};
inline constexpr Code kDefaultsEncoding{
    "config.defaults.encoding",
    Severity::warning,
    "spark-defaults.conf has bytes that are not UTF-8",
    "Java reads each such byte as U+FFFD, without a word: the value is not what was written",
    "save the file as UTF-8"};
inline constexpr Code kDefaultsByteOrderMark{
    "config.defaults.byte-order-mark",
    Severity::warning,
    "spark-defaults.conf begins with a byte order mark",
    "WARN SparkSubmit: Ignoring non-Spark config property: (the first key of the file)",
    "save the file as UTF-8 without BOM"};
inline constexpr Code kDefaultsDuplicateKey{
    "config.defaults.duplicate-key",
    Severity::warning,
    "a key stands twice in spark-defaults.conf with different values",
    "the last one wins and Spark says nothing",
    "keep the line that is meant and delete the other"};
inline constexpr Code kDefaultsNotSpark{"config.defaults.not-spark",
                                        Severity::warning,
                                        "a key in spark-defaults.conf does not begin with spark.",
                                        "WARN SparkSubmit: Ignoring non-Spark config property",
                                        "begin the key with `spark.`; for a Hadoop key with "
                                        "`spark.hadoop.`"};
inline constexpr Code kDefaultsIgnored{
    "config.defaults.ignored",
    Severity::warning,
    "a spark-defaults.conf that the Spark operator mounts, and that Spark does not read",
    "none of its settings is in force, and nothing says so",
    "write the settings into `sparkConf` of the SparkApplication"};
inline constexpr Code kNativeVolumes{
    "config.defaults.native-volumes",
    Severity::warning,
    "spark.kubernetes.executor.volumes.* is used beside an executor pod template",
    "Spark adds these volumes to the template's without comparing; one path in both and executors "
    "fail with \"mountPath: Invalid value: ...: must be unique\"",
    "move the volume into the pod template and delete the spark.kubernetes.executor.volumes.* "
    "keys"};
inline constexpr Code kNativeMountPath{
    "config.mount-path.duplicate",
    Severity::error,
    "two spark.kubernetes.*.volumes.* of one side have one mount path",
    "java.lang.IllegalArgumentException: requirement failed: Found duplicated mountPath",
    "give one of the two volumes another mount.path, or delete it"};
inline constexpr Code kNativeVolumeName{
    "config.volume-name.duplicate",
    Severity::error,
    "two spark.kubernetes.*.volumes.* of one side have one name under different types",
    "executors never start: the API server refuses their pods (spec.volumes[k].name: Duplicate "
    "value), and the job waits for ever",
    "rename one of the two volumes"};
inline constexpr Code kCheckpointDefaultFs{
    "config.checkpoint.default-fs",
    Severity::warning,
    "the checkpoint location has no scheme and so lies on fs.defaultFS, not on the mounted volume",
    "Spark resolves the path against fs.defaultFS; the mounted volume stays empty",
    "write the location with its scheme, file:///..."};

// --- keys and values of spark-defaults.conf ---
inline constexpr Code kKeyMisspelt{
    "config.key.misspelt",
    Severity::warning,
    "a spark.* key is one that Spark does not have, and nearly one that it has",
    "Spark takes any key that begins with spark. and never looks at this one: the setting has no "
    "effect and nothing says so",
    "write the key as Spark has it"};
inline constexpr Code kKeyUnknown{
    "config.key.unknown",
    Severity::info,
    "a key where Spark keeps its own is none that Spark 3.5 or 4.3 has",
    "Spark takes any key that begins with spark. and never looks at this one, unless your own code "
    "does",
    "look the key up in the documentation of your release, or delete it"};
inline constexpr Code kKeyDeprecated{
    "config.key.deprecated",
    Severity::info,
    "a key that Spark still reads and wants to be rid of",
    "WARN SparkConf: The configuration key '...' has been deprecated and may be removed in the "
    "future",
    "use the key that replaced it"};
inline constexpr Code kKeyUnused{"config.key.unused",
                                 Severity::warning,
                                 "a key that Spark once had and no supported release reads",
                                 "the setting has no effect",
                                 "delete the line"};
inline constexpr Code kValueInvalid{"config.value.invalid",
                                    Severity::error,
                                    "Spark cannot read the value of one of its keys",
                                    "Spark throws when it reads the setting",
                                    "write a value of the key's type"};
inline constexpr Code kValueUnit{
    "config.value.unit",
    Severity::warning,
    "a size has no unit and so is a few bytes",
    "Spark counts a number without unit in bytes here: every result, file or table is too large",
    "write the unit, such as 512m or 4g"};
inline constexpr Code kDriverHeap{
    "config.value.heap",
    Severity::error,
    "spark.driver.memory is a size that Spark can read and the JVM cannot",
    "spark-submit hands the text to java as -Xmx: \"Invalid maximum heap size\" or \"Too small "
    "maximum heap\"",
    "write a whole number and one of k, m, g, t, such as 4g"};
inline constexpr Code kJavaOptions{
    "config.value.java-options",
    Severity::error,
    "spark.executor.extraJavaOptions has -Xmx or -Dspark, which Spark refuses",
    "no SparkContext is made: spark.executor.extraJavaOptions is not allowed to specify max heap "
    "memory settings",
    "set spark.executor.memory instead"};

}  // namespace sparkwarden::probes::config
