// SPDX-License-Identifier: Apache-2.0
// What a PySpark worker says to a driver of another Python, and what the checks of packages say:
// docs/decisions/0019.
#include <fstream>
#include <memory>
#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

class PythonWorker : public OnSpark {
 protected:
  void SetUp() override {
    OnSpark::SetUp();
    if (!IsSkipped()) python_ = tests::start_pyspark(line());
  }

  /// "Class: message" of what was raised; empty when nothing was.
  [[nodiscard]] std::string raised(const json::object& question) {
    const json::object answer = python_->ask(question);
    if (!answer.contains("error")) return "";
    return std::string(at(answer, "/error/class").get_string()) + ": " +
           std::string(at(answer, "/error/message").get_string());
  }
  [[nodiscard]] std::string package(const char* name, const json::value& version) {
    return raised({{"ask", "package"}, {"name", name}, {"version", version}});
  }
  /// The minimum that setup.py of this PySpark declares, "2.2.0".
  [[nodiscard]] static std::string minimum(const std::string& name) {
    std::ifstream setup(std::string(SPARKWARDEN_SOURCE_DIR) + "/build/ecosystem/" + line() +
                        "/setup.py");
    const std::regex row("_minimum_" + name + "_version = \"([0-9.]+)\"");
    std::smatch match;
    for (std::string text; std::getline(setup, text);) {
      if (std::regex_match(text, match, row)) return match[1];
    }
    return "no minimum in setup.py";
  }

  std::unique_ptr<tests::Oracle> python_;
};

TEST_P(PythonWorker, RefusesADriverOfAnotherMinorVersion) {
  const std::string mine = at(python_->ask({{"ask", "about"}}), "/python").as_string().c_str();
  const std::string major = mine.substr(0, mine.find('.'));
  const std::string minor = mine.substr(mine.find('.') + 1);

  EXPECT_EQ(raised({{"ask", "python-version"}, {"driver", mine}}), "");
  EXPECT_EQ(
      raised({{"ask", "python-version"}, {"driver", "3.1"}}),
      "PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version" +
          (is_3() ? " (" + major + ", " + minor + ") than that in driver 3.1,"
                  : ": " + mine + " than that in driver: 3.1,") +
          " PySpark cannot run with different minor versions.\nPlease check environment variables "
          "PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON are correctly set.");
}

TEST_P(PythonWorker, NamesPackagesThatAreMissingOrTooOld) {
  struct Row {
    const char* module;
    const char* shown;
  };
  for (const Row& row :
       {Row{"pandas", "Pandas"}, Row{"pyarrow", "PyArrow"}, Row{"numpy", "NumPy"}}) {
    if (is_3() && std::string(row.module) == "numpy") continue;  // not checked there
    SCOPED_TRACE(row.module);
    const std::string needed =
        std::string(row.shown) + " >= " + minimum(row.module) + " must be installed; however, ";

    EXPECT_EQ(package(row.module, nullptr),
              (is_3() ? "ImportError: " : "PySparkImportError: [PACKAGE_NOT_INSTALLED] ") + needed +
                  "it was not found.");
    EXPECT_EQ(package(row.module, "0.1"),
              is_3() ? "ImportError: " + needed + "your version was 0.1."
                     : "PySparkImportError: [UNSUPPORTED_PACKAGE_VERSION] " + needed +
                           "your version is 0.1.");
    EXPECT_EQ(package(row.module, json::value(minimum(row.module))), "");
  }
}

INSTANTIATE_ON_SPARK(PythonWorker);

}  // namespace
}  // namespace sparkwarden
