// SPDX-License-Identifier: Apache-2.0
#include "probes/python/elf_version.hpp"

#include <cstring>
#include <string>

#include <elf.h>

#include <gtest/gtest.h>

#include "agent/core/python_version.hpp"
#include "tests/probes/python/a_tree.hpp"

namespace sparkwarden::probes::python {
namespace {

struct Shape {
  std::uint64_t hex = 0x030b02f0;
  Elf64_Half machine = EM_X86_64;
  unsigned char data = ELFDATA2LSB;
  std::string symbol = "Py_Version";
};

template <typename T>
std::string bytes(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

constexpr std::size_t kSections = sizeof(Elf64_Ehdr);
constexpr std::size_t kNames = kSections + 4 * sizeof(Elf64_Shdr);
constexpr std::size_t kSymbols = kNames + 32;
constexpr std::size_t kValue = kSymbols + 2 * sizeof(Elf64_Sym);
constexpr Elf64_Addr kAddress = 0x400000;

/// A shared object with one symbol, as small as it can be.
std::string an_elf(const Shape& shape = {}) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = shape.data;
  header.e_machine = shape.machine;
  header.e_shoff = kSections;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 4;
  Elf64_Shdr names{};
  names.sh_type = SHT_STRTAB;
  names.sh_offset = kNames;
  names.sh_size = 32;
  Elf64_Shdr symbols{};
  symbols.sh_type = SHT_DYNSYM;
  symbols.sh_offset = kSymbols;
  symbols.sh_size = 2 * sizeof(Elf64_Sym);
  symbols.sh_link = 1;
  Elf64_Shdr data{};
  data.sh_type = SHT_PROGBITS;
  data.sh_flags = SHF_ALLOC;
  data.sh_addr = kAddress;
  data.sh_offset = kValue;
  data.sh_size = sizeof shape.hex;
  Elf64_Sym symbol{};
  symbol.st_name = 1;
  symbol.st_shndx = 3;
  symbol.st_value = kAddress;
  std::string table("\0", 1);
  table += shape.symbol;
  table.resize(32, '\0');
  return bytes(header) + bytes(Elf64_Shdr{}) + bytes(names) + bytes(symbols) + bytes(data) + table +
         bytes(Elf64_Sym{}) + bytes(symbol) + bytes(shape.hex);
}

ElfVersion of(const std::string& content) {
  const ATree root;
  root.put("/python", content);
  return read_elf_version(root.tree(), "/python");
}

struct Case {
  std::string name;
  std::string content;
  ElfVersion expected;
};

class Files : public testing::TestWithParam<Case> {};

TEST_P(Files, TellTheirMachineAndVersionOrNothing) {
  EXPECT_EQ(of(GetParam().content), GetParam().expected);
}

template <typename T>
std::string changed(std::size_t at, T value) {
  std::string content = an_elf();
  std::memcpy(content.data() + at, &value, sizeof value);
  return content;
}

constexpr std::size_t section_field(std::size_t section, std::size_t field) {
  return kSections + section * sizeof(Elf64_Shdr) + field;
}

const ElfVersion kOnlyMachine{.machine = "x86_64"};
constexpr std::uint64_t kHuge = 0xFFFFFFFFFFFFFFF0;

INSTANTIATE_TEST_SUITE_P(
    Forms,
    Files,
    testing::Values(
        Case{"final_release", an_elf(), {"x86_64", "3.11.2"}},
        Case{"candidate", an_elf({.hex = 0x030e00c1}), {"x86_64", "3.14.0rc1"}},
        Case{"beta", an_elf({.hex = 0x030d00b4}), {"x86_64", "3.13.0b4"}},
        Case{"alpha", an_elf({.hex = 0x030d00a1}), {"x86_64", "3.13.0a1"}},
        Case{"aarch64", an_elf({.machine = EM_AARCH64}), {"aarch64", "3.11.2"}},
        Case{"unknown_machine", an_elf({.machine = EM_MIPS}), {"", "3.11.2"}},
        Case{"no_such_symbol", an_elf({.symbol = "Py_Versions"}), kOnlyMachine},
        Case{"longer_symbol", an_elf({.symbol = "_Py_Version"}), kOnlyMachine},
        Case{"no_version", an_elf({.hex = 0}), kOnlyMachine},
        Case{"a_pointer", an_elf({.hex = 0x7fffdeadbeef}), kOnlyMachine},
        Case{"other_byte_order", an_elf({.data = ELFDATA2MSB}), {}},
        Case{"no_elf", "#!/bin/sh\n" + std::string(200, ' '), {}},
        Case{"empty", "", {}},
        Case{"short_header", an_elf().substr(0, 40), {}},
        Case{"32_bits", changed<unsigned char>(EI_CLASS, ELFCLASS32), {}},
        Case{"no_sections", changed<Elf64_Half>(offsetof(Elf64_Ehdr, e_shnum), 0), kOnlyMachine},
        Case{"very_many_sections",
             changed<Elf64_Half>(offsetof(Elf64_Ehdr, e_shnum), 0xFFFF),
             kOnlyMachine},
        Case{"sections_elsewhere",
             changed<std::uint64_t>(offsetof(Elf64_Ehdr, e_shoff), kHuge),
             kOnlyMachine},
        Case{"sections_of_another_size",
             changed<Elf64_Half>(offsetof(Elf64_Ehdr, e_shentsize), 1),
             kOnlyMachine},
        Case{"names_elsewhere",
             changed<std::uint64_t>(section_field(1, offsetof(Elf64_Shdr, sh_offset)), kHuge),
             kOnlyMachine},
        Case{"names_too_large",
             changed<std::uint64_t>(section_field(1, offsetof(Elf64_Shdr, sh_size)), kHuge),
             kOnlyMachine},
        Case{"names_beyond_the_sections",
             changed<Elf64_Word>(section_field(2, offsetof(Elf64_Shdr, sh_link)), 99),
             kOnlyMachine},
        Case{"symbols_too_large",
             changed<std::uint64_t>(section_field(2, offsetof(Elf64_Shdr, sh_size)), kHuge),
             kOnlyMachine},
        Case{"name_beyond_the_names",
             changed<Elf64_Word>(kSymbols + sizeof(Elf64_Sym), 0xFFFFFFFF),
             kOnlyMachine},
        Case{"undefined_symbol",
             changed<Elf64_Section>(kSymbols + sizeof(Elf64_Sym) + offsetof(Elf64_Sym, st_shndx),
                                    SHN_UNDEF),
             kOnlyMachine},
        Case{"value_nowhere",
             changed<std::uint64_t>(kSymbols + sizeof(Elf64_Sym) + offsetof(Elf64_Sym, st_value),
                                    kHuge),
             kOnlyMachine},
        Case{"value_beyond_the_file",
             changed<std::uint64_t>(section_field(3, offsetof(Elf64_Shdr, sh_offset)), kHuge),
             kOnlyMachine}),
    [](const auto& row) { return row.param.name; });

TEST(ElfVersion, EveryPrefixAndEveryWrongByteIsSurvived) {
  const std::string content = an_elf();
  for (std::size_t at = 0; at < content.size(); ++at) {
    EXPECT_EQ(of(content.substr(0, at)).version, "") << at;
    std::string wrong = content;
    wrong[at] = static_cast<char>(wrong[at] ^ 0xFF);
    static_cast<void>(of(wrong));
  }
}

TEST(ElfVersion, DebiansPythonTellsItsOwn) {
  const auto tree = io::Tree::open("/");
  ASSERT_TRUE(tree.has_value());

  const ElfVersion found = read_elf_version(*tree, "/usr/bin/python3");

  EXPECT_NE(found.machine, "");
  ASSERT_TRUE(found.version.starts_with("3.")) << found.version;
  EXPECT_TRUE(parse_version(found.version).has_value());
  EXPECT_EQ(read_elf_version(*tree, "/bin/sh").version, "");
  EXPECT_EQ(read_elf_version(*tree, "/dev/zero"), ElfVersion());
  EXPECT_EQ(read_elf_version(*tree, "/none"), ElfVersion());
}

}  // namespace
}  // namespace sparkwarden::probes::python
