// SPDX-License-Identifier: Apache-2.0
#include "agent/io/directory_watch.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/config_map.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr auto anywhere = [](const std::string&) { return true; };

class Watching : public testing::Test {
 protected:
  /// Begins to wait, does `change` and returns what the wait returned.
  bool seen(DirectoryWatch& watch, const std::function<void()>& change) {
    loop_.restart();
    bool result = false;
    bool ended = false;
    asio::co_spawn(loop_, watch.changed(), [&](std::exception_ptr error, bool changed) {
      if (error) std::rethrow_exception(error);
      result = changed;
      ended = true;
    });
    loop_.poll();  // up to the wait
    EXPECT_FALSE(ended);
    change();
    while (!ended && loop_.run_one() > 0) {
    }
    return result;
  }

  tests::TempDir directory_;
  asio::io_context loop_;
};

TEST_F(Watching, SeesEverySwapOfAConfigMap) {
  tests::ConfigMapVolume volume(directory_.path() / "conf");
  volume.write({{"a", "1"}});
  DirectoryWatch watch({volume.directory()}, anywhere);

  EXPECT_TRUE(seen(watch, [&] { volume.write({{"a", "2"}}); }));
  EXPECT_TRUE(seen(watch, [&] { volume.write({{"b", "2"}}); }));
}

TEST_F(Watching, SeesAFileThatIsWrittenInPlace) {
  DirectoryWatch watch({directory_.path()}, anywhere);

  EXPECT_TRUE(seen(watch, [&] { std::ofstream(directory_.path() / "core-site.xml") << "x"; }));
}

TEST_F(Watching, TakesManyChangesForOne) {
  DirectoryWatch watch({directory_.path()}, anywhere);

  EXPECT_TRUE(seen(watch, [&] {
    for (int i = 0; i < 500; ++i) std::ofstream(directory_.path() / std::to_string(i)) << "x";
  }));
  // Nothing is left over: the next wait is for the next change.
  EXPECT_TRUE(seen(watch, [&] { fs::remove(directory_.path() / "1"); }));
}

TEST_F(Watching, GoesOnWithADirectoryThatWasReplaced) {
  const fs::path conf = directory_.path() / "conf";
  fs::create_directory(conf);
  DirectoryWatch watch({conf}, anywhere);

  EXPECT_TRUE(seen(watch, [&] {
    fs::remove(conf);
    fs::create_directory(conf);
  }));
  loop_.restart();
  bool appeared = false;
  asio::co_spawn(
      loop_, watch.changed(), [&](std::exception_ptr, bool changed) { appeared = changed; });
  loop_.run();
  EXPECT_TRUE(appeared);
  EXPECT_TRUE(seen(watch, [&] { std::ofstream(conf / "core-site.xml") << "x"; }));
}

TEST_F(Watching, LeavesAloneWhatMustNotBeTouched) {
  int asked = 0;
  DirectoryWatch watch({directory_.path(), "/nfs"}, [&](const std::string& path) {
    ++asked;
    return path != "/nfs";
  });

  EXPECT_TRUE(seen(watch, [&] { std::ofstream(directory_.path() / "x") << "x"; }));
  EXPECT_GE(asked, 2);
}

TEST_F(Watching, OfNothingEndsAtOnce) {
  DirectoryWatch watch({}, anywhere);
  bool result = true;
  asio::co_spawn(
      loop_, watch.changed(), [&](std::exception_ptr, bool changed) { result = changed; });
  loop_.run();

  EXPECT_FALSE(result);
}

}  // namespace
}  // namespace sparkwarden::io
