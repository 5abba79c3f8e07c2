// SPDX-License-Identifier: Apache-2.0
// The scan over real directories.
#include "probes/runtime/scan.hpp"

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Environment = std::map<std::string, std::string>;

const Environment kSparkImage{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                              {"SPARK_HOME", "/opt/spark"}};

/// Whose environment it is: `own` is this container's or an image's, `process` a running Spark's.
enum class Whose { own, process };

class RuntimeScan : public testing::Test {
 protected:
  [[nodiscard]] RuntimeManifest scan(Environment environment, Whose whose = Whose::own) const {
    const auto tree = io::Tree::open(place_.path().string());
    if (!tree) throw std::runtime_error(tree.error().detail);
    io::ScanRequest request;
    if (whose == Whose::own) request.root = place_.path().string();
    return probes::runtime::scan(
        *tree, {.root = place_.path().string(), .environment = std::move(environment)}, request);
  }

  void put(const std::string& path, const std::string& text = "x") const {
    place_.write(path.substr(1), text);
  }
  void remove(const std::string& path) const { fs::remove_all(place_.path().string() + path); }
  void link(const std::string& target, const std::string& path) const {
    const fs::path file = place_.path().string() + path;
    fs::create_directories(file.parent_path());
    fs::create_symlink(target, file);
  }
  void java(const std::string& home, const std::string& version) const {
    put(home + "/bin/java");
    fs::permissions(place_.path().string() + home + "/bin/java", fs::perms::owner_all);
    if (!version.empty()) put(home + "/release", "JAVA_VERSION=\"" + version + "\"\n");
  }

  TempDir place_;
  SparkImage image_{place_.path()};
};

TEST_F(RuntimeScan, ASparkImageIsToldCompletely) {
  const RuntimeManifest expected{.spark_home = "/opt/spark",
                                 .spark = "4.0.1",
                                 .spark_build = "29434ea766b",
                                 .scala = "2.13.16",
                                 .hadoop = "3.4.1",
                                 .java = "17.0.9",
                                 .jars = {{"hadoop-client-api-3.4.1.jar", 3},
                                          {"scala-library-2.13.16.jar", 3},
                                          {"spark-core_2.13-4.0.1.jar", 3}}};

  EXPECT_EQ(scan(kSparkImage), expected);
  EXPECT_EQ(scan({}), expected);  // unpacked, with nobody's environment
  EXPECT_EQ(scan(kSparkImage, Whose::process), expected);
}

// --- where Spark is ---

TEST_F(RuntimeScan, TheSparkHomeOfTheEnvironmentDecides) {
  put("/spark/jars/spark-core_2.13-4.1.0.jar");

  EXPECT_EQ(scan({{"PATH", "/usr/bin"}, {"SPARK_HOME", "/spark"}}).spark, "4.1.0");
}

TEST_F(RuntimeScan, ASparkHomeWithoutJarsIsNoSparkAndNotAnotherOne) {
  const RuntimeManifest found = scan({{"PATH", "/usr/bin"}, {"SPARK_HOME", "/spark"}});

  EXPECT_EQ(found.spark_home, "");
  EXPECT_THAT(found.jars, IsEmpty());
  EXPECT_TRUE(found.complete);
}

TEST_F(RuntimeScan, WhereSparkRunsItIsNeverTheAnswerThatThereIsNone) {
  const RuntimeManifest found =
      scan({{"PATH", "/usr/bin"}, {"SPARK_HOME", "/spark"}}, Whose::process);

  EXPECT_FALSE(found.complete);
  EXPECT_THAT(found.incomplete, ElementsAre(HasSubstr("/spark/jars: not there, although")));
}

TEST_F(RuntimeScan, WithoutASparkHomeNothingFoundProvesNothing) {
  remove("/opt/spark");

  EXPECT_THAT(scan({{"PATH", "/usr/bin"}}).incomplete,
              ElementsAre("/opt/spark/jars: not there, and no SPARK_HOME is known"));
}

