// SPDX-License-Identifier: Apache-2.0
// The codes of lint itself (area `lint.*`): manifests it cannot read, suppressions that do nothing.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::lint {

inline constexpr Code kManifestMalformed{
    "lint.manifest.malformed",
    Severity::error,
    "a manifest that speaks of Spark is not YAML",
    "kubectl says \"error parsing ...: error converting YAML to JSON\" and applies nothing of it",
    "correct the YAML at the place shown"};
inline constexpr Code kManifestDuplicateKey{
    "lint.manifest.duplicate-key",
    Severity::warning,
    "a key stands twice in one mapping of a manifest",
    "one of the two is lost without a word, or the whole manifest is refused: kustomize and "
    "Helm say \"mapping key already defined\"",
    "delete or rename one of the two"};
inline constexpr Code kTreeLeftOut{
    "lint.tree.left-out",
    std::nullopt,
    "a directory was not read to its end",
    "",
    "name the directories that hold configuration, or exclude the others in .sparkwarden.yaml"};
inline constexpr Code kSuppressionUnused{
    "lint.suppression.unused",
    Severity::warning,
    "a suppression hides nothing",
    "it would hide the next finding of its kind without anybody having decided so",
    "delete it, or move it to the line above the one it is about"};
inline constexpr Code kSuppressionReason{"lint.suppression.reason-missing",
                                         Severity::warning,
                                         "a suppression says no reason, and so hides nothing",
                                         "nobody can tell later whether it still holds",
                                         "write the reason behind the bracket"};
inline constexpr Code kSuppressionExpired{"lint.suppression.expired",
                                          Severity::warning,
                                          "a suppression has expired, and so hides nothing",
                                          "what it hid is reported again",
                                          "mend what it hid, or give it a new date"};

inline constexpr Code kSettingDiffers{
    "lint.setting.differs",
    Severity::warning,
    "applications differ in a setting that .sparkwarden.yaml wants to be the same in all",
    "one application reads another catalog, endpoint or limit than the others, and nothing fails",
    "write the same value everywhere, or take the key out of `same`"};

inline constexpr std::array kCodes{kManifestMalformed,
                                   kManifestDuplicateKey,
                                   kTreeLeftOut,
                                   kSuppressionUnused,
                                   kSuppressionReason,
                                   kSuppressionExpired,
                                   kSettingDiffers};

}  // namespace sparkwarden::lint
