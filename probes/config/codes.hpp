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
                                 "Hadoop says \"error parsing conf ...\"; Spark says "
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
    "core-site.xml, or another file of Hadoop's, is not well-formed XML",
    "ERROR Configuration: error parsing conf ...; Spark does not start, or its first job fails",
    "correct the XML at the place shown and replace the ConfigMap"};

inline constexpr Code kCoreSiteIncludeMissing{
    "config.core-site.include-missing",
    Severity::error,
    "a file of Hadoop's includes one that does not exist, without a fallback",
    "java.io.IOException: Fetch fail on include for '...' with no fallback",
    "add the file to the ConfigMap, or give the xi:include an xi:fallback"};
inline constexpr Code kCoreSiteIncludeLoop{
    "config.core-site.include-loop",
    Severity::error,
    "a file of Hadoop's includes one that includes itself",
    "java.lang.StackOverflowError at the first use of the Hadoop configuration",
    "remove the xi:include that leads back"};
inline constexpr Code kCoreSiteTooDeep{
    "config.core-site.expansion-depth",
    Severity::error,
    "the ${variables} of a value in Hadoop's configuration never come to an end",
    "java.lang.IllegalStateException: Variable substitution depth too large: 20",
    "write out the values that refer to one another"};
inline constexpr Code kCoreSiteUndefined{
    "config.core-site.undefined-variable",
    Severity::warning,
    "a value in Hadoop's configuration uses a ${variable} that Hadoop does not know",
    "Hadoop passes the text on as it is, `${...}` included, without a word",
    "write ${env.NAME} for an environment variable"};
inline constexpr Code kCoreSiteBlanks{
    "config.core-site.blanks",
    Severity::warning,
    "a value that Hadoop does not trim begins or ends with blanks",
    "Hadoop takes the blanks for a part of the value",
    "write the value on one line, right between <value> and </value>; `sparkwarden lint --fix` "
    "does "
    "it in files of their own"};
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

// --- volumes by property ---
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

// --- the containers and the pod of the template ---
inline constexpr Code kContainerUnseen{
    "template.container-name.unseen",
    Severity::warning,
    "Spark's container is not called spark-kubernetes-executor, and no setting says its name",
    "Spark looks for the exit code by that name: while another container runs, an executor that "
    "ended stays \"running\" for the driver",
    "call it spark-kubernetes-executor, or set spark.kubernetes.executor.podTemplateContainerName"};
inline constexpr Code kContainerImage{
    "template.container.image",
    Severity::info,
    "the template names an image for the Spark container, which Spark replaces",
    "executors run the image of spark.kubernetes.executor.container.image or "
    "spark.kubernetes.container.image",
    "delete `image` from the Spark container of the template"};
inline constexpr Code kContainerEntrypoint{
    "template.container.entrypoint",
    Severity::warning,
    "the template sets command or args of the Spark container",
    "the image's entrypoint expects `executor` as its first argument: \"Non-spark-on-k8s command "
    "provided, proceeding in pass-through mode...\" and no executor registers",
    "delete `command` and `args`, or end `command` with the image's entrypoint.sh"};
inline constexpr Code kEnvDuplicate{
    "template.env.duplicate",
    Severity::warning,
    "one container has two environment variables of one name",
    "Kubernetes takes the last one; `kubectl apply` warns of it and may merge the wrong one",
    "keep the one that is meant"};
inline constexpr Code kEnvOverridden{
    "template.env.overridden",
    Severity::warning,
    "Spark sets an environment variable of its container again, behind the template's",
    "the template's value has no effect: of two variables the last one counts",
    "set it by spark.executorEnv.*, or delete it here where it is Spark's own"};
inline constexpr Code kPodRestartPolicy{
    "template.pod.restart-policy",
    Severity::info,
    "the template has a restartPolicy that Spark replaces",
    "executor pods have restartPolicy Never; Spark itself asks for new ones",
    "delete `restartPolicy`"};
inline constexpr Code kLabelOverwritten{"template.label.overwritten",
                                        Severity::info,
                                        "the template has a label that Spark sets itself",
                                        "the template's value is replaced",
                                        "delete the label, or give it another name"};
