// SPDX-License-Identifier: Apache-2.0
#include "probes/config/hadoop_xml.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

using Kind = XmlProblem::Kind;

std::string site(const std::string& inner) {
  return "<configuration>\n" + inner + "</configuration>\n";
}

HadoopProperty property(
    std::string name, Place name_at, std::string value, Place value_at, bool final = false) {
  return {{std::move(name), name_at}, {std::move(value), value_at}, final};
}

struct Case {
  const char* name;
  std::string text;
  std::vector<HadoopProperty> properties;
};

class XmlLoading : public testing::TestWithParam<Case> {};

TEST_P(XmlLoading, GivesNamesAndValuesWithTheirPlaces) {
  const Case& c = GetParam();

  const HadoopXml xml = parse_hadoop_xml(c.text);

  EXPECT_EQ(xml.properties, c.properties);
  EXPECT_EQ(xml.problem, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Properties,
    XmlLoading,
    testing::Values(
        Case{"Nested",
             site("<property><name> a.b </name><value> 1 </value></property>\n"),
             {property("a.b", {2, 18, 21}, " 1 ", {2, 37, 38})}},
        Case{"ShortForm",
             site("<property name=\"a\" value=\"&lt;1\" final=\"true\"/>\n"),
             {property("a", {2, 17, 18}, "<1", {2, 27, 32}, true)}},
        Case{"ValueOnItsOwnLine",
             site("<property><name>a</name><value>\n  1\n</value></property>\n"),
             {property("a", {2, 17, 18}, "\n  1\n", {3, 3, 4})}},
        Case{"Final",
             site("<property><name>a</name><value>1</value><final>true</final></property>\n"),
             {property("a", {2, 17, 18}, "1", {2, 32, 33}, true)}},
        Case{"FinalIsExactlyTrue",
             site("<property><name>a</name><value>1</value><final> TRUE </final></property>\n"),
             {property("a", {2, 17, 18}, "1", {2, 32, 33}, false)}},
        Case{"EmptyValueIsIgnored", site("<property><name>a</name><value/></property>\n"), {}},
        Case{"EmptyShortValueIsSet",
             site("<property name='a' value=''/>\n"),
             {property("a", {2, 17, 18}, "", {2, 27, 27})}},
        Case{"NamelessIsIgnored", site("<property><value>1</value></property>\n"), {}},
        Case{"ElementNamesAreCaseSensitive",
             site("<Property><name>a</name><value>1</value></Property>\n"),
             {}},
        Case{"UnknownElementsAreIgnored",
             site("<property><name>a</name><description>d</description><value>1</value></"
                  "property>\n"),
             {property("a", {2, 17, 18}, "1", {2, 60, 61})}},
        Case{"AnyRootWillDo",
             "<x><property name='a' value='1'/></x>",
             {property("a", {1, 20, 21}, "1", {1, 30, 31})}},
        Case{"CommentInsideValue",
             site("<property><name>a</name><value>1<!-- x -->2</value></property>\n"),
             {property("a", {2, 17, 18}, "12", {2, 32, 44})}},
        Case{"Cdata",
             site("<property><name>a</name><value><![CDATA[<b>]]></value></property>\n"),
             {property("a", {2, 17, 18}, "<b>", {2, 32, 47})}},
        Case{"DuplicatesStay",
             site("<property name='a' value='1'/>\n<property name='a' value='2'/>\n"),
             {property("a", {2, 17, 18}, "1", {2, 27, 28}),
              property("a", {3, 17, 18}, "2", {3, 27, 28})}},
        Case{"ByteOrderMark",
             "\xEF\xBB\xBF<c><property name='a' value='1'/></c>",
             {property("a", {1, 23, 24}, "1", {1, 33, 34})}},
        Case{"PlainDoctype", "<!DOCTYPE configuration>\n<configuration/>", {}}),
    by_name);

struct ProblemCase {
  const char* name;
  std::string text;
  XmlProblem problem;
};

class BadXml : public testing::TestWithParam<ProblemCase> {};

TEST_P(BadXml, TellsPlaceReasonAndHadoopsWords) {
  const ProblemCase& c = GetParam();

  const HadoopXml xml = parse_hadoop_xml(c.text);

  ASSERT_TRUE(xml.problem.has_value());
  EXPECT_EQ(*xml.problem, c.problem);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed,
    BadXml,
    testing::Values(
        ProblemCase{"HyphensInComment",
                    site("  <!-- one -- two -->\n"),
                    {Kind::malformed,
                     {2, 12, 14},
                     "`--` is not allowed inside a comment",
                     "String '--' not allowed in comment (missing '>'?)"}},
        ProblemCase{"CommentEndsInThreeHyphens",
                    site("<!-- one --->\n"),
                    {Kind::malformed,
                     {2, 10, 12},
                     "`--` is not allowed inside a comment",
                     "String '--' not allowed in comment (missing '>'?)"}},
        ProblemCase{"BareAmpersandInUrl",
                    site("<property name='a' value='x?a=1&b=2'/>\n"),
                    {Kind::malformed,
                     {2, 32, 34},
                     "a bare `&`; write &amp;",
                     "expected a semi-colon after the reference for entity 'b'"}},
        ProblemCase{"BareAmpersandInText",
                    site("research & development\n"),
                    {Kind::malformed, {2, 10, 11}, "a bare `&`; write &amp;", "(missing name?)"}},
        ProblemCase{"AmpersandBeforeADigit",
                    site("a&1\n"),
                    {Kind::malformed,
                     {2, 2, 3},
                     "a bare `&`; write &amp;",
                     "(expected a name start character)"}},
        ProblemCase{"NoVersionOfXml",
                    "<?xml version=\"10\"?>\n<configuration/>",
                    {Kind::malformed,
                     {1, 1, 21},
                     "XML has the versions 1.0 and 1.1 only",
                     "Invalid XML pseudo-attribute 'version' value '10'"}},
        ProblemCase{"CutOffInsideATag",
                    "<configuration>\n<property",
                    {Kind::malformed,
                     {2, 1, 2},
                     "a tag, comment or reference that never ends",
                     "WstxEOFException"}},
        ProblemCase{"ControlCharacter",
                    site("a\x01\n"),
                    {Kind::malformed,
                     {2, 2, 3},
                     "a control character, which XML does not allow",
                     "Illegal character ((CTRL-CHAR, code 1))"}},
        ProblemCase{"EndOfCdataInText",
                    site("a]]>\n"),
                    {Kind::malformed,
                     {2, 2, 5},
                     "`]]>` ends a CDATA section that was never opened",
                     "String ']]>' not allowed in textual content, except as the end marker of "
                     "CDATA section"}},
        ProblemCase{"ClosingTagWithMore",
                    site("<property></proper ty>\n"),
                    {Kind::malformed,
                     {2, 13, 19},
                     "</proper> closes <property>",
                     "Unexpected close tag </proper>; expected </property>."}},
        ProblemCase{
            "BareLessThan",
            site("a < b\n"),
            {Kind::malformed,
             {2, 4, 5},
             "a character that XML does not allow here (a bare `<`, or a control character)",
             "Unexpected character"}},
        ProblemCase{"WrongClosingTag",
                    site("<property><name>a</nme></property>\n"),
                    {Kind::malformed,
                     {2, 20, 23},
                     "</nme> closes <name>",
                     "Unexpected close tag </nme>; expected </name>."}},
        ProblemCase{"NeverClosed",
                    "<configuration>\n<property>\n",
                    {Kind::malformed,
                     {3, 1, 1},
                     "the element <property> is never closed",
                     "Unexpected EOF; was expecting a close tag for element <property>"}},
        ProblemCase{"BlankFile",
                    "\n \n",
                    {Kind::malformed,
                     {3, 1, 1},
                     "there is no element in the file",
                     "Unexpected EOF in prolog"}},
        ProblemCase{"LineBeforeDeclaration",
                    "\n<?xml version=\"1.0\"?>\n<configuration/>",
                    {Kind::malformed,
                     {2, 1, 2},
                     "something stands before `<?xml`, often a blank line or a space",
                     "Illegal processing instruction target (\"xml\"); xml (case insensitive) is "
                     "reserved by the specs."}},
        ProblemCase{"TwoRoots",
                    "<configuration/>\n<configuration/>",
                    {Kind::malformed,
                     {2, 1, 2},
                     "something follows the closing tag of the root element",
                     "Illegal to have multiple roots (start tag in epilog?)."}},
        ProblemCase{"TextAfterRoot",
                    "<configuration/>\nx",
                    {Kind::malformed,
                     {2, 1, 2},
                     "something follows the closing tag of the root element",
                     "Unexpected character 'x' (code 120) in epilog; expected '<'"}},
        ProblemCase{"UnknownEntity",
                    site("a&nbsp;b\n"),
                    {Kind::malformed,
                     {2, 2, 8},
                     "XML knows no entity &nbsp; (only &amp; &lt; &gt; &quot; &apos;)",
                     "Undeclared general entity \"nbsp\""}},
        ProblemCase{"InvalidUtf8",
                    site("caf\xE9\n"),
                    {Kind::malformed, {2, 4, 5}, "a byte that is not UTF-8", "Invalid UTF-8"}},
        ProblemCase{"UndeclaredPrefix",
                    site("<xi:include href='x'/>\n"),
                    {Kind::malformed,
                     {2, 1, 2},
                     "a namespace prefix that is not declared (`xi:` needs "
                     "xmlns:xi=\"http://www.w3.org/2001/XInclude\")",
                     "Undeclared namespace prefix"}},
        ProblemCase{"NotXmlAtAll",
                    "\n fs.defaultFS=s3a://x",
                    {Kind::malformed,
                     {2, 2, 3},
                     "text where only an element may stand",
                     "Unexpected character 'f' (code 102) in prolog; expected '<'"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Declined,
    BadXml,
    testing::Values(
        ProblemCase{"EntityDeclaration",
                    "<!DOCTYPE c [\n<!ENTITY a \"b\">\n]>\n<c>&a;</c>",
                    {Kind::declined,
                     {2, 12, 12},
                     "it declares XML entities, which this agent does not expand",
                     ""}},
        ProblemCase{
            "RareEncoding",
            "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<c/>",
            {Kind::declined, {1, 31, 32}, "its encoding is not supported by this agent", ""}}),
    by_name);

TEST(BadXml, KeepsWhatStandsBeforeTheProblem) {
  const HadoopXml xml = parse_hadoop_xml(site("<property name='a' value='1'/>\n&\n"));

  EXPECT_EQ(xml.properties, (std::vector{property("a", {2, 17, 18}, "1", {2, 27, 28})}));
  EXPECT_TRUE(xml.problem.has_value());
}

TEST(BadXml, NestingEndsWhereHadoopEndsIt) {
  std::string text;
  for (int i = 0; i < 1001; ++i) text += "<a>";

  const HadoopXml xml = parse_hadoop_xml(text);

  ASSERT_TRUE(xml.problem.has_value());
  EXPECT_EQ(xml.problem->words, "Maximum Element Depth limit (1000) Exceeded");
  EXPECT_EQ(xml.problem->at, (Place{1, 3001, 3004}));
}

TEST(BadXml, ExponentialEntitiesAreRefusedAtTheirDeclaration) {
  std::string text = "<!DOCTYPE c [<!ENTITY a0 \"x\">";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "&a" + std::to_string(i - 1) + ";";
    text += "<!ENTITY a" + std::to_string(i) + " \"" + before + before + "\">";
  }
  text += "]><c>&a39;</c>";

  const HadoopXml xml = parse_hadoop_xml(text);

  ASSERT_TRUE(xml.problem.has_value());
  EXPECT_EQ(xml.problem->kind, Kind::declined);
}

TEST(BadXml, StopsAtTheBoundOfProperties) {
  std::string text = "<c>";
  for (std::size_t i = 0; i <= kXmlPropertiesMax; ++i) text += "<property name='a' value='1'/>";

  const HadoopXml xml = parse_hadoop_xml(text + "</c>");

  EXPECT_EQ(xml.properties.size(), kXmlPropertiesMax);
  ASSERT_TRUE(xml.problem.has_value());
  EXPECT_EQ(xml.problem->kind, Kind::declined);
}

TEST(XmlIncludes, AreNotedAndTheirFallbackIsLeftOut) {
  const HadoopXml xml = parse_hadoop_xml(
      "<c xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='x'><xi:fallback>"
      "<property name='a' value='1'/></xi:fallback></xi:include><property name='b' "
      "value='2'/></c>");

  EXPECT_TRUE(xml.includes);
  EXPECT_EQ(xml.find("a"), nullptr);
  ASSERT_NE(xml.find("b"), nullptr);
}

TEST(XmlFind, LastPropertyIsInForce) {
  const HadoopXml xml =
      parse_hadoop_xml("<c><property name='a' value='1'/><property name='a' value='2'/></c>");

  EXPECT_EQ(xml.find("a")->value.text, "2");
}

TEST(XmlFind, FinalPropertyWithoutAValueKeepsLaterOnesOut) {
  const HadoopXml xml =
      parse_hadoop_xml("<c><property name='a' final='true'/><property name='a' value='2'/></c>");

  EXPECT_EQ(xml.find("a"), nullptr);
}

TEST(XmlFind, FinalPropertyCannotBeOverridden) {
  const HadoopXml xml = parse_hadoop_xml(
      "<c><property name='a' value='1' final='true'/><property name='a' value='2'/></c>");

  EXPECT_EQ(xml.find("a")->value.text, "1");
}

}  // namespace
}  // namespace sparkwarden::probes::config
