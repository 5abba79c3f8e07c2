// SPDX-License-Identifier: Apache-2.0
// The codes of the areas nfs.*, mount.* and storage.*: one row each. `effect` is what a running
// Spark application shows; rules.cpp puts the kubelet's words for pods still to start before it.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::storage::codes {

// The server ----------------------------------------------------------------------------------

inline constexpr Code kDns{
    "nfs.server.dns",
    Severity::error,
    "the NFS server's name has no address",
    "java.io.FileNotFoundException or an empty local directory where the checkpoint should be",
    "name the server by its address, or mend the DNS record; the node resolves it, not the "
    "cluster's DNS"};
inline constexpr Code kRefused{
    "nfs.server.refused",
    Severity::error,
    "the NFS server's host refuses connections to the NFS port",
    "tasks that touch the checkpoint hang: \"nfs: server not responding, still trying\"",
    "start the NFS service on the server (`systemctl start nfs-server`; Synology: Control Panel, "
    "File "
    "Services, NFS) or correct the address"};
inline constexpr Code kUnreachable{
    "nfs.server.unreachable",
    Severity::error,
    "no packet reaches the NFS server, or none comes back",
    "tasks that touch the checkpoint hang: \"nfs: server not responding, still trying\"",
    "open TCP 2049 from the pods' and nodes' networks (firewall, NetworkPolicy, route), or correct "
    "the "
    "address"};
inline constexpr Code kSilent{"nfs.server.silent",
                              Severity::error,
                              "the NFS server accepts connections and does not answer",
                              "tasks hang in uninterruptible sleep, a micro-batch never ends: "
                              "\"nfs: server not responding, still "
                              "trying\"",
                              "restart the NFS service on the server and look at its disks: a "
                              "server that accepts and stays silent "
                              "is overloaded, frozen, or waits for its own storage"};
inline constexpr Code kDisconnected{
    "nfs.server.disconnected",
    Severity::error,
    "the NFS server closes the connection in the middle",
    "java.io.IOException: Input/output error, or a task that hangs until the server is back",
    "look at the server's log: it restarts, crashes, or a firewall between cuts the connection"};
inline constexpr Code kProtocol{
    "nfs.server.protocol",
    Severity::error,
    "what answers on the NFS port does not speak NFS as it should",
    "mount.nfs: Protocol not supported, or java.io.IOException: Input/output error",
    "check that server and port name the NFS service and no proxy, and read the server's log"};
inline constexpr Code kVersion{
    "nfs.server.version",
    Severity::error,
    "the NFS server does not offer the version that was asked for",
    "mount.nfs: Protocol not supported",
    "set probes.storage.connect.version to a version the server offers, or enable that version on "
    "the "
    "server (Linux: /etc/nfs.conf [nfsd] vers3=y vers4=y; Synology: File Services, NFS, maximum "
    "protocol)"};
inline constexpr Code kGrace{"nfs.server.grace",
                             Severity::warning,
                             "the NFS server has just restarted and asks clients to wait",
                             "writes of the first checkpoint wait up to 90 s, then go on",
                             "wait: the grace period ends by itself; if it comes again and again, "
                             "the server keeps restarting"};
inline constexpr Code kServerSlow{
    "nfs.server.slow",
    Severity::warning,
    "the NFS server answers, and takes long for it",
    "micro-batches take longer than their trigger: every batch waits for several of these "
    "operations",
    "look at the server's disks and load, and at the network between (`nfsiostat` on a node); the "
    "limit is probes.storage.slow"};
inline constexpr Code kServerChanged{
    "nfs.server.changed",
    Severity::error,
    "the export has another identity than when this agent first saw it",
    "java.io.IOException: Stale file handle in every pod that mounted the export before",
    "restart the pods that mounted it before the change, this one too; give the export a fixed "
    "fsid "
    "on the server (Linux: `fsid=` in /etc/exports; ganesha: Filesystem_Id) so that it survives "
    "the "
    "next one"};
inline constexpr Code kMountDaemon{
    "nfs.mountd.unreachable",
    Severity::error,
    "the NFS service answers, its portmapper or mount daemon (NFS version 3) does not",
    "a version 3 mount fails: \"mount.nfs: Connection timed out\"",
    "open TCP 111 and the mount daemon's port, set probes.storage.connect.mount_port, or use "
    "version 4, "
    "which needs port 2049 only"};

