// SPDX-License-Identifier: Apache-2.0
#include "probes/python/elf_version.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include <elf.h>

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kSectionsMax = 256;
constexpr std::size_t kSymbolBytesMax = 4 << 20;
constexpr std::size_t kNameBytesMax = 4 << 20;

std::string machine_name(Elf64_Half machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86_64";
    case EM_AARCH64:
      return "aarch64";
    case EM_PPC64:
      return "ppc64le";
    case EM_RISCV:
      return "riscv64";
    default:
      return {};
  }
}

/// A structure out of the file's bytes, which may be short.
template <typename T>
std::optional<T> at(std::string_view bytes, std::size_t offset) {
  if (bytes.size() < sizeof(T) || offset > bytes.size() - sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string bytes_of(const io::Tree& tree,
                     const std::string& path,
                     const Elf64_Shdr& section,
                     std::size_t bytes_max) {
  if (section.sh_size > bytes_max) return {};
  return tree.read_part(path, section.sh_offset, section.sh_size).value_or("");
}

/// PY_VERSION_HEX: major, minor, micro, level and serial.
std::string version_text(std::uint64_t hex) {
  const auto part = [&](unsigned shift, std::uint64_t mask) {
    return std::to_string((hex >> shift) & mask);
  };
  std::string text = part(24, 0xFF) + "." + part(16, 0xFF) + "." + part(8, 0xFF);
  const std::uint64_t level = (hex >> 4U) & 0xFU;
  if (level == 0xA) text += "a" + part(0, 0xF);
  if (level == 0xB) text += "b" + part(0, 0xF);
  if (level == 0xC) text += "rc" + part(0, 0xF);
  return text;
}

/// The eight bytes at an address of the running program, by the section that holds it.
std::optional<std::uint64_t> value_at(const io::Tree& tree,
                                      const std::string& path,
                                      const std::vector<Elf64_Shdr>& sections,
                                      Elf64_Addr address) {
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type == SHT_NOBITS || (section.sh_flags & SHF_ALLOC) == 0) continue;
    if (address < section.sh_addr || address - section.sh_addr >= section.sh_size) continue;
    const auto bytes = tree.read_part(
        path, section.sh_offset + (address - section.sh_addr), sizeof(std::uint64_t));
    if (bytes) return at<std::uint64_t>(*bytes, 0);
  }
  return std::nullopt;
}

std::string version_in(const io::Tree& tree,
                       const std::string& path,
                       const std::vector<Elf64_Shdr>& sections) {
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM || section.sh_link >= sections.size()) continue;
    const std::string symbols = bytes_of(tree, path, section, kSymbolBytesMax);
    const std::string names = bytes_of(tree, path, sections[section.sh_link], kNameBytesMax);
    for (std::size_t offset = 0;; offset += sizeof(Elf64_Sym)) {
      const auto symbol = at<Elf64_Sym>(symbols, offset);
      if (!symbol) break;
      constexpr std::string_view kWanted("Py_Version\0", 11);
      if (symbol->st_shndx == SHN_UNDEF || symbol->st_name >= names.size()) continue;
      if (std::string_view(names).substr(symbol->st_name, kWanted.size()) != kWanted) continue;
      const auto hex = value_at(tree, path, sections, symbol->st_value);
      // 2.0.0 to 9.255.255: anything else is no PY_VERSION_HEX.
      if (hex && *hex >= 0x02000000 && *hex < 0x0A000000) return version_text(*hex);
      return {};  // and a file that has it a thousand times is not read a thousand times
    }
    return {};  // elf(5): there is one
  }
  return {};
}

}  // namespace

ElfVersion read_elf_version(const io::Tree& tree, const std::string& path) {
  const auto head = tree.read_part(path, 0, sizeof(Elf64_Ehdr));
  if (!head) return {};
  const auto header = at<Elf64_Ehdr>(*head, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return {};
  }
  ElfVersion found{.machine = machine_name(header->e_machine)};
  if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shnum > kSectionsMax) return found;
  const auto table =
      tree.read_part(path, header->e_shoff, std::size_t{header->e_shnum} * sizeof(Elf64_Shdr));
  if (!table) return found;
  std::vector<Elf64_Shdr> sections;
  for (std::size_t i = 0; i < header->e_shnum; ++i) {
    const auto section = at<Elf64_Shdr>(*table, i * sizeof(Elf64_Shdr));
    if (!section) return found;
    sections.push_back(*section);
  }
  found.version = version_in(tree, path, sections);
  return found;
}

}  // namespace sparkwarden::probes::python
