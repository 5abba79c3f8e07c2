// SPDX-License-Identifier: Apache-2.0
// What it means that a configuration file cannot be read.
#pragma once

#include "agent/io/files.hpp"
#include "probes/config/expected_files.hpp"
#include "probes/config/mount_of.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {

/// Missing is a finding only where the file is required; no permission is never one.
[[nodiscard]] Judgement judge(const ExpectedFile& file, const io::FileError& error);

/// The file is there and has no content.
[[nodiscard]] Judgement judge_empty(const ExpectedFile& file);

/// The file lies on a mount that may hang.
[[nodiscard]] Judgement judge_network(const ExpectedFile& file, const Mount& mount);

}  // namespace sparkwarden::probes::config