// The export ----------------------------------------------------------------------------------

inline constexpr Code kExportRefused{
    "nfs.export.refused",
    Severity::error,
    "the NFS server refuses this export to this client",
    "pods that are not running yet never start; running ones get "
    "java.nio.file.AccessDeniedException",
    "let the export's client list cover the nodes and the pods (Linux: /etc/exports, `exportfs "
    "-ra`; "
    "Synology: shared folder, NFS Permissions; ganesha: Access_Type or a CLIENT block)"};
inline constexpr Code kExportMissing{"nfs.export.missing",
                                     Severity::error,
                                     "the NFS server has no such export",
                                     "pods that are not running yet never start",
                                     "correct the path in the pod template (`showmount -e SERVER` "
                                     "lists what there is), or export it; with "
                                     "version 4 the path is the pseudo path, which can differ"};
inline constexpr Code kExportReadOnly{
    "nfs.export.read-only",
    Severity::error,
    "the checkpoint export does not accept writes",
    "java.io.IOException: Read-only file system when the query writes its first checkpoint",
    "export it read-write (Linux: `rw` in /etc/exports, then `exportfs -ra`; Synology: NFS "
    "Permissions, "
    "Read/Write; ganesha: Access_Type = RW)"};
inline constexpr Code kExportStale{
    "nfs.export.stale",
    Severity::error,
    "the exported directory was removed or replaced under its clients",
    "java.io.IOException: Stale file handle in every task until its pod is restarted",
    "export the directory again (`exportfs -ra`, or restart the NFS service), then restart the "
    "pods that "
    "have it mounted: a mount does not recover from this"};
inline constexpr Code kNotPermitted{
    "nfs.export.wire-not-permitted",
    Severity::info,
    "the server does not talk to this agent, which says nothing about the mount",
    "none for Spark: the kubelet mounts from a privileged port of the node; this agent's own check "
    "over "
    "the wire sees nothing",
    "to let the agent look: export with `insecure` (Linux), \"Allow connections from "
    "non-privileged "
    "ports\" (Synology), PrivilegedPort = false (ganesha), allow the pods' addresses, or give the "
    "sidecar "
    "NET_BIND_SERVICE"};

// Writing -------------------------------------------------------------------------------------

inline constexpr Code kWriteDenied{"nfs.write.denied",
                                   Severity::error,
                                   "Spark's user may not write to the checkpoint export",
                                   "java.io.IOException: Mkdirs failed to create file:/..., or "
                                   "java.nio.file.AccessDeniedException: "
                                   "Permission denied",
                                   "give the directory to Spark's user or a group it has (`chown "
                                   "185:0`, `chmod 2770`, fsGroup); root is "
                                   "squashed to nobody unless the export says no_root_squash"};
inline constexpr Code kWriteFull{
    "nfs.write.full",
    Severity::error,
    "the file system behind the checkpoint export is full",
    "java.io.IOException: No space left on device; the query stops at its next micro-batch",
    "free or add space on the server, and let old checkpoints be cleaned up "
    "(spark.cleaner.referenceTracking.cleanCheckpoints)"};
inline constexpr Code kWriteQuota{
    "nfs.write.quota",
    Severity::error,
    "the quota of the checkpoint export is used up",
    "java.io.IOException: Disk quota exceeded; the query stops at its next micro-batch",
    "raise the quota of Spark's user or of the shared folder on the server, or delete old "
    "checkpoints"};
inline constexpr Code kWriteCorrupt{
    "nfs.write.corrupt",
    Severity::error,
    "data read back from the export differs from what was written",
    "java.lang.IllegalStateException or a checksum error when a query restarts from its checkpoint",
    "take the export out of use and check the server's disks and memory; a proxy that caches NFS "
    "does this "
    "too"};
inline constexpr Code kWriteNotExclusive{
    "nfs.write.not-exclusive",
    Severity::error,
    "two exclusive creations of one name both succeed",
    "two drivers can commit the same micro-batch: results are lost or doubled without an error",
    "update the NFS server: exclusive creation (O_EXCL) is part of the protocol and must hold"};
