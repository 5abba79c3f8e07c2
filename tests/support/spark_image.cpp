// SPDX-License-Identifier: Apache-2.0
#include "tests/support/spark_image.hpp"

#include <fstream>
#include <utility>

namespace sparkwarden::tests {
namespace fs = std::filesystem;
namespace {

constexpr auto kExecutable = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                             fs::perms::others_read | fs::perms::others_exec;

}  // namespace

SparkImage::SparkImage(fs::path root) : root_(std::move(root)) {
  put("/usr/local/bin/python3.11", "no program: nothing may ever run this\n");
  fs::permissions(root_ / "usr/local/bin/python3.11", kExecutable);
  fs::create_symlink("python3.11", root_ / "usr/local/bin/python3");
  put("/usr/local/lib/python3.11/os.py", "");
  put("/usr/local/include/python3.11/patchlevel.h", "#define PY_VERSION \"3.11.2\"\n");
  install("numpy", "1.26.4");
  install("pandas", "2.2.3");

  put("/opt/spark/RELEASE",
      "Spark 4.0.1 (git revision 29434ea766b) built for Hadoop 3.4.1\nBuild flags: -Pkubernetes\n");
  put_jar("spark-core_2.13-4.0.1.jar");
  put_jar("scala-library-2.13.16.jar");
  put_jar("hadoop-client-api-3.4.1.jar");
  put("/usr/lib/jvm/java-17/release", "JAVA_VERSION=\"17.0.9\"\n");
  put("/usr/lib/jvm/java-17/bin/java", "no program\n");
  fs::permissions(root_ / "usr/lib/jvm/java-17/bin/java", kExecutable);
  fs::create_directories(root_ / "usr/bin");
  fs::create_symlink("/usr/lib/jvm/java-17/bin/java", root_ / "usr/bin/java");
}

void SparkImage::install(const std::string& name, const std::string& version) const {
  uninstall(name);
  const std::string info = name + "-" + version + ".dist-info";
  const std::string below = "/usr/local/lib/python3.11/site-packages/" + info;
  put(below + "/METADATA",
      "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\nA package.\n");
  put(below + "/INSTALLER", "pip\n");
}

void SparkImage::uninstall(const std::string& name) const {
  fs::create_directories(site_packages());
  for (const auto& entry : fs::directory_iterator(site_packages())) {
    if (entry.path().filename().string().starts_with(name + "-")) fs::remove_all(entry.path());
  }
}

void SparkImage::put_jar(const std::string& file_name, const std::string& content) const {
  put("/opt/spark/jars/" + file_name, content);
}

void SparkImage::put(const std::string& path, const std::string& text) const {
  const fs::path file = root_.string() + path;
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

fs::path SparkImage::site_packages() const {
  return root_ / "usr/local/lib/python3.11/site-packages";
}

}  // namespace sparkwarden::tests
