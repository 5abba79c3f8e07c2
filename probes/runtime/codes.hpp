// SPDX-License-Identifier: Apache-2.0
// The codes of the area runtime.*, each explained in docs/findings/runtime.md.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::runtime::codes {

// --- versions, beside the driver's ---
inline constexpr Code kSparkDiffers{
    "runtime.spark.version-differs",
    Severity::error,
    "driver and executor run different versions of Spark",
    "java.io.InvalidClassException: org.apache.spark...; local class incompatible: stream "
    "classdesc serialVersionUID = ..., local class serialVersionUID = ...",
    "use images of the same Spark release for driver and executors"};
inline constexpr Code kBuildDiffers{
    "runtime.spark.build-differs",
    Severity::warning,
    "driver and executor run different builds of one Spark version",
    "java.io.InvalidClassException: ...; local class incompatible, for every class that the two "
    "builds do not share",
    "use images that hold the same build of Spark"};
inline constexpr Code kScalaDiffers{
    "runtime.scala.version-differs",
    Severity::error,
    "driver and executor run different versions of Scala",
    "java.lang.NoSuchMethodError or java.io.InvalidClassException: scala.collection...; local "
    "class incompatible",
    "use images of the same Spark release, built for the same Scala version"};
inline constexpr Code kHadoopDiffers{
    "runtime.hadoop.version-differs",
    Severity::warning,
    "driver and executor have different versions of Hadoop's client",
    "java.lang.NoSuchMethodError or java.lang.NoClassDefFoundError in a file system, on one side "
    "only",
    "use images that hold the same Hadoop client"};
inline constexpr Code kJavaDiffers{
    "runtime.java.version-differs",
    Severity::warning,
    "driver and executor run different versions of Java",
    "Spark tests no such pair; what one side compiles or serialises may not load on the other",
    "build both images on the same Java"};

// --- jars, beside the driver's ---
inline constexpr Code kJarMissing{
    "runtime.jar.missing",
    Severity::warning,
    "the driver's Spark has a jar that this executor's lacks",
    "java.lang.ClassNotFoundException in the first task that uses one of its classes",
    "put the jar into the executor image, or hand it out with spark.jars"};
inline constexpr Code kJarExtra{"runtime.jar.extra",
                                Severity::info,
                                "this executor's Spark has a jar that its driver's lacks",
                                "nothing, unless what it makes flows back to the driver",
                                "put the same jars into both images"};
inline constexpr Code kJarVersion{
    "runtime.jar.version-differs",
    Severity::warning,
    "driver and executor have different versions of a jar",
    "java.lang.NoSuchMethodError, or java.io.InvalidClassException: ...; local class incompatible",
    "put the same version into both images"};
inline constexpr Code kJarContent{
    "runtime.jar.content-differs",
    Severity::warning,
    "driver and executor have a jar of one name with different sizes",
    "two builds of one version: java.io.InvalidClassException: ...; local class incompatible, or "
    "java.lang.NoSuchMethodError",
    "copy the jar from one build into both images"};

// --- one installation by itself ---
inline constexpr Code kSparkMissing{
    "runtime.spark.missing",
    Severity::error,
    "SPARK_HOME holds no jars",
    "Failed to find Spark jars directory, or Error: Could not find or load main class "
    "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend",
    "set SPARK_HOME to the directory that Spark was unpacked into, or mount nothing over it"};
inline constexpr Code kJavaMissing{
    "runtime.java.missing",
    Severity::error,
    "no Java was found where Spark would start it",
    "/bin/java: No such file or directory, or JAVA_HOME is not set",
    "install Java in this image, or set JAVA_HOME to the one that is there"};
inline constexpr Code kJavaTooOld{
    "runtime.java.too-old",
    Severity::error,
    "Java is older than what this Spark was compiled for",
    "java.lang.UnsupportedClassVersionError: ... has been compiled by a more recent version of the "
    "Java Runtime",
    "build the image on a newer Java"};
inline constexpr Code kJarDuplicate{
    "runtime.jar.duplicate",
    Severity::warning,
    "two versions of one jar stand in Spark's jars directory",
    "java.lang.NoSuchMethodError or java.lang.ClassCastException: which version is loaded depends "
    "on the order of the directory",
    "remove one of the two from the image"};
inline constexpr Code kJarScala{
    "runtime.jar.scala-differs",
    Severity::warning,
    "a jar was built for another Scala version than this Spark's",
    "java.lang.NoSuchMethodError or java.lang.NoClassDefFoundError: scala/..., as soon as one of "
    "its classes is used",
    "take the artefact whose name ends in Spark's own Scala version"};

// --- could not look ---
inline constexpr Code kInventoryAbsent{
    "runtime.inventory.absent",
    std::nullopt,
    "there is neither a Spark process to look at nor a manifest.json",
    "",
    "run `sparkwarden wait --manifest` in the Spark image as an init container, or share the pod's "
    "process namespace"};
inline constexpr Code kInventoryNotPermitted{
    "runtime.inventory.not-permitted",
    std::nullopt,
    "this process may not look at the Spark process or at manifest.json",
    "",
    "run the agent with the user and group of the Spark container"};
inline constexpr Code kInventoryIncomplete{
    "runtime.inventory.incomplete",
    std::nullopt,
    "a part of the Spark or Java installation could not be read, found or told for certain",
    "",
    "run the agent with the user and group of the Spark container, and set SPARK_HOME and "
    "JAVA_HOME in its image"};
inline constexpr Code kInventoryUnfinished{
    "runtime.inventory.unfinished",
    std::nullopt,
    "the scan did not end within the probe's deadline",
    "",
    "see whether the image lies on a file system that hangs, "
    "or raise `probes.runtime.deadline`"};
inline constexpr Code kInventoryUnreadable{
    "runtime.inventory.unreadable",
    std::nullopt,
    "the inventory is not what it should be",
    "",
    "write manifest.json with the same release of sparkwarden that reads it"};
inline constexpr Code kInventoryBusy{
    "runtime.inventory.busy",
    std::nullopt,
    "an earlier scan hangs and cannot be ended",
    "",
    "find the file system that hangs; the node may need a restart"};
inline constexpr Code kDriverNoManifest{
    "runtime.driver.no-manifest",
    std::nullopt,
    "there is no inventory of the driver's Spark and Java to compare with",
    "",
    "run the agent in the driver pod too, with an inventory of its own"};

inline constexpr std::array kCodes{kSparkDiffers,
                                   kBuildDiffers,
                                   kScalaDiffers,
                                   kHadoopDiffers,
                                   kJavaDiffers,
                                   kJarMissing,
                                   kJarExtra,
                                   kJarVersion,
                                   kJarContent,
                                   kSparkMissing,
                                   kJavaMissing,
                                   kJavaTooOld,
                                   kJarDuplicate,
                                   kJarScala,
                                   kInventoryAbsent,
                                   kInventoryNotPermitted,
                                   kInventoryIncomplete,
                                   kInventoryUnfinished,
                                   kInventoryUnreadable,
                                   kInventoryBusy,
                                   kDriverNoManifest};

}  // namespace sparkwarden::probes::runtime::codes