inline constexpr Code kWriteNotListed{
    "nfs.write.not-listed",
    Severity::error,
    "a file that was just renamed is missing from the server's list of its directory",
    "a query that restarts does not see its last batch and runs it again: rows are doubled, or "
    "java.lang.IllegalStateException about a batch that is missing",
    "switch off the cache of the gateway that speaks NFS for another storage (object stores, sync "
    "folders), or update the NFS server: a new name must be listed at once"};
inline constexpr Code kOperation{"nfs.operation.failed",
                                 Severity::error,
                                 "the NFS server answers one operation with an error of its own",
                                 "java.io.IOException: Input/output error",
                                 "look up the symbol in the message in the server's log; I/O and "
                                 "server-fault errors come from its "
                                 "disks"};

// The mount in this container -----------------------------------------------------------------

inline constexpr Code kMountAbsent{"mount.checkpoint.absent",
                                   Severity::info,
                                   "the checkpoint volume is not mounted in the agent's container",
                                   "none for Spark: the agent judges the export over the wire only",
                                   "mount the same volume at the same path in the agent's "
                                   "container to have the mount checked as well"};
inline constexpr Code kMountNotNfs{"mount.checkpoint.not-nfs",
                                   Severity::error,
                                   "what is mounted at the checkpoint path is no NFS file system",
                                   "each pod writes its checkpoint to a disk of its own: "
                                   "java.io.FileNotFoundException on executors, and "
                                   "after a restart the state is gone",
                                   "give the pod the `nfs:` volume at this path (name, server, "
                                   "path as in the executor pod template)"};
inline constexpr Code kMountReadOnly{
    "mount.checkpoint.read-only",
    Severity::error,
    "the checkpoint volume is mounted read-only",
    "java.io.IOException: Read-only file system when the query writes its first checkpoint",
    "remove `readOnly: true` from the volume and its volumeMount"};
inline constexpr Code kMountSoft{"mount.checkpoint.soft",
                                 Severity::warning,
                                 "the checkpoint volume is mounted `soft`",
                                 "when the server pauses, java.io.IOException: Input/output error, "
                                 "and a half-written checkpoint, where "
                                 "a hard mount would wait",
                                 "remove `soft` and `softerr` from the mount options "
                                 "(PersistentVolume spec.mountOptions, or the node's "
                                 "/etc/nfsmount.conf)"};
inline constexpr Code kMountNoLock{
    "mount.checkpoint.nolock",
    Severity::info,
    "locks on the checkpoint volume stay on their node",
    "none for Spark's own checkpoints, which use no locks; other writers do not see each other's",
    "remove `nolock` and `local_lock` from the mount options, or mount version 4, if something on "
    "this "
    "volume relies on locks"};

inline constexpr Code kMountHung{
    "mount.checkpoint.hung",
    Severity::error,
    "the mounted volume does not answer",
    "tasks that touch it hang in uninterruptible sleep (state D), a micro-batch never ends, and "
    "the "
    "pod cannot be deleted: \"nfs: server not responding, still trying\"",
    "bring the server back: a hard mount then goes on by itself. If the server is well, look at "
    "the "
    "network between node and server, and restart the pod, on another node if it keeps hanging"};
inline constexpr Code kMountStale{
    "mount.checkpoint.stale",
    Severity::error,
    "the mounted directory does not exist on the server any more",
    "java.io.IOException: Stale file handle in every task until its pod is restarted",
    "restart the pods that have it mounted: a mount does not recover from an export that was "
    "removed, "
    "replaced, or given another fsid (Linux: keep `fsid=` in /etc/exports)"};
inline constexpr Code kMountFailed{
    "mount.checkpoint.failed",
    Severity::error,
    "an operation through the mount fails",
    "java.io.IOException: Input/output error where Spark does the same",
    "look up the error in the message in the node's kernel log (`dmesg | grep -i nfs`) and in the "
    "server's log"};
