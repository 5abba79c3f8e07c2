// SPDX-License-Identifier: Apache-2.0
// Hadoop's variables, includes and several resources, and ours beside them:
// docs/decisions/0018 and 0042.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/hadoop_includes.hpp"
#include "probes/config/hadoop_variables.hpp"
#include "tests/ecosystem/differences.hpp"
#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using namespace probes::config;
using testing::HasSubstr;

using Map = std::map<std::string, std::string>;
using Files = std::map<std::string, std::string>;

json::object about(const Files& files) {
  json::object contents;
  for (const auto& [name, text] : files) contents[name] = tests::hex(text);
  return {{"ask", "hadoop"}, {"files", contents}, {"add", json::array{"core-site.xml"}}};
}

std::string site(const std::string& inner) {
  return "<configuration xmlns:xi='http://www.w3.org/2001/XInclude'>" + inner + "</configuration>";
}

std::string property(const std::string& name, const std::string& value) {
  return "<property><name>" + name + "</name><value>" + value + "</value></property>";
}

/// What Hadoop has for each key: its value, or that it throws.
Map loaded(const json::object& answer) {
  Map all;
  if (const std::string refusal = error(answer); !refusal.empty()) return {{"", "refused"}};
  for (const auto& entry : answer.at("properties").as_object()) {
    const json::value value = at(entry.value(), "/value");
    all[std::string(entry.key())] =
        value.is_string() ? std::string(value.get_string()) : "(throws)";
  }
  return all;
}

/// The JVM of the oracle.
Surroundings oracles_jvm() {
  return {.environment =
              [](std::string_view name) {
                if (name == "LANG")
                  return Variable{.state = Variable::State::set, .value = "C.UTF-8"};
                return Variable{.state = Variable::State::unset};
              },
          .system_property =
              [](std::string_view) { return Variable{.state = Variable::State::unset}; }};
}

/// What we believe that Hadoop has.
Map believed(const Files& files) {
  HadoopXml xml = parse_hadoop_xml(files.at("core-site.xml"));
  if (xml.problem) return {{"", "refused"}};
  const auto read = [&](const std::string& href) -> Included {
    const auto file = files.find(href);
    if (file == files.end()) return {.state = Included::State::missing};
    return {.state = Included::State::read, .path = href, .xml = parse_hadoop_xml(file->second)};
  };
  Settled settled = settle(xml.steps, read);
  if (!settled.troubles.empty()) return {{"", "refused"}};
  xml.properties = std::move(settled.properties);
  const HadoopValues values(xml);
  Map all;
  for (const HadoopProperty& each : xml.properties) {
    const Expansion expansion =
        expand(values.find(each.name.text)->value.text, values, oracles_jvm());
    all[each.name.text] =
        expansion.state == Expansion::State::too_deep ? "(throws)" : expansion.text;
  }
  return all;
}

class Resolution : public OnSpark {
 protected:
  static void expect_alike(const Files& files, const Map& expected) {
    EXPECT_EQ(loaded(ask(about(files))), expected);
    EXPECT_EQ(believed(files), expected);
  }
};

TEST_P(Resolution, OfVariablesIsHadoops) {
  std::string chain;
  for (int i = 0; i < 19; ++i) {
    chain += property("n" + std::to_string(i), "${n" + std::to_string(i + 1) + "}");
  }
  expect_alike({{"core-site.xml",
                 site(property("a", "${env.LANG}") + property("b", "${env.NOBODY-x}") +
                      property("c", "${env.NOBODY:-}") + property("d", "${nobody}/${env.LANG}") +
                      property("e", "${e}") + property("f", "${g}") + property("g", "${f}") +
                      property("h", "<![CDATA[${ x } {a} $${a} ${a${a}}]]>"))}},
               {{"a", "C.UTF-8"},
                {"b", "x"},
                {"c", ""},
                {"d", "${nobody}/${env.LANG}"},
                {"e", "${e}"},
                {"f", "(throws)"},
                {"g", "(throws)"},
                {"h", "${ x } {a} $C.UTF-8 ${aC.UTF-8}"}});
  const std::string twenty = site(chain + property("n19", "end"));
  EXPECT_EQ(believed({{"core-site.xml", twenty}}), loaded(ask(about({{"core-site.xml", twenty}}))));
}

