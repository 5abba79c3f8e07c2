// SPDX-License-Identifier: Apache-2.0
// The codes of the areas config.* and template.*, each explained in docs/findings.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

// --- files ---
inline constexpr Code kDirectoryMissing{
    "config.directory.missing",
    Severity::warning,
    "the configuration directory does not exist in this container",
    "Spark starts silently with its built-in defaults: no master, no S3A endpoint, no pod template",
    "mount the ConfigMap at this path in the Spark container and in this one, or set "
    "`paths.spark_conf`"};
inline constexpr Code kFileEmpty{"config.file.empty",
                                 Severity::error,
                                 "a configuration file is there but has nothing in it",
                                 "Hadoop says \"error parsing conf core-site.xml\"; Spark says "
                                 "\"Could not load pod from template "
                                 "file.\"",
                                 "fill the ConfigMap key, or remove it and what refers to it"};
inline constexpr Code kFileTooLarge{
    "config.file.too-large",
    Severity::error,
    "a configuration file is larger than limits.file",
    "a ConfigMap holds at most 1 MiB, so this is not the file that was meant to be mounted here",
    "mount the right file, or raise `limits.file`"};
inline constexpr Code kFileNotRegular{
    "config.file.not-regular",
    Severity::error,
    "a directory, FIFO, socket or device stands where a configuration file belongs",
    "Spark ignores a directory silently and waits for ever on a FIFO",
    "name the key in `items`, or mount the file with `subPath` set to the key"};
inline constexpr Code kFileSymlinkLoop{"config.file.symlink-loop",
                                       Severity::error,
                                       "the symbolic links of a configuration file go in a circle",
                                       "java.nio.file.FileSystemException: ...: Too many levels of "
                                       "symbolic links or unable to access attributes of symbolic "
                                       "link",
                                       "remove the link that points back at itself"};
inline constexpr Code kFileUnreadable{
    "config.file.unreadable",
    std::nullopt,
    "this process may not read a configuration file",
    "",
    "run the agent with the user and group of the Spark container"};
inline constexpr Code kFileNetwork{
    "config.file.network",
    std::nullopt,
    "a configuration file lies on a network file system and is not read by this process",
    "",
    "mount configuration from a ConfigMap"};
inline constexpr Code kFileNotJudged{
    "config.file.not-judged",
    std::nullopt,
    "a configuration file is legal in a form that this agent does not follow",
    "",
    "write out aliases, entities and includes, and use UTF-8"};

inline constexpr Code kFileDiffers{
    "config.file.differs",
    Severity::warning,
    "driver and executor read different versions of one configuration file",
    "endpoints, credentials providers and defaults are not the same in all tasks: \"Access "
    "Denied\" "
    "or \"No FileSystem for scheme\" on some executors only",
    "restart the side that started before the ConfigMap was changed; a mount with `subPath` never "
    "follows a change"};

// --- how the files are mounted ---
inline constexpr Code kDirectoryEmpty{
    "config.directory.empty",
    Severity::warning,
    "a volume is mounted at the configuration directory, and there is no file in it",
    "Spark starts silently with its built-in defaults: no master, no S3A endpoint, no pod template",
    "create the ConfigMap that the volume names (it is `optional: true`), or correct its `items`"};
inline constexpr Code kDirectoryImage{
    "config.directory.image",
    Severity::info,
    "configuration files are part of the image and follow no ConfigMap",
    "every change needs a new image, and two images can differ",
    "mount a ConfigMap at this directory, if a change should not need an image"};
inline constexpr Code kDirectoryWritable{
    "config.directory.writable",
    Severity::info,
    "configuration files lie on a volume that can be written and follows no ConfigMap",
    "a change of the ConfigMap that they were copied from does not arrive, and anybody in the pod "
    "can "
    "change them",
    "mount the ConfigMap itself, read-only"};
inline constexpr Code kFileSubPath{
    "config.file.sub-path",
    Severity::info,
    "a configuration file is mounted with subPath and never follows its ConfigMap",
    "after a change of the ConfigMap this pod goes on with the old file until it is replaced",
    "mount the whole volume as a directory, if changes should arrive"};
inline constexpr Code kFileStale{
    "config.file.stale",
    Severity::warning,
    "a configuration file that is mounted with subPath is older than its ConfigMap",
    "this pod uses the old file while pods that started later use the new one: two generations of "
    "settings in one application",
    "replace the pod, or mount the whole volume as a directory"};
