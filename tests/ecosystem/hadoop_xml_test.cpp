// SPDX-License-Identifier: Apache-2.0
// Hadoop's Configuration, and our parser beside it: docs/decisions/0018.
#include "probes/config/hadoop_xml.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/rules.hpp"
#include "tests/ecosystem/differences.hpp"
#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using probes::config::HadoopXml;
using probes::config::parse_hadoop_xml;
using probes::config::XmlProblem;
using testing::HasSubstr;

using Map = std::map<std::string, std::string>;

/// The unresolved values that Hadoop has.
Map loaded(const json::object& answer) {
  Map all;
  for (const auto& entry : answer.at("properties").as_object()) {
    all[std::string(entry.key())] = std::string(at(entry.value(), "/raw").as_string());
  }
  return all;
}

/// The values that we believe Hadoop has.
Map believed(const HadoopXml& xml) {
  Map all;
  for (const auto& property : xml.properties) {
    all[property.name.text] = xml.find(property.name.text)->value.text;
  }
  return all;
}

/// Question about files, loaded in their order.
json::object about(const std::vector<std::pair<std::string, std::string>>& files,
                   const json::object& set = {}) {
  json::object contents;
  json::array add;
  for (const auto& [name, text] : files) {
    contents[name] = tests::hex(text);
    add.emplace_back(name);
  }
  return {{"ask", "hadoop"}, {"files", contents}, {"add", add}, {"set", set}};
}

std::string site(const std::string& inner) {
  return "<configuration>" + inner + "</configuration>";
}

std::string property(const std::string& name, const std::string& value, const char* more = "") {
  return "<property><name>" + name + "</name><value>" + value + "</value>" + more + "</property>";
}

class Configuration : public OnSpark {};

TEST_P(Configuration, TakesTheLastValueUnlessAnEarlierOneIsFinal) {
  const char* final = "<final>true</final>";
  const json::object answer =
      ask(about({{"core-default.xml", site(property("a", "1") + property("b", "1"))},
                 {"core-site.xml",
                  site(property("a", "2", final) + property("a", "3") +
                       property("c", "1", "<final>TRUE</final>") + property("c", "2"))},
                 {"other.xml", site(property("a", "4"))}}));

  EXPECT_EQ(loaded(answer), (Map{{"a", "2"}, {"b", "1"}, {"c", "2"}}));
  EXPECT_EQ(at(answer, "/finals"), json::parse(R"(["a"])"));
  EXPECT_EQ(at(answer, "/properties/a/sources"), json::parse(R"(["core-site.xml"])"));
  EXPECT_EQ(logged(answer, "an attempt to override final parameter: a;  Ignoring."), 2);
}

TEST_P(Configuration, LetsCodeOverrideAFinalValue) {
  const json::object answer = ask(
      about({{"core-site.xml", site(property("a", "1", "<final>true</final>"))}}, {{"a", "2"}}));

  EXPECT_EQ(loaded(answer), (Map{{"a", "2"}}));
  EXPECT_EQ(at(answer, "/properties/a/sources"), json::parse(R"(["programmatically"])"));
}

TEST_P(Configuration, ResolvesVariablesWhenAskedAndLeavesUnknownOnes) {
  const json::object answer =
      ask(about({{"core-site.xml",
                  site(property("a", "x") + property("b", "${a}/${nobody}") +
                       property("c", "${env.NOBODY-default}") +
                       property("d", "${env.NOBODY:-default}") + property("e", "${e}") +
                       property("f", " x ") + property("g", "${h}") + property("h", "${g}"))}}));

  EXPECT_EQ(at(answer, "/properties/b/value"), json::value("x/${nobody}"));
  EXPECT_EQ(at(answer, "/properties/c/value"), json::value("default"));
  EXPECT_EQ(at(answer, "/properties/d/value"), json::value("default"));
  EXPECT_EQ(at(answer, "/properties/e/value"), json::value("${e}"));
  EXPECT_EQ(at(answer, "/properties/f/value"), json::value(" x "));
  EXPECT_THAT(at(answer, "/properties/g/error").as_string().c_str(),
              HasSubstr("Variable substitution depth too large: 20"));
}

TEST_P(Configuration, IncludesAFileBesideItAndFailsWithoutOne) {
  const std::string include =
      "<configuration xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include "
      "href=\"more.xml\"/>" +
      property("b", "1") + "</configuration>";

  json::object both = about({{"core-site.xml", include}});
  both["files"].as_object()["more.xml"] = tests::hex(site(property("a", "1")));

  EXPECT_EQ(loaded(ask(both)), (Map{{"a", "1"}, {"b", "1"}}));
  EXPECT_THAT(error(ask(about({{"core-site.xml", include}}))),
              HasSubstr("Fetch fail on include for 'more.xml' with no fallback"));
}

