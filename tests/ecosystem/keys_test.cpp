// SPDX-License-Identifier: Apache-2.0
// The table of Spark's keys beside Spark itself, and what we say of values beside what its own
// converters do with them: docs/decisions/0041.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/native_volumes.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_keys.hpp"
#include "probes/config/spark_values.hpp"
#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using namespace probes::config;
using testing::HasSubstr;
using testing::IsEmpty;

class Keys : public OnSpark {
 protected:
  [[nodiscard]] static bool has(const SparkKey& key) { return is_3() ? key.in_3 : key.in_4; }
  /// Asked once: it reads some hundred megabytes of class files.
  [[nodiscard]] static const json::object& all() {
    static std::map<std::string, json::object> answers;
    const auto [answer, fresh] = answers.try_emplace(line());
    if (fresh) answer->second = ask({{"ask", "keys"}});
    return answer->second;
  }
};

std::string text(const json::value& value, std::string_view field) {
  return std::string(at(value, "/" + std::string(field)).as_string());
}

TEST_P(Keys, OfSparkAreThoseOfTheTable) {
  const json::object& answer = all();
  ASSERT_GT(answer.at("entries").as_array().size(), 1000U);
  std::vector<std::string> wrong;
  std::set<std::string> seen;
  for (const json::value& entry : answer.at("entries").as_array()) {
    const std::string name = text(entry, "key");
    seen.insert(name);
    const json::value alternatives = at(entry, "/alternatives");
    for (const json::value& older : alternatives.as_array()) {
      seen.insert(std::string(older.as_string()));
    }
    const SparkKey* key = spark_key(name);
    if (key == nullptr || !has(*key)) wrong.push_back(name + " is not in the table");
  }
  for (const json::value& each : answer.at("strings").as_array()) {
    const std::string name(each.as_string());
    seen.insert(name);
    // A constant that ends in a dot begins keys; one word alone is a namespace.
    const bool key = !name.ends_with('.') && name.find('.', 6) != std::string::npos;
    if (key && spark_key(name) == nullptr && !is_free_form(name)) wrong.push_back(name + " is new");
  }
  for (const char* table : {"deprecated", "removed", "renamed"}) {
    for (const json::value& old : answer.at(table).as_array()) {
      const SparkKey* key = spark_key(text(old, "key"));
      if (key == nullptr || key->state == KeyState::current) {
        wrong.push_back(text(old, "key") + " is " + table);
      }
      seen.insert(text(old, "key"));
    }
  }
  std::string_view rest = spark_keys_table();
  while (!rest.empty()) {
    const std::string name(rest.substr(0, rest.find_first_of("\t\n")));
    rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()));
    const SparkKey* key = spark_key(name);
    if (key != nullptr && has(*key) && !seen.contains(name)) wrong.push_back(name + " is gone");
  }

  EXPECT_THAT(wrong, IsEmpty()) << "scripts/update-spark-keys.sh rewrites the table";
}

/// Values that people write, right and wrong ones.
const std::vector<std::string> kValues{
    "true", "TRUE",         "yes",   "1",     "0",     "-1",    "",      "abc",   "1.5",
    ".5",   "0,5",          "1e3",   "+3",    "0x10",  "1_000", "4g",    "4G",    "4gb",
    "4Gi",  "4 g",          "1.5g",  "512m",  "512MB", "10k",   "10kib", "64b",   "1e",
    "-1g",  "30s",          "30S",   "2min",  "2m",    "1h",    "1d",    "100ms", "100us",
    "1.5h", "30 s",         "30sec", "1hour", "false", "truee", "NaN",   "1d2",   "5f",
    "1L",   "999999999999", "zstd",  "ALWAYS"};

/// Whether Spark objects to the type of a value, and not to its size.
bool is_about_type(std::string_view words) {
  for (const char* part : {"TYPE_MISMATCH",
                           "must be specified as",
                           " should be int,",
                           " should be long,",
                           " should be double,",
                           " should be boolean,",
                           "should be one of",
                           "OUT_OF_RANGE_OF_OPTIONS"}) {
    if (words.find(part) != std::string_view::npos) return true;
  }
  return false;
}

/// What follows the key's name: an entry may read its value by the converter of another key.
std::string_view behind(std::string_view name, std::string_view words) {
  const std::size_t at = words.find(name);
  return at == std::string_view::npos ? words : words.substr(at + name.size());
}

std::string upper(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return all;
}

