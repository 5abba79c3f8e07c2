// SPDX-License-Identifier: Apache-2.0
// The root file system of a Spark image, as far as inventories look at it: a Python with packages,
// Spark with jars, Java. Enough for a scan, and nothing that could run.
#pragma once

#include <filesystem>
#include <string>

namespace sparkwarden::tests {

class SparkImage {
 public:
  /// Fills the directory `root`: Python 3.11.2 in /usr/local, numpy 1.26.4 and pandas 2.2.3, Spark
  /// 4.0.1 in /opt/spark, Java 17.0.9.
  explicit SparkImage(std::filesystem::path root);

  /// Puts a distribution into site-packages, or another version in place of the one there.
  void install(const std::string& name, const std::string& version) const;
  void uninstall(const std::string& name) const;
  void put_jar(const std::string& file_name, const std::string& content = "jar") const;
  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  void put(const std::string& path, const std::string& text) const;
  [[nodiscard]] std::filesystem::path site_packages() const;

  std::filesystem::path root_;
};

}  // namespace sparkwarden::tests
