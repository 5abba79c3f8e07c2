// SPDX-License-Identifier: Apache-2.0
// Asks real Spark: child processes that answer many questions in one start, with Spark's and
// Hadoop's own classes (tests/ecosystem/spark/*.java) or PySpark's own functions (worker.py there).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <boost/json/object.hpp>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

/// Why the line ("3.5" or "4") cannot be asked here, as scripts/fetch-pyspark.sh left it; empty
/// when it can.
[[nodiscard]] std::string why_no_spark(const std::string& line);

/// Bytes as a question carries them: JSON has no place for what is not UTF-8.
[[nodiscard]] std::string hex(std::string_view bytes);

/// A program that answers one line of JSON with one line of JSON. The destructor, and any failure,
/// kills its process group; it also dies with the test process.
class Oracle {
 public:
  /// `environment` is all the program gets, besides HOME and TMPDIR, which are directories of its
  /// own. "{tmp}" in an argument becomes that directory.
  /// `silence_max` is the longest time without an answer.
  Oracle(std::vector<std::string> command,
         std::vector<std::string> environment,
         std::chrono::milliseconds silence_max = std::chrono::seconds(90));
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  ~Oracle();

  /// The answer. Errors: throws, with the end of what the program wrote to its standard error,
  /// when it ended or is silent for too long.
  [[nodiscard]] boost::json::object ask(const boost::json::object& question);
  /// The answers, in the order of the questions.
  [[nodiscard]] std::vector<boost::json::object> ask_all(
      const std::vector<boost::json::object>& questions);

  /// For a question that ends the program: the exit code, nullopt when it
  /// answers instead, is silent for too long or ends by a signal.
  [[nodiscard]] std::optional<int> ask_to_the_end(const boost::json::object& question);
  /// False once it was stopped, by a failure or by its own end.
  [[nodiscard]] bool running() const { return !status_; }
  /// What it wrote to its standard error.
  [[nodiscard]] std::string errors() const;

 private:
  /// Writes `lines` and reads until there are `count` lines or the end.
  [[nodiscard]] std::vector<std::string> exchange(const std::string& lines, std::size_t count);
  void stop();

  TempDir world_;
  std::chrono::milliseconds silence_max_;
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::optional<int> status_;
};

/// A new JVM with the jars of a line.
[[nodiscard]] std::unique_ptr<Oracle> start_spark(const std::string& line);
/// A new Python of a line's own virtual environment.
[[nodiscard]] std::unique_ptr<Oracle> start_pyspark(const std::string& line);

/// The JVM that the tests of this process share for a line; a new one when the last one ended.
[[nodiscard]] Oracle& spark(const std::string& line);

}  // namespace sparkwarden::tests