TEST_F(RuntimeScan, ARelativeSparkHomeLeadsSomewhereUnknown) {
  EXPECT_THAT(scan({{"PATH", "/usr/bin"}, {"SPARK_HOME", "spark"}}).incomplete,
              ElementsAre("SPARK_HOME: spark is no absolute path"));
}

TEST_F(RuntimeScan, APipInstalledPysparkIsASparkToo) {
  remove("/opt/spark");
  put("/usr/local/lib/python3.11/site-packages/pyspark/jars/spark-core_2.13-4.0.2.jar");

  const RuntimeManifest found = scan({{"PATH", "/usr/local/bin:/usr/bin"}});

  EXPECT_EQ(found.spark_home, "/usr/local/lib/python3.11/site-packages/pyspark");
  EXPECT_EQ(found.spark, "4.0.2");
}

TEST_F(RuntimeScan, APysparkWithoutJarsIsOnlyAClient) {
  remove("/opt/spark");
  put("/usr/local/lib/python3.11/site-packages/pyspark/__init__.py");

  EXPECT_EQ(scan({{"PATH", "/usr/local/bin:/usr/bin"}}).spark_home, "");
}

TEST_F(RuntimeScan, OfTwoPysparksNoneIsGuessed) {
  remove("/opt/spark");
  put("/venv/lib/python3.11/site-packages/pyspark/jars/spark-core_2.13-4.0.1.jar");
  put("/usr/lib/python3.12/dist-packages/pyspark/jars/spark-core_2.13-4.0.2.jar");

  const RuntimeManifest found = scan({{"PATH", "/usr/bin"}, {"VIRTUAL_ENV", "/venv"}});

  EXPECT_EQ(found.spark, "");
  EXPECT_THAT(found.incomplete, ElementsAre(AllOf(HasSubstr("/venv/"), HasSubstr("/usr/lib/"))));
}

TEST_F(RuntimeScan, OnePysparkByTwoWaysIsOne) {
  remove("/opt/spark");
  put("/usr/lib/python3.11/site-packages/pyspark/jars/spark-core_2.13-4.0.1.jar");
  link("usr/lib", "/lib");

  EXPECT_EQ(scan({{"PATH", "/usr/bin:/bin"}}).spark, "4.0.1");
}

// --- what lies in it ---

TEST_F(RuntimeScan, JarsAreWhatAClassPathWildcardTakes) {
  image_.put_jar("upper-1.JAR");
  image_.put_jar("notes.txt");
  image_.put_jar("a:b.jar");
  put("/opt/spark/jars/directory.jar/x");
  ASSERT_EQ(::mkfifo((place_.path() / "opt/spark/jars/fifo.jar").c_str(), 0600), 0);

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_EQ(found.jars.size(), 4U);
  EXPECT_EQ(found.jars.back().name, "upper-1.JAR");
  EXPECT_TRUE(found.complete);
}

TEST_F(RuntimeScan, ALinkedJarCountsWithItsOwnSize) {
  put("/opt/extra/mine.bin", "12345");
  link("/opt/extra/mine.bin", "/opt/spark/jars/mine-1.0.jar");

  EXPECT_THAT(scan(kSparkImage).jars, testing::Contains(Jar{.name = "mine-1.0.jar", .bytes = 5}));
}

TEST_F(RuntimeScan, ADanglingLinkMayLeadToAVolumeOfAnotherContainer) {
  link("/mnt/jars/mine-1.0.jar", "/opt/spark/jars/mine-1.0.jar");

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_EQ(found.jars.size(), 3U);
  EXPECT_FALSE(found.complete);
  EXPECT_THAT(
      found.incomplete,
      ElementsAre(
          "/opt/spark/jars/mine-1.0.jar: a link to /mnt/jars/mine-1.0.jar, which is not there"));
}

TEST_F(RuntimeScan, OfManyDanglingLinksAHundredAreTold) {
  for (int i = 0; i < 150; ++i) {
    link("/nowhere/" + std::string(200, 'x'), "/opt/spark/jars/l" + std::to_string(i) + ".jar");
  }

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_EQ(found.incomplete.size(), 100U);
  EXPECT_FALSE(found.complete);
}