inline constexpr Code kMountRename{
    "mount.checkpoint.rename",
    Severity::error,
    "a rename through the mount does not do what a commit needs",
    "java.nio.file.FileAlreadyExistsException or a checkpoint whose last batch is missing: Spark "
    "writes each file under another name and renames it",
    "check what is mounted: rename(2) over an existing file must replace it, and the new name must "
    "be "
    "listed at once. A FUSE or overlay layer between pod and NFS often breaks this"};
inline constexpr Code kMountUntouched{
    "mount.checkpoint.untouched",
    std::nullopt,
    "the server does not answer, so the mount was not touched in order not to hang in it"};
inline constexpr Code kMountChanged{
    "mount.checkpoint.changed",
    std::nullopt,
    "something else is at the path than what the mount table said a moment before"};
inline constexpr Code kOptionsVersion{
    "mount.options.version",
    Severity::warning,
    "the checkpoint volume is mounted with NFS version 2",
    "java.io.IOException: File too large above 2 GiB, and every write waits for the server's disk",
    "mount version 3 or 4 (`vers=4.1` in PersistentVolume spec.mountOptions)"};
inline constexpr Code kOptionsUdp{
    "mount.options.udp",
    Severity::warning,
    "the checkpoint volume is mounted over UDP",
    "under load, lost fragments stop I/O for seconds; fragments of two requests that are mixed up "
    "change data without an error",
    "mount over TCP: remove `udp` and `proto=udp` from the mount options"};
inline constexpr Code kOptionsCacheLong{
    "mount.options.cache-long",
    Severity::warning,
    "the node keeps attributes of the checkpoint volume for longer than a minute",
    "java.io.FileNotFoundException for a checkpoint that another pod has just written: the node "
    "remembers for so long that it was not there",
    "remove `actimeo`, `acregmax` and `acdirmax` from the mount options, or set them to 60 or "
    "less"};
inline constexpr Code kOptionsCacheOff{
    "mount.options.cache-off",
    Severity::info,
    "the node keeps no attributes of the checkpoint volume",
    "none but time: each look at a file is a request to the server; with `noac` each write waits "
    "as "
    "well",
    "remove `noac` and `actimeo=0` from the mount options: opening a file asks the server anyway; "
    "`lookupcache=positive` is enough where new names must be seen at once"};
inline constexpr Code kOptionsNoCto{
    "mount.options.nocto",
    Severity::warning,
    "opening a file on the checkpoint volume does not ask the server whether it has changed",
    "a driver or executor reads an old version of a file that another pod has replaced",
    "remove `nocto` from the mount options: it is for data that nobody writes"};
inline constexpr Code kOptionsNoResvPort{
    "mount.options.noresvport",
    Severity::info,
    "the node calls the server from a port above 1023",
    "none while the export accepts it; with `secure`, its default on Linux, new pods stay in "
    "ContainerCreating: \"mount.nfs: Operation not permitted\"",
    "keep `insecure` in the export's options, or remove `noresvport` from the mount options"};

// The probe's own view ------------------------------------------------------------------------

inline constexpr Code kSpaceLow{
    "storage.space.low",
    Severity::warning,
    "the checkpoint file system is filling up",
    "java.io.IOException: No space left on device when it is full",
    "free or add space on the server; the limits are probes.storage.space"};
inline constexpr Code kSpaceExhausted{
    "storage.space.exhausted",
    Severity::error,
    "the checkpoint file system has next to no space left",
    "java.io.IOException: No space left on device at one of the next micro-batches",
    "free or add space on the server now; the limits are probes.storage.space"};
inline constexpr Code kTargetDiffers{"storage.target.differs",
                                     Severity::error,
                                     "what is mounted is not the storage that the files declare",
                                     "driver and executors checkpoint to different places: "
                                     "java.io.FileNotFoundException on executors, and "
                                     "state that is gone after a restart",
                                     "give the volume of this pod and the volume of the executor "
                                     "pod template the same server and path"};
inline constexpr Code kSharedNotVisible{
    "storage.shared.not-visible",
    Severity::error,
    "what the driver wrote to its checkpoint storage is not in this executor's",
    "driver and executors checkpoint to different places: java.io.FileNotFoundException on "
    "executors, and state that is gone after a restart",
    "give the driver's pod and the executor pod template the same server and path; if they are the "
    "same, see whether one of them reaches another server by that name"};