TEST_P(Resolution, OfIncludesIsRelativeToTheOutermostFile) {
  const std::string include = "<xi:include href='sub/deep.xml'/>";
  expect_alike({{"core-site.xml", site(include + property("b", "1"))},
                {"sub/deep.xml", site("<xi:include href='x.xml'/>" + property("a", "deep"))},
                {"x.xml", site(property("x", "beside the outermost"))},
                {"sub/x.xml", site(property("x", "beside the inner"))}},
               {{"a", "deep"}, {"b", "1"}, {"x", "beside the outermost"}});
}

TEST_P(Resolution, OfAnIncludeWithFallback) {
  const std::string with_fallback = "<xi:include href='more.xml'><xi:fallback>" +
                                    property("a", "fallback") + "</xi:fallback></xi:include>";
  expect_alike({{"core-site.xml", site(with_fallback)}}, {{"a", "fallback"}});
  expect_alike({{"core-site.xml", site(with_fallback)}, {"more.xml", site(property("a", "more"))}},
               {{"a", "more"}});
}

TEST_P(Resolution, FailsWithAnIncludedFileThatIsMissingMalformedOrGoesInACircle) {
  const std::string include = "<xi:include href='more.xml'/>";
  const Map refused{{"", "refused"}};
  expect_alike({{"core-site.xml", site(include)}}, refused);
  expect_alike({{"core-site.xml", site(include)}, {"more.xml", "<c>&</c>"}}, refused);

  const Files circle{{"core-site.xml", site(include)}, {"more.xml", site(include)}};
  EXPECT_THAT(error(ask(about(circle))), HasSubstr("StackOverflowError"));
  EXPECT_EQ(believed(circle), refused);
}

/// A set of files whose values speak of one another.
Files generated(Choices& choose) {
  const auto value = [&] {
    std::string all;
    for (std::size_t left = 1 + choose.below(4); left > 0; --left) {
      all += choose.of({"${a}",
                        "${b}",
                        "${c}",
                        "${d}",
                        "${env.LANG}",
                        "${env.NOBODY}",
                        "${env.NOBODY-d}",
                        "${env.LANG:-d}",
                        "${env.NOBODY:-${a}}",
                        "${env.}",
                        "${env.X:-}",
                        "${",
                        "$",
                        "{",
                        "}",
                        "${}",
                        "${ a}",
                        "${a ",
                        "x",
                        " ",
                        "$${a}",
                        "${a$",
                        "{a}",
                        "${${a}}",
                        "plain",
                        "\n",
                        "${env.N-a-b}"});
    }
    return all;
  };
  const auto properties = [&] {
    std::string all;
    for (std::size_t left = choose.below(5); left > 0; --left) {
      const std::string name(choose.of({"a", "b", "c", "d"}));
      const std::string final(choose.one_in(6) ? "<final>true</final>" : "");
      const std::string text = choose.one_in(8) ? std::string() : "<value>" + value() + "</value>";
      all += "<property><name>" + name + "</name>" + text + final + "</property>";
    }
    return all;
  };
  const auto include = [&](std::initializer_list<std::string_view> hrefs) {
    const std::string attribute =
        choose.one_in(10) ? "" : " href='" + std::string(choose.of(hrefs)) + "'";
    std::string inner;
    if (choose.one_in(3)) inner += properties();
    if (choose.one_in(2)) inner += "<xi:fallback>" + properties() + "</xi:fallback>";
    return "<xi:include" + attribute + ">" + inner + "</xi:include>";
  };
  Files files;
  // Only forwards, so that nothing goes in a circle.
  files["core-site.xml"] =
      site(properties() + (choose.one_in(2) ? include({"one.xml", "two.xml", "none.xml"}) : "") +
           properties());
  if (!choose.one_in(5))
    files["one.xml"] =
        site(properties() + (choose.one_in(3) ? include({"two.xml", "gone.xml"}) : ""));
  if (!choose.one_in(5)) files["two.xml"] = site(properties());
  return files;
}

TEST_P(Resolution, AndOursDifferInNothing) {
  Choices choose(20261127);
  std::vector<Files> all;
  std::vector<json::object> questions;
  while (all.size() < 4000) {
    all.push_back(generated(choose));
    questions.push_back(about(all.back()));
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  int refused = 0;
  int throws = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Map expected = loaded(answers[i]);
    refused += expected.contains("") ? 1 : 0;
    for (const auto& [name, value] : expected) throws += value == "(throws)" ? 1 : 0;
    ASSERT_EQ(believed(all[i]), expected) << testing::PrintToString(all[i]);
  }
  EXPECT_GT(refused, 100);
  EXPECT_LT(refused, 2000);
  EXPECT_GT(throws, 100);
}

INSTANTIATE_ON_SPARK(Resolution);

}  // namespace
}  // namespace sparkwarden