TEST_F(RuntimeScan, MoreJarsThanAManifestHoldsAreToldAndNotListed) {
  // One file under many names costs no space, and less time than as many files.
  const fs::path jars = place_.path() / "opt/spark/jars";
  for (std::size_t i = 0; i <= kManifestListMax; ++i) {
    fs::create_symlink("spark-core_2.13-4.0.1.jar", jars / ("l" + std::to_string(i) + ".jar"));
  }

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_THAT(found.jars, IsEmpty());
  EXPECT_THAT(found.incomplete, ElementsAre("/opt/spark/jars: more than 20000 entries"));
}

TEST_F(RuntimeScan, TwoVersionsOfOneJarTellNone) {
  image_.put_jar("spark-core_2.13-4.0.0.jar");

  EXPECT_EQ(scan(kSparkImage).spark, "");
}

TEST_F(RuntimeScan, JarsOfTestsAndNeighboursAreNotTheArtefact) {
  image_.put_jar("spark-core_2.13-9.9.9-tests.jar");
  image_.put_jar("scala-library-extras-1.0.jar");

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_EQ(found.spark, "4.0.1");
  EXPECT_EQ(found.scala, "2.13.16");
}

TEST_F(RuntimeScan, HadoopOfOldReleasesIsItsCommonJar) {
  remove("/opt/spark/jars/hadoop-client-api-3.4.1.jar");
  EXPECT_EQ(scan(kSparkImage).hadoop, "");  // RELEASE names the one it was built for

  image_.put_jar("hadoop-common-2.7.4.jar");
  EXPECT_EQ(scan(kSparkImage).hadoop, "2.7.4");
}

TEST_F(RuntimeScan, WithoutASparkCoreJarTheReleaseFileTells) {
  remove("/opt/spark/jars/spark-core_2.13-4.0.1.jar");

  EXPECT_EQ(scan(kSparkImage).spark, "4.0.1");
}

TEST_F(RuntimeScan, AReleaseFileThatIsNoneIsToldAndOneThatIsMissingIsNot) {
  remove("/opt/spark/RELEASE");
  EXPECT_TRUE(scan(kSparkImage).complete);

  fs::create_directory(place_.path() / "opt/spark/RELEASE");
  EXPECT_THAT(scan(kSparkImage).incomplete, ElementsAre("/opt/spark/RELEASE: a directory"));
}

TEST_F(RuntimeScan, NothingIsFollowedOutOfTheRoot) {
  const TempDir outside;
  outside.write("jars/spark-core_2.13-6.6.6.jar", "x");
  remove("/opt/spark");
  link(outside.path().string(), "/opt/spark");

  EXPECT_EQ(scan({}).spark, "");
}

// --- Java ---

TEST_F(RuntimeScan, JavaHomeDecidesEvenWhenThereIsAnotherOnPath) {
  java("/opt/java/openjdk", "21.0.2");
  Environment environment = kSparkImage;

  environment["JAVA_HOME"] = "/opt/java/openjdk";
  EXPECT_EQ(scan(environment).java, "21.0.2");

  environment["JAVA_HOME"] = "/opt/java/gone";
  EXPECT_EQ(scan(environment).java, "");
  EXPECT_TRUE(scan(environment).complete);
  EXPECT_FALSE(scan(environment, Whose::process).complete);

  environment["JAVA_HOME"] = "java";
  EXPECT_THAT(scan(environment).incomplete, ElementsAre("JAVA_HOME: java is no absolute path"));
}

TEST_F(RuntimeScan, AJavaHomeOfLinksLeadsToTheRealOne) {
  Environment environment = kSparkImage;
  environment["JAVA_HOME"] = "/usr";

  EXPECT_EQ(scan(environment).java, "17.0.9");
}

TEST_F(RuntimeScan, TheFirstJavaOnPathCounts) {
  java("/opt/a", "11.0.21");
  java("/opt/b", "21.0.2");

  EXPECT_EQ(scan({{"PATH", "/nowhere::bin:/opt/a/bin:/opt/b/bin"}}).java, "11.0.21");
}

