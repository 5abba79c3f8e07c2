// SPDX-License-Identifier: Apache-2.0
// The house rules as ordinary tests: who may include whom, and that whatever is public is
// documented, tested and in the example settings.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/commands/code_table.hpp"
#include "agent/commands/finding_pages.hpp"
#include "agent/commands/setup.hpp"
#include "exporters/prometheus/metrics.hpp"
#include "probes/registry.hpp"

namespace sparkwarden {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kRoot = SPARKWARDEN_SOURCE_DIR;

struct Source {
  std::string path;  // from the root, as includes spell it
  std::string text;
};

std::string read(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Source> sources_under(std::initializer_list<const char*> folders) {
  std::vector<Source> all;
  for (const char* folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      all.push_back({fs::relative(entry.path(), kRoot).string(), read(entry.path())});
    }
  }
  return all;
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> all;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
    all.push_back((*it)[1]);
  }
  return all;
}

/// agent/core, probes/storage, exporters, ...: the unit of the include rules.
std::string layer_of(const std::string& path) {
  const auto folder = [&](int depth) {
    std::size_t end = 0;
    for (int i = 0; i < depth && end != std::string::npos; ++i) end = path.find('/', end + 1);
    return path.substr(0, end);
  };
  if (path.starts_with("agent/main")) return "agent/commands";
  if (path.starts_with("probes/registry")) return "probes";
  if (path.starts_with("exporters/")) return "exporters";
  return folder(2);
}

bool may_include(const std::string& from, const std::string& to) {
  if (from == to || from == "agent/commands") return true;
  static const std::map<std::string, std::set<std::string>> kAllowed{
      {"agent/core", {}},
      {"agent/io", {"agent/core"}},
      {"agent/config", {"agent/core"}},
      {"agent/runtime", {"agent/core", "agent/io", "agent/config"}},
      {"agent/lint", {"agent/core", "agent/io", "agent/config", "probes/config"}},
      {"exporters", {"agent/core"}},
  };
  if (from == "probes") return to != "agent/runtime" && to != "agent/commands" && to != "exporters";
  if (from.starts_with("probes/")) {
    return to == "agent/core" || to == "agent/io" || to == "agent/config";
  }
  const auto row = kAllowed.find(from);
  return row != kAllowed.end() && row->second.contains(to);
}

