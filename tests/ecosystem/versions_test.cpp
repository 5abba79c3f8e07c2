// SPDX-License-Identifier: Apache-2.0
// Which Spark the other tests of this folder ask.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/on_spark.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden {
namespace {

class Versions : public OnSpark {};

TEST_P(Versions, AreThoseThatWereFetched) {
  std::string fetched;
  std::ifstream(std::filesystem::path(SPARKWARDEN_SOURCE_DIR) / "build/ecosystem" / line() /
                "VERSION") >>
      fetched;

  const json::object about = ask({{"ask", "about"}});

  std::cout << "ran against PySpark " << at(about, "/spark").as_string().c_str() << ", Java "
            << at(about, "/java").as_string().c_str() << ", Hadoop "
            << at(about, "/hadoop").as_string().c_str() << ", kubernetes-client "
            << at(about, "/kubernetes_client").as_string().c_str() << std::endl;
  EXPECT_EQ(at(about, "/spark"), json::value(fetched));
  EXPECT_TRUE(fetched.starts_with(line() + "."));
}

INSTANTIATE_ON_SPARK(Versions);

/// What the harness promises to every other test.
class TheOracle : public OnSpark {};

TEST_P(TheOracle, AnswersAWrongQuestionAndGoesOn) {
  const json::object wrong = ask({{"ask", "nothing that it knows"}});
  const json::object right = ask({{"ask", "about"}});

  EXPECT_EQ(error(wrong), "java.lang.IllegalArgumentException: unknown question");
  EXPECT_EQ(error(right), "");
}

TEST_P(TheOracle, TakesMoreQuestionsThanAPipeHolds) {
  const std::vector<json::object> questions(
      2000, {{"ask", "properties"}, {"hex", tests::hex("spark.x " + std::string(100, 'x'))}});

  const auto answers = tests::spark(line()).ask_all(questions);

  EXPECT_EQ(at(answers.back(), "/properties/spark.x"), json::value(std::string(100, 'x')));
}

INSTANTIATE_ON_SPARK(TheOracle);

TEST(AnOracle, ThatIsSilentIsKilled) {
  std::string said;
  // A busy machine may need more than the first time to start a shell: then twice as long.
  for (std::chrono::seconds limit(1); said.empty() && limit < std::chrono::minutes(1); limit *= 2) {
    tests::Oracle silent(
        {"sh", "-c", "echo alive >&2; cat > /dev/null"}, {"PATH=/usr/bin:/bin"}, limit);

    EXPECT_THROW(static_cast<void>(silent.ask({{"ask", "about"}})), std::runtime_error);

    said = silent.errors();
    EXPECT_FALSE(silent.running());
    EXPECT_EQ(tests::count_children(), 0);
  }
  EXPECT_EQ(said, "alive\n");
}

TEST(AnOracle, ThatEndsTellsWhatItSaid) {
  tests::Oracle dying({"sh", "-c", "echo out of memory >&2; exit 3"}, {"PATH=/usr/bin:/bin"});

  try {
    static_cast<void>(dying.ask({{"ask", "about"}}));
    ADD_FAILURE() << "it answered";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("gave 0 of 1 answers"));
    EXPECT_THAT(error.what(), testing::HasSubstr("out of memory"));
  }
}

}  // namespace
}  // namespace sparkwarden
