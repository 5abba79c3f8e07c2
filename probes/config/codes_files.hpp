// SPDX-License-Identifier: Apache-2.0
// Codes about files, and about how they are mounted.
#pragma once

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

}  // namespace sparkwarden::probes::config
