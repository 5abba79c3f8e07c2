// SPDX-License-Identifier: Apache-2.0
// What an ELF file of CPython says about itself: the machine it is for, and since 3.11 its exact
// version, in the exported constant Py_Version.
#pragma once

#include <string>

#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

/// Empty members could not be told: no ELF, another byte order, no such symbol.
struct ElfVersion {
  std::string machine = {};  // x86_64, aarch64, ...
  std::string version = {};  // 3.11.2; a pre-release as 3.14.0rc1

  bool operator==(const ElfVersion&) const = default;
};

/// Reads at most some MiB of the file, whatever it claims.
/// Source: elf(5); Py_Version in the Stable ABI, PY_VERSION_HEX for its layout.
[[nodiscard]] ElfVersion read_elf_version(const io::Tree& tree, const std::string& path);

}  // namespace sparkwarden::probes::python