inline constexpr Code kSharedStaleView{
    "storage.shared.stale-view",
    Severity::warning,
    "the mount of this executor's node shows an older state of the storage than the server",
    "java.io.FileNotFoundException for files that another pod has just written, for up to a minute",
    "mount with `actimeo` of a few seconds or `lookupcache=pos`; if it stays, remount the volume "
    "on "
    "this node"};
inline constexpr Code kSharedUnannounced{
    "storage.shared.unannounced",
    std::nullopt,
    "the driver's agent announces no token, so nobody knows whether this is its storage"};
inline constexpr Code kSharedDenied{
    "storage.shared.denied",
    std::nullopt,
    "the driver's token may not be read, so nobody knows whether this is its storage"};
inline constexpr Code kSharedNotComparable{
    "storage.shared.not-comparable",
    Severity::info,
    "this executor's mount cannot show the driver's token, and the server does not talk to the "
    "agent",
    "none by itself: the mount is proven, but not that it is the driver's storage",
    "mount the export itself instead of a directory below it, or let the server answer the agent"};
inline constexpr Code kTargetUnknown{
    "storage.target.unknown",
    std::nullopt,
    "no NFS storage is declared or mounted, so none can be probed"};
inline constexpr Code kTargetPending{"storage.target.pending",
                                     std::nullopt,
                                     "the files that declare the storage have not been read yet"};
inline constexpr Code kTargetsMany{
    "storage.target.too-many", std::nullopt, "there are more NFS exports than are looked at"};
inline constexpr Code kMountTable{
    "storage.mountinfo.unreadable", std::nullopt, "the mount table could not be read"};
inline constexpr Code kMountStats{"storage.mountstats.unreadable",
                                  std::nullopt,
                                  "the kernel's counters of NFS mounts could not be read"};
inline constexpr Code kProofNone{
    "storage.proof.none", std::nullopt, "the settings leave no way to prove the export"};
inline constexpr Code kProofLate{
    "storage.proof.late", std::nullopt, "the run's deadline left no time to prove this export"};
inline constexpr Code kChildFailed{
    "storage.child.failed",
    std::nullopt,
    "the child process that touches server or mount could not do its work"};
inline constexpr Code kChildStuck{"storage.child.stuck",
                                  std::nullopt,
                                  "an earlier child process cannot be killed; no other is started"};

inline constexpr std::array kCodes{kDns,
                                   kRefused,
                                   kUnreachable,
                                   kSilent,
                                   kDisconnected,
                                   kProtocol,
                                   kVersion,
                                   kGrace,
                                   kServerSlow,
                                   kServerChanged,
                                   kMountDaemon,
                                   kExportRefused,
                                   kExportMissing,
                                   kExportReadOnly,
                                   kExportStale,
                                   kNotPermitted,
                                   kWriteDenied,
                                   kWriteFull,
                                   kWriteQuota,
                                   kWriteCorrupt,
                                   kWriteNotExclusive,
                                   kWriteNotListed,
                                   kOperation,
                                   kMountAbsent,
                                   kMountNotNfs,
                                   kMountReadOnly,
                                   kMountSoft,
                                   kMountNoLock,
                                   kSpaceLow,
                                   kSpaceExhausted,
                                   kTargetDiffers,
                                   kTargetUnknown,
                                   kTargetPending,
                                   kTargetsMany,
                                   kMountTable,
                                   kProofNone,
                                   kProofLate,
                                   kChildFailed,
                                   kChildStuck,
                                   kSharedNotVisible,
                                   kSharedStaleView,
                                   kSharedUnannounced,
                                   kSharedDenied,
                                   kSharedNotComparable,
                                   kMountHung,
                                   kMountStale,
                                   kMountFailed,
                                   kMountRename,
                                   kMountUntouched,
                                   kMountChanged,
                                   kOptionsVersion,
                                   kOptionsUdp,
                                   kOptionsCacheLong,
                                   kOptionsCacheOff,
                                   kOptionsNoCto,
                                   kOptionsNoResvPort,
                                   kMountStats};

}  // namespace sparkwarden::probes::storage::codes
