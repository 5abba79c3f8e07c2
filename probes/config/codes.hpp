// SPDX-License-Identifier: Apache-2.0
// The codes of the areas config.* and template.*, each explained in docs/findings: here all of
// them, by family in the files below.
#pragma once

#include <array>

#include "probes/config/codes_core_site.hpp"
#include "probes/config/codes_defaults.hpp"
#include "probes/config/codes_files.hpp"
#include "probes/config/codes_images.hpp"
#include "probes/config/codes_settings.hpp"
#include "probes/config/codes_template.hpp"
#include "probes/config/codes_volumes.hpp"

namespace sparkwarden::probes::config {

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