TEST_P(Configuration, RefusesWhatIsNotWellFormedAndIgnoresWhatIsAbsent) {
  const json::object hyphens = ask(about({{"core-site.xml", site("<!-- a -- b -->")}}));
  json::object absent = about({});
  absent["add"] = json::array{"core-site.xml"};

  EXPECT_THAT(error(hyphens),
              AllOf(HasSubstr("org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxParsingException: "
                              "String '--' not allowed in comment (missing '>'?)"),
                    HasSubstr("at [row,col,system-id]: [1,")));
  EXPECT_EQ(logged(hyphens, "error parsing conf"), 1);
  EXPECT_EQ(error(ask(absent)), "");
  EXPECT_EQ(loaded(ask(absent)), Map{});
}

INSTANTIATE_ON_SPARK(Configuration);

class BlanksInHadoopXml : public OnSpark {
 protected:
  /// What is thrown when the key is used with this value; empty for nothing.
  [[nodiscard]] static std::string using_it(const std::string& key, const std::string& value) {
    json::object question = about({{"core-site.xml", site(property(key, value))}});
    question["use"] = key;
    return error(ask(question));
  }
  [[nodiscard]] static std::vector<Finding> found_in(const std::string& key,
                                                     const std::string& value) {
    return probes::config::judge(probes::config::CoreSiteFile{
                                     "core-site.xml", parse_hadoop_xml(site(property(key, value)))})
        .findings;
  }
};

TEST_P(BlanksInHadoopXml, BreakTheKeysThatAreReported) {
  struct Case {
    std::string key;
    std::string value;
    std::string says;
  };
  for (const auto& [key, value, says] :
       {Case{"hadoop.security.authentication",
             "simple",
             "Invalid attribute value for hadoop.security.authentication of"},
        Case{"hadoop.security.credential.provider.path",
             "localjceks://file/none.jceks",
             "Illegal character in"}}) {
    EXPECT_EQ(using_it(key, value), "") << key;
    for (const std::string& wrong : {" " + value, value + " ", "\n  " + value + "\n"}) {
      EXPECT_THAT(using_it(key, wrong), HasSubstr(says)) << key;
      EXPECT_EQ(found_in(key, wrong).size(), 1) << key;
    }
    EXPECT_EQ(found_in(key, value).size(), 0) << key;
  }
}

TEST_P(BlanksInHadoopXml, BreakTheAddressesOfAMetastoreAtItsCommasToo) {
  for (const char* uris : {" thrift://127.0.0.1:1",
                           "thrift://127.0.0.1:1\n",
                           "thrift://127.0.0.1:1, thrift://[::1]:1"}) {
    EXPECT_THAT(using_it("hive.metastore.uris", uris), HasSubstr("java.net.URISyntaxException"))
        << uris;
    EXPECT_EQ(found_in("hive.metastore.uris", uris).size(), 1) << uris;
  }
}

TEST_P(BlanksInHadoopXml, BreakTheDefaultFileSystemOfTheOlderRelease) {
  for (const std::string key : {"fs.defaultFS", "fs.default.name"}) {
    EXPECT_EQ(using_it(key, "file:///"), "");
    const std::string said = using_it(key, "\n  file:///\n");
    EXPECT_EQ(said.find("Illegal character in scheme name") != std::string::npos, is_3()) << said;
    ASSERT_EQ(found_in(key, "\n  file:///\n").size(), 1);
  }
}

INSTANTIATE_ON_SPARK(BlanksInHadoopXml);

class XmlFile : public OnSpark {};