inline constexpr Code kLabelReserved{
    "config.label.reserved",
    Severity::error,
    "spark.kubernetes.executor.label.* sets a label that is Spark's own",
    "Custom executor labels cannot contain ... as it is reserved for Spark.",
    "give the label another name"};
inline constexpr Code kServiceAccount{
    "template.service-account.overridden",
    Severity::warning,
    "serviceAccountName of the template is replaced by a setting",
    "executors run as the service account of the setting",
    "name the account in spark.kubernetes.authenticate.executor.serviceAccountName only"};
inline constexpr Code kVolumeRestricted{
    "template.volume.restricted",
    Severity::error,
    "a volume of the executor pod is of a kind that the namespace's Pod Security level refuses",
    "executors never start: pods \"...\" is forbidden: violates PodSecurity \"restricted:latest\": "
    "restricted volume types",
    "mount it by a persistentVolumeClaim"};
inline constexpr Code kCheckpointHostPath{
    "template.checkpoint-volume.host-path",
    Severity::info,
    "the checkpoint location lies in a directory of the node",
    "executors of two nodes see two directories, unless the nodes themselves share one",
    "use nfs: or a ReadWriteMany claim for the checkpoint location"};
inline constexpr Code kVolumeUnused{
    "template.volume.unused",
    Severity::info,
    "no container of the template mounts a volume of the pod",
    "the kubelet mounts it all the same, and waits for it before the pod starts",
    "add the volumeMount that is missing, or delete the volume"};

inline constexpr Code kCheckpointDiffers{
    "config.checkpoint.differs",
    Severity::error,
    "driver and executors mount different volumes at the checkpoint location",
    "\"Checkpoint RDD has a different number of partitions from original RDD\", state that "
    "executors "
    "wrote and the driver never finds",
    "mount one export or claim at this path on both sides"};

// --- images and our own containers ---
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

// --- secrets, jars, and settings beside one another ---
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
inline constexpr Code kDriverWildcard{
    "config.driver.wildcard-address",
    Severity::error,
    "spark.driver.bindAddress is a wildcard, and Spark 4.3 tells it to executors as the driver's "
    "address",
    "executors connect to themselves: spark://CoarseGrainedScheduler@0.0.0.0:7078, connection "
    "refused, and are replaced for ever (SPARK-58748)",
    "set spark.kubernetes.executor.useDriverPodIP=false, or bind to the pod's own address"};

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
                                   kCoreSiteBlanks,
                                   kCoreSiteShadowed,
                                   kDefaultsMissing,
                                   kDefaultsMalformed,
                                   kDefaultsEncoding,
                                   kDefaultsByteOrderMark,
                                   kDefaultsDuplicateKey,
                                   kDefaultsNotSpark,
                                   kDefaultsIgnored,
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
                                   kCheckpointVolumeReadOnly,
                                   kKeyMisspelt,
                                   kKeyUnknown,
                                   kKeyDeprecated,
                                   kKeyUnused,
                                   kValueInvalid,
                                   kValueUnit,
                                   kDriverHeap,
                                   kVolumeType,
                                   kVolumeIncomplete,
                                   kVolumeOption,
                                   kVolumeClaim,
                                   kDriverClientMode,
                                   kContainerUnseen,
                                   kContainerImage,
                                   kContainerEntrypoint,
                                   kEnvDuplicate,
                                   kEnvOverridden,
                                   kPodRestartPolicy,
                                   kLabelOverwritten,
                                   kLabelReserved,
                                   kServiceAccount,
                                   kVolumeRestricted,
                                   kCheckpointHostPath,
                                   kVolumeUnused,
                                   kCheckpointDiffers,
                                   kImageFloats,
                                   kImageDiffers,
                                   kAgentRestart,
                                   kAgentMissing,
                                   kAgentOrder,
                                   kAgentGateImage,
                                   kAgentVersion,
                                   kSecretPlaintext,
                                   kJarTwice,
                                   kJarBakedIn,
                                   kMountHidesSpark,
                                   kMountHidesSystem,
                                   kSettingConflict,
                                   kKeyVersion,
                                   kDriverWildcard};

}  // namespace sparkwarden::probes::config