/// Nothing said by us is nothing to check. A number out of range is told with its unit, by Spark,
/// and a word in the case that it was turned into.
bool holds_words(std::string_view real, std::string_view ours) {
  // The table has the words that either line takes; one entry converts its value in a way of its
  // own.
  ours = ours.substr(0, ours.find("be one of"));
  if (ours.empty() || upper(real).find(upper(ours)) != std::string::npos) return true;
  if (real.find("For input string: ") != std::string_view::npos) return true;
  return ours.find("is invalid.") != std::string_view::npos &&
         real.find("is invalid.") != std::string_view::npos;
}

TEST_P(Keys, TakeTheValuesThatWeSayTheyTake) {
  std::vector<json::object> questions;
  std::vector<const SparkKey*> keys;
  const json::object& answer = all();
  for (const json::value& entry : answer.at("entries").as_array()) {
    const SparkKey* key = spark_key(text(entry, "key"));
    if (key == nullptr || !has(*key)) continue;
    questions.push_back({{"ask", "convert"},
                         {"key", std::string(key->name)},
                         {"values", json::array(kValues.begin(), kValues.end())}});
    keys.push_back(key);
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  std::vector<std::string> wrong;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const json::array& says = answers[i].at("says").as_array();
    for (std::size_t v = 0; v < kValues.size(); ++v) {
      const std::string real(says[v].as_string());
      const auto trouble = value_trouble(*keys[i], kValues[v], kValues[v]);
      const std::string ours = !trouble ? "" : is_3() ? trouble->in_3 : trouble->in_4;
      refused += ours.empty() ? 0U : 1U;
      const bool judged = keys[i]->type != KeyType::text && keys[i]->type != KeyType::list;
      const bool of_words = real.find("one of") != std::string::npos;
      const bool missed = ours.empty() && judged && !of_words && is_about_type(real);
      if (missed || !holds_words(real, behind(keys[i]->name, ours))) {
        wrong.push_back(std::string(keys[i]->name) + " = " + kValues[v] + "\n  Spark: " + real +
                        "\n  ours:  " + ours);
      }
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_GT(refused, 10'000U);
}

TEST_P(Keys, OfTheDriversMemoryBecomeItsHeapAsTheyStand) {
  for (const char* memory : {"4g", "4gb", "4096"}) {
    EXPECT_EQ(at(ask({{"ask", "heap"}, {"memory", memory}}), "/heap"),
              json::value("-Xmx" + std::string(memory)));
  }
}

TEST_P(Keys, OfAnExecutorsJavaMayHoldNeitherAHeapNorSparkOptions) {
  for (const auto& [options, says] :
       {std::pair("-XX:+UseG1GC -Xmx4g", "is not allowed to specify max heap memory settings"),
        std::pair("-Dspark.x=y", "is not allowed to set Spark options")}) {
    EXPECT_THAT(error(ask({{"ask", "live-driver"},
                           {"conf", {{"spark.executor.extraJavaOptions", options}}}})),
                HasSubstr(says));
  }
}

TEST_P(Keys, OfTheHeartbeatAndTheTimeoutAreComparedInWholeSeconds) {
  const auto refusal = [](const json::object& conf) {
    return error(ask({{"ask", "live-driver"}, {"conf", conf}}));
  };

  EXPECT_THAT(
      refusal({{"spark.executor.heartbeatInterval", "130s"}}),
      HasSubstr("The value of spark.network.timeout=120000ms must be greater than the value "
                "of spark.executor.heartbeatInterval=130000ms."));
  EXPECT_THAT(refusal({{"spark.network.timeout", "10999ms"}}),
              HasSubstr("spark.network.timeout=10000ms must be greater than the value of "
                        "spark.executor.heartbeatInterval=10000ms."));
}

TEST_P(Keys, OfAnExecutorsMemoryDoNot) {
  const json::object answer =
      ask({{"ask", "executor-pod"}, {"conf", {{"spark.executor.memory", "4gb"}}}});

  const json::value environment = at(answer, "/pod/spec/containers/0/env");
  EXPECT_EQ(at(named(environment, "SPARK_EXECUTOR_MEMORY"), "/value"), json::value("4096m"));
}

TEST_P(Keys, OfVariablesOfItsOwnAreThoseThatWeName) {
  const json::object answer = ask({{"ask", "executor-pod"}, {"driver_ip", "10.0.0.1"}});

  const std::vector<std::string> names = each(at(answer, "/pod/spec/containers/0/env"), "name");
  for (const char* name : {"SPARK_APPLICATION_ID",
                           "SPARK_CONF_DIR",
                           "SPARK_DRIVER_URL",
                           "SPARK_EXECUTOR_CORES",
                           "SPARK_EXECUTOR_ID",
                           "SPARK_EXECUTOR_MEMORY",
                           "SPARK_EXECUTOR_POD_IP",
                           "SPARK_EXECUTOR_POD_NAME",
                           "SPARK_LOCAL_DIRS",
                           "SPARK_RESOURCE_PROFILE_ID"}) {
    EXPECT_THAT(names, testing::Contains(name));
  }
}

TEST_P(Keys, ThatSubmissionWritesForADriverAreNoNews) {
  const json::object answer =
      ask({{"ask", "submit-driver"},
           {"template", tests::hex("spec: {containers: [{name: spark-kubernetes-executor}]}\n")},
           {"conf",
            {{"spark.kubernetes.container.image",
              "apache/spark:" + std::string(is_3() ? "3.5.9" : "4.3.0")},
             {"spark.executor.memory", "4g"},
             {"spark.kubernetes.executor.label.team", "data"},
             {"spark.dynamicAllocation.enabled", "true"}}}});
  ASSERT_EQ(error(answer), "");

  int files = 0;
  for (const json::value& map : sent(answer, "ConfigMap")) {
    const json::value data = at(map, "/data");
    const json::value* text =
        data.is_object() ? data.get_object().if_contains("spark.properties") : nullptr;
    if (text == nullptr) continue;
    ++files;
    Deployment deployment{
        .defaults = DefaultsFile{"spark.properties", parse_properties(text->as_string())}};
    std::vector<std::string> findings;
    for (const Finding& finding : judge(*deployment.defaults).findings) {
      findings.push_back(finding.code + " " + finding.subject);
    }
    for (const Finding& finding : judge(deployment)) {
      findings.push_back(finding.code + " " + finding.subject);
    }
    EXPECT_THAT(findings, IsEmpty());
  }
  EXPECT_EQ(files, 1);
}

INSTANTIATE_ON_SPARK(Keys);

class VolumeOptions : public OnSpark {
 protected:
  [[nodiscard]] static std::string of(const std::vector<std::pair<std::string, std::string>>& set) {
    json::object conf;
    for (const auto& [key, value] : set) conf[std::string(kExecutorVolumes) + key] = value;
    return error(ask({{"ask", "executor-pod"}, {"conf", conf}}));
  }
};

TEST_P(VolumeOptions, AreMissedInTheWordsThatWeQuote) {
  EXPECT_THAT(of({{"NFS.a.mount.path", "/a"}}),
              HasSubstr("Kubernetes Volume type `NFS` is not supported"));
  EXPECT_THAT(of({{"nfs.a.options.path", "/a"}, {"nfs.a.options.server", "s"}}),
              HasSubstr("key not found: nfs.a.mount.path"));
  EXPECT_THAT(of({{"nfs.a.mount.path", "/a"}, {"nfs.a.options.path", "/a"}}),
              HasSubstr("nfs.a.options.server is required for nfs"));
  EXPECT_THAT(of({{"hostPath.a.mount.path", "/a"}}),
              HasSubstr("hostPath.a.options.path is required for hostPath"));
  EXPECT_THAT(of({{"persistentVolumeClaim.a.mount.path", "/a"}}),
              HasSubstr("options.claimName is required for persistentVolumeClaim"));
  EXPECT_THAT(of({{"emptyDir.a.mount.path", "/a"}, {"emptyDir.a.mount.readOnly", "yes"}}),
              HasSubstr("For input string: \"yes\""));
  EXPECT_EQ(of({{"emptyDir.a.mount.path", "/a"}, {"emptyDir.a.mount.readonly", "yes"}}), "");
}

TEST_P(VolumeOptions, MakeEveryExecutorCreateTheSameClaim) {
  const std::string claim = std::string(kExecutorVolumes) + "persistentVolumeClaim.a.";
  const json::object answer = ask({{"ask", "executor-pod"},
                                   {"conf",
                                    {{claim + "mount.path", "/a"},
                                     {claim + "options.claimName", "data"},
                                     {claim + "options.storageClass", "gp3"},
                                     {claim + "options.sizeLimit", "1Gi"},
                                     {"spark.executor.instances", "3"}}}});

  EXPECT_EQ(error(answer), "");
  EXPECT_EQ(at(answer, "/resources/0/kind"), json::value("PersistentVolumeClaim"));
  EXPECT_EQ(at(answer, "/resources/0/metadata/name"), json::value("data"));
}

TEST_P(VolumeOptions, OfLabelsAreReserved) {
  const json::object answer =
      ask({{"ask", "executor-pod"},
           {"conf", {{"spark.kubernetes.executor.label.spark-role", "batch"}}}});

  EXPECT_THAT(error(answer),
              HasSubstr("Custom executor labels cannot contain spark-role as it is reserved"));
}

INSTANTIATE_ON_SPARK(VolumeOptions);

}  // namespace
}  // namespace sparkwarden