inline constexpr Code kFileChanging{
    "config.file.changing",
    std::nullopt,
    "the configuration was replaced again and again while it was read",
    "",
    "wait for the next run"};

// --- core-site.xml ---
inline constexpr Code kCoreSiteMissing{
    "config.core-site.missing",
    Severity::error,
    "core-site.xml is required by the settings and does not exist",
    "Hadoop says nothing and uses its defaults: no S3A endpoint, fs.defaultFS=file:///",
    "add the key core-site.xml to the mounted ConfigMap, or remove it from `probes.config.files`"};
inline constexpr Code kCoreSiteMalformed{
    "config.core-site.malformed",
    Severity::error,
    "core-site.xml is not well-formed XML",
    "ERROR Configuration: error parsing conf core-site.xml",
    "correct the XML at the place shown and replace the ConfigMap"};

inline constexpr Code kCoreSiteIncludeMissing{
    "config.core-site.include-missing",
    Severity::error,
    "core-site.xml includes a file that does not exist, without a fallback",
    "java.io.IOException: Fetch fail on include for '...' with no fallback",
    "add the file to the ConfigMap, or give the xi:include an xi:fallback"};
inline constexpr Code kCoreSiteIncludeLoop{
    "config.core-site.include-loop",
    Severity::error,
    "core-site.xml includes a file that includes itself",
    "java.lang.StackOverflowError at the first use of the Hadoop configuration",
    "remove the xi:include that leads back"};
inline constexpr Code kCoreSiteTooDeep{
    "config.core-site.expansion-depth",
    Severity::error,
    "the ${variables} of a value in core-site.xml never come to an end",
    "java.lang.IllegalStateException: Variable substitution depth too large: 20",
    "write out the values that refer to one another"};
inline constexpr Code kCoreSiteUndefined{
    "config.core-site.undefined-variable",
    Severity::warning,
    "a value in core-site.xml uses a ${variable} that Hadoop does not know",
    "Hadoop passes the text on as it is, `${...}` included, without a word",
    "write ${env.NAME} for an environment variable"};
inline constexpr Code kCoreSiteShadowed{
    "config.core-site.shadowed",
    Severity::warning,
    "there are two different core-site.xml, and Hadoop reads the first only",
    "settings of the second file, in HADOOP_CONF_DIR, are not in force, and nothing says so",
    "keep one core-site.xml, or make both the same"};

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
    "two spark.kubernetes.executor.volumes.* have one mount path",
    "java.lang.IllegalArgumentException: requirement failed: Found duplicated mountPath",
    "give one of the two volumes another mount.path, or delete it"};
inline constexpr Code kNativeVolumeName{
    "config.volume-name.duplicate",
    Severity::error,
    "two spark.kubernetes.executor.volumes.* have one name under different types",
    "executors never start: the API server refuses their pods (spec.volumes[k].name: Duplicate "
    "value), and the job waits for ever",
    "rename one of the two volumes"};
inline constexpr Code kCheckpointDefaultFs{
    "config.checkpoint.default-fs",
    Severity::warning,
    "the checkpoint location has no scheme and so lies on fs.defaultFS, not on the mounted volume",
    "Spark resolves the path against fs.defaultFS; the mounted volume stays empty",
    "write the location with its scheme, file:///..."};

// --- the executor pod template ---
inline constexpr Code kTemplateMissing{
    "template.file.missing",
    Severity::error,
    "spark.kubernetes.executor.podTemplateFile names a file that does not exist",
    "ERROR KubernetesUtils: Encountered exception while attempting to load initial pod spec from "
    "file; org.apache.spark.SparkException: Could not load pod from template file.",
    "add the file to the ConfigMap mounted in the driver, or correct the path"};
inline constexpr Code kTemplateNotVisible{
    "template.file.not-visible",
    std::nullopt,
    "the executor pod template lies where this container cannot look",
    "",
    "mount the template's directory in this container too, or keep the template in the "
    "configuration directory"};
inline constexpr Code kTemplateMalformed{
    "template.file.malformed",
    Severity::error,
    "Spark cannot load the executor pod template",
    "ERROR KubernetesUtils: Encountered exception while attempting to load initial pod spec from "
    "file; org.apache.spark.SparkException: Could not load pod from template file.",
    "correct the YAML at the place shown and replace the ConfigMap"};
inline constexpr Code kContainerName{
    "template.container-name.missing",
    Severity::warning,
    "podTemplateContainerName names no container, or more than one, of the template",
    "WARN KubernetesUtils: specified container not found on pod template, falling back to taking "
    "the first container",
    "give exactly one entry of spec.containers this name, or correct the property"};