/// A file that could be one of ours, before anybody misspells it.
std::string well_formed(Choices& choose) {
  const auto text = [&]() -> std::string {
    std::string all;
    for (std::size_t left = choose.below(4); left > 0; --left) {
      all += choose.of({"a",
                        "b",
                        "1",
                        " ",
                        "\n",
                        "\t",
                        "\r\n",
                        "&lt;",
                        "&#65;",
                        "&amp;",
                        "<![CDATA[<x>]]>",
                        "<!-- c -->",
                        "<i/>",
                        "<i>t</i>",
                        "\xC3\xA9",
                        "${a}",
                        "true",
                        "&quot;",
                        "<?pi x?>"});
    }
    return all;
  };
  const auto name = [&] { return std::string(choose.of({"a", "b", " a ", "\na", "c"})); };
  const auto child = [&]() -> std::string {
    switch (choose.below(9)) {
      case 0:
      case 1:
        return "<name>" + name() + "</name>";
      case 2:
      case 3:
        return "<value>" + text() + "</value>";
      case 4:
        return "<final>" + std::string(choose.of({"true", "false", "TRUE", " true ", ""})) +
               "</final>";
      case 5:
        return std::string(choose.of({"<source>s</source>",
                                      "<tag>t</tag>",
                                      "<Name>b</Name>",
                                      "<description>d</description>"}));
      case 6:
        return std::string(choose.of({"<value/>", "<name/>", "<final/>", "\n  ", "junk"}));
      default:
        return "<name>" + name() + "</name><value>" + text() + "</value>";
    }
  };
  const auto entry = [&]() -> std::string {
    if (choose.one_in(12))
      return std::string(choose.of({"<configuration>", "<x>", "<y>"})).substr(0, 0) + text();
    std::string attributes;
    if (choose.one_in(4)) attributes += " name=\"" + name() + "\"";
    if (choose.one_in(4))
      attributes += choose.of({" value='1'", " value=''", " value=\"&lt;\n2\""});
    if (choose.one_in(6))
      attributes += choose.of({" final='true'", " final='false'", " other='x'"});
    std::string inner;
    for (std::size_t left = choose.below(4); left > 0; --left) inner += child();
    std::string all = "<property" + attributes + ">" + inner + "</property>";
    if (choose.one_in(10)) all = "<configuration>" + all + "</configuration>";
    if (choose.one_in(15)) all = "<property><name>o</name>" + all + "</property>";
    return all;
  };
  std::string all;
  if (choose.one_in(4)) {
    all += choose.of({"<?xml version=\"1.0\"?>",
                      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                      "\xEF\xBB\xBF",
                      "<!-- c -->\n"});
  }
  all += "<configuration>";
  for (std::size_t left = choose.below(5); left > 0; --left)
    all += entry() + std::string(choose.of({"", "\n"}));
  return all + "</configuration>" + std::string(choose.of({"", "\n", "<!-- end -->"}));
}

/// The same with a mistake, of those that hands and editors make.
std::string misspelt(Choices& choose, std::string text) {
  const std::size_t at = choose.below(text.size());
  switch (choose.below(4)) {
    case 0:
      text.erase(at, 1 + choose.below(3));
      break;
    case 1:
      text.resize(at);
      break;
    case 2:
      text.insert(at,
                  choose.of({"<",
                             ">",
                             "&",
                             "\"",
                             "--",
                             "]]>",
                             "<!-- a -- b -->",
                             "</value>",
                             "<value>",
                             "&nbsp;",
                             "&b=1",
                             "\xFC",
                             "\x01",
                             "=",
                             "/",
                             "<!DOCTYPE x>",
                             "<?xml version='1.0'?>"}));
      break;
    default:
      text.insert(at, text.substr(choose.below(text.size()), 1 + choose.below(8)));
  }
  return text;
}

TEST_P(XmlFile, AndOursDifferInNothingThatWeDoNotDecline) {
  Choices choose(20261126);
  std::vector<std::string> files;
  std::vector<json::object> questions;
  while (files.size() < 10000) {
    std::string text = well_formed(choose);
    if (choose.one_in(3)) text = misspelt(choose, std::move(text));
    // Hadoop's parser takes a control character there for a blank, against XML 1.0.
    if (text.substr(0, text.find("?>")).find('\x01') != std::string::npos &&
        text.starts_with("<?xml")) {
      continue;
    }
    questions.push_back(about({{"core-site.xml", text}}));
    files.push_back(std::move(text));
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  int refused = 0;
  int declined = 0;
  int other_words = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    SCOPED_TRACE(testing::PrintToString(files[i]));
    const HadoopXml xml = parse_hadoop_xml(files[i]);
    if (xml.problem && xml.problem->kind == XmlProblem::Kind::declined) {
      ++declined;
      continue;
    }
    const std::string refusal = error(answers[i]);
    refused += refusal.empty() ? 0 : 1;
    EXPECT_EQ(xml.problem.has_value(), !refusal.empty())
        << refusal << " | " << (xml.problem ? xml.problem->words : "");
    if (xml.problem) {
      other_words += refusal.find(xml.problem->words) == std::string::npos ? 1 : 0;
    } else if (refusal.empty()) {
      EXPECT_EQ(believed(xml), loaded(answers[i]));
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(declined, 300);
  // The words that we print beside our own reason are Hadoop's, but for one mistake in thirty,
  // where the two parsers stop at different places of the same tag.
  EXPECT_LT(other_words * 30, refused) << other_words << " of " << refused;
}

INSTANTIATE_ON_SPARK(XmlFile);

}  // namespace
}  // namespace sparkwarden
