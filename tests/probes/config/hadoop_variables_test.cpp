// SPDX-License-Identifier: Apache-2.0
// Variables where no JVM is at hand; what Hadoop itself makes of them: tests/ecosystem.
#include "probes/config/hadoop_variables.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

using State = Expansion::State;

Expansion expanded(const std::string& value, const std::string& others = "") {
  const HadoopXml xml = parse_hadoop_xml("<c>" + others + "</c>");
  return expand(value, HadoopValues(xml), unseen_jvm());
}

TEST(Variables, OfTheFileAreReplaced) {
  const Expansion expansion =
      expanded("${a}/x", "<property name='a' value='1'/><property name='a' value='2'/>");

  EXPECT_EQ(expansion.state, State::done);
  EXPECT_EQ(expansion.text, "2/x");
}

TEST(Variables, OfTheEnvironmentAreNotKnownHere) {
  EXPECT_EQ(expanded("${env.BUCKET}").state, State::unknown);
  EXPECT_EQ(expanded("${env.BUCKET:-lake}").state, State::unknown);
}

TEST(Variables, ThatJavaOrSparkSetAreNotKnownHere) {
  EXPECT_EQ(expanded("/tmp/hadoop-${user.name}").state, State::unknown);
  EXPECT_EQ(expanded("${spark.app.id}").variable, "spark.app.id");
}

TEST(Variables, ThatNobodySetsStayAndHideThoseBehindThem) {
  const Expansion expansion = expanded("${X}/${a}", "<property name='a' value='1'/>");

  EXPECT_EQ(expansion.state, State::stays);
  EXPECT_EQ(expansion.text, "${X}/${a}");
  EXPECT_EQ(expansion.variable, "X");
}

TEST(Variables, EndAfterTwentySubstitutions) {
  EXPECT_EQ(
      expanded("${a}", "<property name='a' value='${b}'/><property name='b' value='${a}'/>").state,
      State::too_deep);
}

TEST(Variables, ThatDoubleTwentyTimesAreBounded) {
  std::string others = "<property name='v0' value='" + std::string(1000, 'x') + "'/>";
  for (int i = 1; i <= 20; ++i) {
    const std::string before = "${v" + std::to_string(i - 1) + "}";
    others += "<property name='v" + std::to_string(i) + "' value='" + before + before + "'/>";
  }

  const Expansion expansion = expanded("${v20}", others);

  EXPECT_NE(expansion.state, State::done);
  EXPECT_LT(expansion.cost, 40U << 20);
}

}  // namespace
}  // namespace sparkwarden::probes::config