TEST_F(RuntimeScan, APlaceOnPathThatCannotBeLookedIntoMattersOnlyWithoutAnyJava) {
  link("java", "/opt/loop/java");

  const RuntimeManifest other =
      scan({{"PATH", "/opt/loop:/usr/bin"}, {"SPARK_HOME", "/opt/spark"}});
  EXPECT_EQ(other.java, "17.0.9");
  EXPECT_TRUE(other.complete);

  const RuntimeManifest none = scan({{"PATH", "/opt/loop"}, {"SPARK_HOME", "/opt/spark"}});
  EXPECT_EQ(none.java, "");
  EXPECT_THAT(none.incomplete, ElementsAre(HasSubstr("/opt/loop/java: ")));
}

TEST_F(RuntimeScan, TheJreInsideAJdk8HasItsReleaseOneUp) {
  java("/opt/jdk8/jre", "");
  put("/opt/jdk8/release", "JAVA_VERSION=\"1.8.0_392\"\nOS_NAME=\"Linux\"\n");

  EXPECT_EQ(scan({{"PATH", "/opt/jdk8/jre/bin"}}).java, "1.8.0_392");
}

TEST_F(RuntimeScan, AJavaThatDoesNotTellItsVersionIsThereAllTheSame) {
  java("/opt/a", "");

  const RuntimeManifest found = scan({{"PATH", "/opt/a/bin"}, {"SPARK_HOME", "/opt/spark"}});

  EXPECT_EQ(found.java, "");
  EXPECT_THAT(found.incomplete, ElementsAre(HasSubstr("/opt/a/bin/java: no file `release`")));
}

TEST_F(RuntimeScan, NoJavaOnAKnownPathIsNoJava) {
  const RuntimeManifest found = scan({{"PATH", "/nowhere"}, {"SPARK_HOME", "/opt/spark"}});

  EXPECT_EQ(found.java, "");
  EXPECT_TRUE(found.complete);
}

TEST_F(RuntimeScan, NoJavaInTheUsualPlacesProvesNothingAboutAnotherPath) {
  remove("/usr/bin/java");
  remove("/usr/lib/jvm");

  EXPECT_THAT(scan({}).incomplete, ElementsAre(HasSubstr("java: not in the usual places")));
}

TEST_F(RuntimeScan, OfSeveralJavasNoneIsGuessed) {
  java("/usr/lib/jvm/java-11", "11.0.21");

  const RuntimeManifest found = scan({});

  EXPECT_EQ(found.java, "");
  EXPECT_THAT(found.incomplete,
              ElementsAre("java: 11.0.21 and 17.0.9 are there, and nothing says which of them "
                          "Spark would start"));
  EXPECT_EQ(scan(kSparkImage).java, "17.0.9");  // its PATH says
}

TEST_F(RuntimeScan, OneJavaUnderSeveralNamesIsOne) {
  link("java-17", "/usr/lib/jvm/default-java");
  java("/opt/java/openjdk", "17.0.9");

  EXPECT_EQ(scan({}).java, "17.0.9");
}

class HostileRelease : public RuntimeScan, public testing::WithParamInterface<std::string> {};

TEST_P(HostileRelease, TellsNothing) {
  put("/usr/lib/jvm/java-17/release", GetParam());

  const RuntimeManifest found = scan(kSparkImage);

  EXPECT_EQ(found.java, "");
  EXPECT_FALSE(found.complete);
}

INSTANTIATE_TEST_SUITE_P(Files,
                         HostileRelease,
                         testing::Values(std::string(),
                                         std::string("JAVA_VERSION=17\n"),
                                         std::string("JAVA_VERSION=\"17"),
                                         std::string("JAVA_VERSION=\"\x1b[31m17\"\n"),
                                         "JAVA_VERSION=\"" + std::string(200, '1') + "\"",
                                         std::string(100'000, 'x')));

}  // namespace
}  // namespace sparkwarden::tests