inline constexpr Code kMountPathDuplicate{
    "template.mount-path.duplicate",
    Severity::error,
    "two volumes are mounted at one path of one container",
    "executors never start: the API server refuses their pods (mountPath: Invalid value: must be "
    "unique), and the job waits for ever",
    "keep one of the two mounts; with a pod template, delete "
    "the spark.kubernetes.executor.volumes.* "
    "keys"};
inline constexpr Code kMountPathConfDir{
    "template.mount-path.conf-dir",
    Severity::error,
    "a volume is mounted at /opt/spark/conf, where Spark mounts its own ConfigMap",
    "executors never start: the API server refuses their pods (mountPath: Invalid value: must be "
    "unique), and the job waits for ever",
    "delete this mount (Spark ships the driver's conf directory to executors by itself), or set "
    "spark.kubernetes.executor.disableConfigMap=true"};
inline constexpr Code kMountUnknownVolume{
    "template.volume-mount.unknown-volume",
    Severity::error,
    "a volumeMount names a volume that the executor pod does not have",
    "executors never start: the API server refuses their pods (volumeMounts[j].name: Not found), "
    "and the job waits for ever",
    "add the volume to spec.volumes of the template, or correct the name"};
inline constexpr Code kVolumeNameDuplicate{
    "template.volume-name.duplicate",
    Severity::error,
    "two volumes of the executor pod have one name",
    "executors never start: the API server refuses their pods (spec.volumes[k].name: Duplicate "
    "value), and the job waits for ever",
    "rename one of the two volumes and its mounts"};
inline constexpr Code kCheckpointVolumeMissing{
    "template.checkpoint-volume.missing",
    Severity::error,
    "no volume of the executor pod holds the checkpoint location",
    "executors write into their own container: \"Checkpoint RDD has a different number of "
    "partitions "
    "from original RDD\", state stores that cannot be read back after a restart",
    "mount the checkpoint volume at this path in the Spark container of the template"};
inline constexpr Code kCheckpointVolumeNotShared{
    "template.checkpoint-volume.not-shared",
    Severity::error,
    "the checkpoint location lies on a volume that every pod has for itself",
    "each executor writes into its own volume: \"Checkpoint RDD has a different number of "
    "partitions "
    "from original RDD\"; everything is lost with the pod",
    "use a shared volume for the checkpoint location, such as nfs: or a ReadWriteMany claim"};
inline constexpr Code kCheckpointVolumeReadOnly{
    "template.checkpoint-volume.read-only",
    Severity::error,
    "the volume of the checkpoint location is mounted read-only",
    "java.io.IOException: Mkdirs failed to create file:...; Read-only file system",
    "remove `readOnly: true` from the mount and from the volume"};

inline constexpr std::array kCodes{kDirectoryMissing,
                                   kFileEmpty,
                                   kFileTooLarge,
                                   kFileNotRegular,
                                   kFileSymlinkLoop,
                                   kFileUnreadable,
                                   kFileNetwork,
                                   kFileNotJudged,
                                   kFileDiffers,
                                   kDirectoryEmpty,
                                   kDirectoryImage,
                                   kDirectoryWritable,
                                   kFileSubPath,
                                   kFileStale,
                                   kFileChanging,
                                   kCoreSiteMissing,
                                   kCoreSiteMalformed,
                                   kCoreSiteIncludeMissing,
                                   kCoreSiteIncludeLoop,
                                   kCoreSiteTooDeep,
                                   kCoreSiteUndefined,
                                   kCoreSiteShadowed,
                                   kDefaultsMissing,
                                   kDefaultsMalformed,
                                   kDefaultsEncoding,
                                   kDefaultsByteOrderMark,
                                   kDefaultsDuplicateKey,
                                   kDefaultsNotSpark,
                                   kNativeVolumes,
                                   kNativeMountPath,
                                   kNativeVolumeName,
                                   kCheckpointDefaultFs,
                                   kTemplateMissing,
                                   kTemplateNotVisible,
                                   kTemplateMalformed,
                                   kContainerName,
                                   kMountPathDuplicate,
                                   kMountPathConfDir,
                                   kMountUnknownVolume,
                                   kVolumeNameDuplicate,
                                   kCheckpointVolumeMissing,
                                   kCheckpointVolumeNotShared,
                                   kCheckpointVolumeReadOnly};

}  // namespace sparkwarden::probes::config
