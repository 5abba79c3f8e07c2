// SPDX-License-Identifier: Apache-2.0
// Codes about pod templates. Effects and fixes are those of executors; of the driver: driver_words.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

// --- the template ---
inline constexpr Code kTemplateMissing{
    "template.file.missing",
    Severity::error,
    "podTemplateFile names a file that does not exist",
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
    "Spark cannot load the pod template",
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
    "a volumeMount names a volume that the pod does not have",
    "executors never start: the API server refuses their pods (volumeMounts[j].name: Not found), "
    "and the job waits for ever",
    "add the volume to spec.volumes of the template, or correct the name"};
inline constexpr Code kVolumeNameDuplicate{
    "template.volume-name.duplicate",
    Severity::error,
    "two volumes of the pod have one name",
    "executors never start: the API server refuses their pods (spec.volumes[k].name: Duplicate "
    "value), and the job waits for ever",
    "rename one of the two volumes and its mounts"};
inline constexpr Code kCheckpointVolumeMissing{
    "template.checkpoint-volume.missing",
    Severity::error,
    "no volume of the pod holds the checkpoint location",
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
    "spark.kubernetes.*.label.* sets a label that is Spark's own",
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
    "a volume of the pod is of a kind that the namespace's Pod Security level refuses",
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

}  // namespace sparkwarden::probes::config
