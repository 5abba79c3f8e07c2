// SPDX-License-Identifier: Apache-2.0
// Reading while the kubelet swaps the volume, on real directories.
#include "probes/config/one_generation.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "probes/config/look.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/config_map.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::config {
namespace {

/// The real file system, which changes after a file of a given name was read.
class Swapping final : public io::FileReader {
 public:
  Swapping(std::string after, std::function<void()> swap)
      : after_(std::move(after)), swap_(std::move(swap)) {}

  [[nodiscard]] tl::expected<std::string, io::FileError> read(
      const std::string& path, std::size_t bytes_max) const override {
    auto content = real_.read(path, bytes_max);
    if (path.ends_with(after_)) swap_();
    return content;
  }
  [[nodiscard]] std::optional<std::string> link_target(const std::string& path) const override {
    return real_.link_target(path);
  }
  [[nodiscard]] std::optional<bool> has_entries(const std::string& path) const override {
    return real_.has_entries(path);
  }

 private:
  io::RealFiles real_;
  std::string after_;
  std::function<void()> swap_;
};

class OneGenerationOf : public testing::Test {
 protected:
  /// Keys that are right together, and wrong in any mixture: the defaults of generation n name the
  /// template of generation n.
  static std::map<std::string, std::string> generation(int n) {
    const std::string name = "t" + std::to_string(n) + ".yaml";
    return {{"spark-defaults.conf",
             "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/" + name + "\n"},
            {name, "spec: {}\n"}};
  }

  Observed look_with(const io::FileReader& files) {
    settings::World world;
    world.role = Role::driver;
    world.paths.root = directory_.path().string();
    return look(files, world, Settings());
  }

  tests::TempDir directory_;
  tests::ConfigMapVolume volume_{directory_.path() / "opt/spark/conf"};
};

TEST_F(OneGenerationOf, AVolumeIsReadAlsoWhileItIsSwapped) {
  volume_.write(generation(1));
  int swaps = 0;
  const Swapping files("spark-defaults.conf", [&] {
    if (++swaps == 1) volume_.write(generation(2));
  });

  const Observed observed = look_with(files);

  EXPECT_EQ(observed.findings, std::vector<Finding>{});
  EXPECT_EQ(observed.unlooked, std::vector<Unlooked>{});
  EXPECT_TRUE(observed.facts.config_digests.contains("t2.yaml"));
  EXPECT_EQ(swaps, 2);
}

TEST_F(OneGenerationOf, AVolumeThatNeverStandsStillIsNotJudged) {
  volume_.write(generation(1));
  int swaps = 1;
  const Swapping files("spark-defaults.conf", [&] { volume_.write(generation(++swaps)); });

  const Observed observed = look_with(files);

  EXPECT_EQ(observed.findings, std::vector<Finding>{});
  ASSERT_EQ(observed.unlooked.size(), 1);
  EXPECT_EQ(observed.unlooked.front().code, kFileChanging.code);
}

TEST_F(OneGenerationOf, ATemplateThatTheDefaultsDoNotHaveIsStillTold) {
  volume_.write({{"spark-defaults.conf",
                  "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/none.yaml\n"}});

  const Observed observed = look_with(io::RealFiles());

  ASSERT_EQ(observed.findings.size(), 1);
  EXPECT_EQ(observed.findings.front().code, kTemplateMissing.code);
}

TEST_F(OneGenerationOf, AnOptionalConfigMapIsAnEmptyDirectory) {
  volume_.write({});

  const Observed observed = look_with(io::RealFiles());

  ASSERT_EQ(observed.findings.size(), 1);
  EXPECT_EQ(observed.findings.front().code, kDirectoryEmpty.code);
}

TEST_F(OneGenerationOf, ErrorsNameTheKeyAndNotTheDatedDirectory) {
  volume_.write({{"core-site.xml", ""}});
  std::filesystem::remove(volume_.directory() / "..data/core-site.xml");
  const std::string path = volume_.directory() / "core-site.xml";

  const io::RealFiles real;
  const auto read = OneGeneration(real).read(path, 10);

  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().path, path);
  EXPECT_EQ(read.error().trouble, io::FileTrouble::missing);
}

}  // namespace
}  // namespace sparkwarden::probes::config