TEST(House, IncludesPointOneWay) {
  std::vector<std::string> wrong;
  for (const Source& source : sources_under({"agent", "probes", "exporters"})) {
    for (const std::string& included : matches(source.text, "#include \"([^\"]+)\"")) {
      if (!may_include(layer_of(source.path), layer_of(included))) {
        wrong.push_back(source.path + " includes " + included);
      }
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
}

TEST(House, TheIncludeRulesRefuseWhatTheyShould) {
  EXPECT_FALSE(may_include("agent/core", "agent/io"));
  EXPECT_FALSE(may_include("probes/storage", "probes/config"));
  EXPECT_FALSE(may_include("probes/storage", "agent/runtime"));
  EXPECT_FALSE(may_include("exporters", "agent/config"));
  EXPECT_FALSE(may_include("agent/runtime", "exporters"));
  EXPECT_FALSE(may_include("agent/lint", "probes/storage"));
  EXPECT_FALSE(may_include("probes/config", "agent/lint"));
  EXPECT_EQ(layer_of("probes/storage/rules.cpp"), "probes/storage");
  EXPECT_EQ(layer_of("exporters/health/health.cpp"), "exporters");
}

TEST(House, LibrariesStopAtTheirFolder) {
  const std::vector<std::pair<std::string, std::string>> homes{
      {"<nfsc/", "probes/storage/wire_"},
      {"<expat.h>", "probes/config/"},
      {"<yaml-cpp/", "agent/config/yaml_tree.cpp"},
      {"<boost/beast", "agent/io/http_"},
      {"<prometheus/", "exporters/prometheus/"},
      {"<spdlog/", "agent/commands/"},
      {"<CLI/", "agent/commands/"},
      {"<openssl/", "agent/core/manifest.cpp"},
  };
  std::vector<std::string> wrong;
  for (const Source& source : sources_under({"agent", "probes", "exporters"})) {
    for (const auto& [library, home] : homes) {
      if (source.text.find("#include " + library) != std::string::npos &&
          !source.path.starts_with(home)) {
        wrong.push_back(source.path + " includes " + library);
      }
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
}

/// What stands in the parentheses of every if, while and switch.
std::vector<std::string> conditions(const std::string& text) {
  std::vector<std::string> all;
  const std::regex keyword("\\b(?:if|while|switch) \\(");
  for (std::sregex_iterator it(text.begin(), text.end(), keyword), end; it != end; ++it) {
    const auto begin = static_cast<std::size_t>(it->position() + it->length());
    std::size_t at = begin;
    for (int open = 1; at < text.size() && open > 0; ++at) {
      if (text[at] == '(') ++open;
      if (text[at] == ')') --open;
    }
    all.push_back(text.substr(begin, at - begin - 1));
  }
  return all;
}

TEST(House, NoConditionAwaits) {
  // GCC 12 lays out the frame of a coroutine with `if (!co_await f())` differently in its two
  // halves: it compiles, and crashes at run time (docs/decisions/0003-coroutines-with-gcc-12.md).
  std::vector<std::string> wrong;
  for (const Source& source : sources_under({"agent", "probes", "exporters", "tests"})) {
    if (source.path == "tests/tidy_test.cpp") continue;
    for (const std::string& condition : conditions(source.text)) {
      if (condition.find("co_await") != std::string::npos)
        wrong.push_back(source.path + ": " + condition);
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
}

TEST(House, EveryFileBeginsWithItsLicence) {
  std::vector<std::string> wrong;
  for (const Source& source : sources_under({"agent", "probes", "exporters", "tests"})) {
    if (!source.text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) {
      wrong.push_back(source.path);
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Registry, EveryProbeFolderHasItsRowAndItsFiles) {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(kRoot / "probes")) {
    if (entry.is_directory()) folders.insert(entry.path().filename());
  }
  std::set<std::string> rows;
  for (const probes::ProbeRow& row : probes::registry()) rows.insert(std::string(row.name));

  EXPECT_EQ(folders, rows);
  for (const std::string& folder : folders) {
    for (const char* file : {"README.md",
                             "settings.hpp",
                             "codes.hpp",
                             "measures.hpp",
                             "rules.hpp",
                             "probe.hpp",
                             "CMakeLists.txt"}) {
      EXPECT_TRUE(fs::exists(kRoot / "probes" / folder / file)) << folder << "/" << file;
    }
  }
}

TEST(Registry, AProbeStandsBeforeThoseItWakes) {
  std::set<std::string_view> seen;
  for (const probes::ProbeRow& row : probes::registry()) {
    for (const std::string_view woken : row.wakes) {
      EXPECT_FALSE(seen.contains(woken)) << row.name << " wakes " << woken;
    }
    seen.insert(row.name);
  }
}

TEST(Codes, AreUniqueAndBelongToTheirProbesAreas) {
  const std::map<std::string, std::set<std::string>> areas{
      {"peers", {"peer"}},
      {"config", {"config", "template", "zeppelin"}},
      {"storage", {"nfs", "mount", "storage"}},
      {"python", {"python"}},
      {"runtime", {"runtime"}},
  };
  std::set<std::string_view> seen;
  for (const Code& row : commands::all_codes())
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
  for (const probes::ProbeRow& probe : probes::registry()) {
    for (const Code& row : probe.codes) {
      const std::string area(row.code.substr(0, row.code.find('.')));
      EXPECT_TRUE(areas.at(std::string(probe.name)).contains(area)) << row.code;
      EXPECT_EQ(std::ranges::count(row.code, '.'), 2) << row.code << " is not area.subject.problem";
    }
  }
}

TEST(Codes, FindingsHaveAnEffectAndAFix) {
  std::vector<std::string> wrong;
  for (const Code& row : commands::all_codes()) {
    const bool told =
        !row.meaning.empty() && (!row.severity || (!row.effect.empty() && !row.fix.empty()));
    if (!told) wrong.emplace_back(row.code);
  }

  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Codes, EachHasASectionAndNoSectionIsWithoutACode) {
  std::set<std::string> codes;
  for (const Code& row : commands::all_codes()) codes.insert(std::string(row.code));
  std::set<std::string> sections;
  for (const std::string_view page : commands::finding_pages()) {
    for (const std::string& heading : matches(std::string(page), "(?:^|\n)## ([a-z0-9.-]+)\n")) {
      sections.insert(heading);
    }
  }

  EXPECT_EQ(sections, codes);
}

TEST(Codes, OfFilesShowABadAndAGoodExample) {
  std::vector<std::string> wrong;
  for (const Code& row : commands::all_codes()) {
    const std::string area(row.code.substr(0, row.code.find('.')));
    if (area != "config" && area != "template" && area != "zeppelin" && area != "lint") continue;
    const std::string_view section = commands::page_section(row.code);
    const bool both = section.find("\nBad:") != std::string_view::npos &&
                      section.find("\nGood:") != std::string_view::npos;
    if (!both) wrong.emplace_back(row.code);
  }

  EXPECT_THAT(wrong, IsEmpty());
}

/// The constant of each code, from the tables' text: tests may use either.
std::map<std::string, std::string> constants() {
  std::map<std::string, std::string> names;
  const std::regex row("constexpr Code (k\\w+)\\{\\s*\"([a-z0-9.-]+)\"");
  for (const Source& source : sources_under({"agent/core", "agent/lint", "probes"})) {
    for (std::sregex_iterator it(source.text.begin(), source.text.end(), row), end; it != end;
         ++it) {
      names[(*it)[2]] = (*it)[1];
    }
  }
  return names;
}

/// Every constant and every string literal that is a code, in the tests' text.
std::set<std::string> words_of_tests() {
  std::set<std::string> words;
  for (const Source& source : sources_under({"tests"})) {
    if (source.path == "tests/tidy_test.cpp") continue;
    for (const std::string& word : matches(source.text, "\\b(k[A-Z]\\w+)\\b")) words.insert(word);
    for (const std::string& word : matches(source.text, "\"[?]?([a-z-]+\\.[a-z-]+\\.[a-z-]+)\"")) {
      words.insert(word);
    }
  }
  return words;
}

TEST(Codes, EachIsProducedByATest) {
  const std::set<std::string> tested = words_of_tests();
  const std::map<std::string, std::string> names = constants();
  std::vector<std::string> untested;
  for (const Code& row : commands::all_codes()) {
    const std::string code(row.code);
    const auto name = names.find(code);
    const bool named = name != names.end() && tested.contains(name->second);
    if (!named && !tested.contains(code)) untested.push_back(code);
  }

  EXPECT_THAT(untested, IsEmpty());
}

std::set<std::string> metric_names() {
  std::set<std::string> names;
  for (const MeasureSpec* spec : exporters::own_families()) names.insert(std::string(spec->name));
  for (const probes::ProbeRow& row : probes::registry()) {
    for (const MeasureSpec* spec : row.measures) names.insert(std::string(spec->name));
  }
  return names;
}

TEST(Metrics, EachIsDocumentedAndNothingElse) {
  const std::string page = read(kRoot / "docs/metrics.md");
  const std::vector<std::string> headings = matches(page, "(?:^|\n)### `([a-z_]+)`");

  EXPECT_EQ(std::set<std::string>(headings.begin(), headings.end()), metric_names());
}

settings::Loaded load_example(const std::string& text) {
  std::vector<settings::ProbeSlot> slots;
  for (const probes::ProbeRow& row : probes::registry()) {
    slots.push_back({std::string(row.name), row.defaults, row.make_settings()});
  }
  return settings::load(text,
                        {.file = {}, .file_name = "agent.yaml", .environment = {}, .flags = {}},
                        std::move(slots));
}

TEST(Examples, AgentYamlHasEveryKeyWithItsDefault) {
  const settings::Loaded example = load_example(read(kRoot / "configs/agent/agent.yaml"));
  const settings::Loaded defaults = load_example("");

  EXPECT_THAT(example.problems, IsEmpty());
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < defaults.config.effective.size(); ++i) {
    const settings::Effective& shown = example.config.effective.at(i);
    const settings::Effective& wanted = defaults.config.effective.at(i);
    if (shown.origin == "default") wrong.push_back(shown.key + " is missing");
    if (shown.value != wanted.value) {
      wrong.push_back(shown.key + " is " + shown.value + ", the default is " + wanted.value);
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Examples, MinimalYamlAndThePlainConfigMapAreValid) {
  EXPECT_THAT(load_example(read(kRoot / "configs/agent/minimal.yaml")).problems, IsEmpty());

  const auto config_map = yaml::parse(read(kRoot / "charts/plain/configmap.yaml"));
  ASSERT_TRUE(config_map.has_value());
  const yaml::Node* inner = config_map->documents.at(0).find({"data", "agent.yaml"});
  ASSERT_NE(inner, nullptr);
  EXPECT_THAT(load_example(inner->text).problems, IsEmpty());
}

TEST(Documents, TheTableOfFaultsNamesCodesAndTestsThatExist) {
  const std::string page = read(kRoot / "docs/storage-faults.md");
  std::set<std::string_view> codes;
  for (const Code& row : commands::all_codes()) codes.insert(row.code);
  std::string tests;
  for (const Source& source : sources_under({"tests"})) tests += source.text;
  std::vector<std::string> wrong;
  for (const std::string& code : matches(page, "`([a-z]+\\.[a-z-]+\\.[a-z-]+)`")) {
    if (!codes.contains(code)) wrong.push_back(code);
  }
  for (const std::string& test : matches(page, "`([A-Z]\\w+\\.[A-Z]\\w+)`")) {
    const std::size_t dot = test.find('.');
    if (tests.find("(" + test.substr(0, dot) + ", " + test.substr(dot + 1) + ")") ==
        std::string::npos) {
      wrong.push_back(test);
    }
  }

  EXPECT_THAT(wrong, IsEmpty());
}

// Of what happens over the wire. A row that is one version's says so.
TEST(Documents, TheTableOfFaultsHasEachForBothVersionsOrNamesTheOneThatHasIt) {
  const std::string page = read(kRoot / "docs/storage-faults.md");
  const std::set<std::string> both{"FaultMatrix", "FaultWords", "ServerSignals", "Soak"};
  std::istringstream lines(page.substr(0, page.find("## Through the mount")));
  std::vector<std::string> wrong;
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> suites = matches(line, "`([A-Z]\\w+)\\.[A-Z]\\w+`");
    if (!line.starts_with("| ") || suites.empty()) continue;
    ++rows;
    const bool one = line.find("(version ") != std::string::npos;
    for (const std::string& suite : suites) {
      if (!one && !both.contains(suite)) wrong.push_back(line);
    }
  }

  EXPECT_GT(rows, 40U);
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Documents, NameNoFileThatIsNotThere) {
  std::vector<std::string> broken;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot)) {
    const std::string path = fs::relative(entry.path(), kRoot).string();
    if (path.starts_with("build/") || path.starts_with(".") || entry.path().extension() != ".md")
      continue;
    for (const std::string& target : matches(read(entry.path()), "\\]\\(([^)#:]+)\\)")) {
      if (!fs::exists(entry.path().parent_path() / target))
        broken.push_back(path + " -> " + target);
    }
  }

  EXPECT_THAT(broken, IsEmpty());
}

}  // namespace
}  // namespace sparkwarden
