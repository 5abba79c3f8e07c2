// SPDX-License-Identifier: Apache-2.0
// Lint: sources in, findings by application out.
#pragma once

#include <string>
#include <vector>

#include "agent/lint/across.hpp"
#include "agent/lint/source.hpp"

namespace sparkwarden::lint {

/// One application, judged. Every place is in a file that exists.
struct Linted {
  std::string name;
  std::vector<Finding> findings = {};  // by place
  std::vector<Unlooked> unlooked = {};
};

/// Reads and parses every input. Files and standard input are bounded by `bytes_max` each and by
/// 256 MiB together; what is beyond is told as trouble of that file.
[[nodiscard]] std::vector<Source> read_sources(const std::vector<InputFile>& inputs,
                                               const io::FileReader& files,
                                               std::size_t bytes_max);

/// Findings about `sources`: those of a file alone stand in the first application that the file
/// belongs to, those about manifests in one named after the file, those that `same_of` asks for in
/// one called "all applications". Sorted by name.
[[nodiscard]] std::vector<Linted> lint(const std::vector<Source>& sources,
                                       const SameOf& same_of = nullptr);

}  // namespace sparkwarden::lint
