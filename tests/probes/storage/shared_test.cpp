// SPDX-License-Identifier: Apache-2.0
// The same storage as the driver: the whole probe of a driver and of an executor, with their real
// children, against real servers.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "probes/storage/measures.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kAbsent = "mount.checkpoint.absent";  // of every rig without a mount

std::set<std::string> names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

std::string read(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

void age(const fs::path& path, std::chrono::hours by) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - by);
}

std::optional<double> delay_of(const Observed& observed) {
  for (const Measurement& one : observed.measurements) {
    if (one.spec == &storage::measures::kVisibilityDelay) return one.value;
  }
  return std::nullopt;
}

bool did(const Observed& observed, const std::string& step) {
  return std::any_of(observed.steps.begin(), observed.steps.end(), [&](const Step& one) {
    return one.name == step;
  });
}

/// A driver and an executor on one server, over the version of the parameter.
class SharedStorage : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    if (GetParam() == 3) network_ = std::make_unique<NetworkNamespace>();
    server_ = serve();
    driver_.world().serves = true;
    driver_.world().identity.uid = "driver-uid";
    executor_.world().role = Role::executor;
    executor_.world().identity.uid = "executor-uid";
    use(driver_, *server_);
    use(executor_, *server_);
  }

  std::unique_ptr<Ganesha> serve() {
    GaneshaOptions options;
    options.version = GetParam();
    options.network = network_.get();
    return std::make_unique<Ganesha>(std::move(options));
  }
  void use(StorageRig& rig, const Ganesha& server, const std::string& below = "") {
    rig.network(network_.get());
    rig.target(server.path() + below, server.nfs_port());
    rig.settings().connect.mount_port = GetParam() == 3 ? server.mount_port() : 0;
  }
  /// A full run of the driver, which must be well.
  Observed driver_writes() {
    Observed seen = driver_.run();
    EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent)) << told(seen);
    return seen;
  }
  StorageToken token_of(const Observed& driver) {
    EXPECT_TRUE(driver.facts.own_token.has_value()) << told(driver);
    return driver.facts.own_token.value_or(OwnToken{}).token;
  }
  [[nodiscard]] StorageView storage() const {
    return {.server = "nas", .export_path = server_->path(), .mount_path = kMountPath, .fsid = ""};
  }
  [[nodiscard]] std::string top() const { return server_->backing() + "/.sparkwarden"; }
  [[nodiscard]] std::string own() const { return top() + "/driver-uid"; }

  std::unique_ptr<NetworkNamespace> network_;
  std::unique_ptr<Ganesha> server_;
  StorageRig driver_;
  StorageRig executor_;
};

INSTANTIATE_TEST_SUITE_P(Version, SharedStorage, testing::Values(3, 4), [](const auto& version) {
  return "v" + std::to_string(version.param);
});

TEST_P(SharedStorage, ADriversFullRunLeavesATokenAndAnnouncesIt) {
  const Instant before = Instant::clock::now();
  const Observed seen = driver_writes();
  const Instant after = Instant::clock::now();

  const StorageToken token = token_of(seen);
  EXPECT_TRUE(is_token_path(token.path)) << token.path;
  const std::string content = read(server_->backing() + "/" + token.path);
  EXPECT_EQ(sha256_hex(content), token.sha256);
  EXPECT_LE(content.size(), kTokenBytesMax);
  EXPECT_EQ(mode_of(server_->backing() + "/" + token.path), 0640U) << "its group may read it";
  EXPECT_EQ(mode_of(own()), 0770U);
  EXPECT_THAT(names_in(own()), ElementsAre(token.path.substr(token.path.rfind('/') + 1)));
  EXPECT_GE(seen.facts.own_token->closed, before);
  EXPECT_LE(seen.facts.own_token->closed, after);
  EXPECT_THAT(steps_of(seen), Contains("announce/wire/ok"));
  EXPECT_THAT(steps_of(seen), Contains("sweep/wire/ok"));
}

TEST_P(SharedStorage, ARunSoonAfterLetsTheAnnouncedNameStand) {
  const StorageToken token = token_of(driver_writes());

  const Observed again = driver_writes();

  EXPECT_EQ(again.facts.own_token, std::nullopt);
  EXPECT_FALSE(did(again, "announce"));
  EXPECT_TRUE(fs::exists(server_->backing() + "/" + token.path));
}

TEST_P(SharedStorage, ACheckByHandWritesNone) {
  driver_.world().serves = false;

  EXPECT_EQ(driver_writes().facts.own_token, std::nullopt);
  EXPECT_THAT(names_in(top()), IsEmpty());
}

TEST_P(SharedStorage, AnExecutorSeesWhatItsDriverWrote) {
  executor_.hears(storage(), token_of(driver_writes()));

  const Observed seen = executor_.run();
  const Observed light = executor_.run(false);

  EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent)) << told(seen);
  EXPECT_THAT(unlooked_of(seen), IsEmpty()) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("token/wire/ok"));
  EXPECT_THAT(steps_of(seen), Contains("exclusive/wire/ok"));
  ASSERT_TRUE(delay_of(seen).has_value());
  EXPECT_GT(*delay_of(seen), 0.0);
  EXPECT_LT(*delay_of(seen), 5.0);
  EXPECT_THAT(codes_of(light), ElementsAre(kAbsent));
  EXPECT_FALSE(did(light, "mount")) << "proven is proven";
}

TEST_P(SharedStorage, ATokenThatIsHeardOfLaterIsLookedUpWithoutWriting) {
  executor_.hears(storage(), std::nullopt);
  const Observed first = executor_.run();
  const Observed woken = executor_.run();  // as the scheduler asks after an unknown verdict
  executor_.hears(storage(), token_of(driver_writes()));

  const Observed seen = executor_.run();

  EXPECT_THAT(unlooked_of(first), ElementsAre("storage.shared.unannounced")) << told(first);
  EXPECT_THAT(unlooked_of(woken), ElementsAre("storage.shared.unannounced"));
  EXPECT_FALSE(did(woken, "create")) << "thousands of executors may wait";
  EXPECT_THAT(unlooked_of(seen), IsEmpty()) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("token/wire/ok"));
  EXPECT_FALSE(did(seen, "create"));
}

TEST_P(SharedStorage, AnotherExportIsNotTheDriversStorage) {
  const StorageToken token = token_of(driver_writes());
  const auto elsewhere = serve();
  use(executor_, *elsewhere);
  executor_.hears(storage(), token);

  const Observed seen = executor_.run();
  const Observed light = executor_.run(false);

  EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent, "storage.shared.not-visible")) << told(seen);
  EXPECT_THAT(seen.findings.back().message, HasSubstr(token.path + " is not there"));
  EXPECT_THAT(steps_of(seen), Contains("exclusive/wire/ok")) << told(seen);
  EXPECT_THAT(codes_of(light), ElementsAre(kAbsent, "storage.shared.not-visible"));
  EXPECT_FALSE(did(light, "mount")) << "one name is looked up once";
}

TEST_P(SharedStorage, ItMendsInTheNextFullRun) {
  const StorageToken token = token_of(driver_writes());
  const auto elsewhere = serve();
  use(executor_, *elsewhere);
  executor_.hears(storage(), token);
  ASSERT_THAT(codes_of(executor_.run()), Contains("storage.shared.not-visible"));
  fs::copy(top(), elsewhere->backing() + "/.sparkwarden", fs::copy_options::recursive);

  const Observed seen = executor_.run();

  EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent)) << told(seen);
}

TEST_P(SharedStorage, OtherContentUnderTheNameIsNotTheDriversToken) {
  const StorageToken token = token_of(driver_writes());
  executor_.hears(storage(), token);
  for (const std::string& content : {std::string("another"), std::string(5'000, 'x')}) {
    std::ofstream(server_->backing() + "/" + token.path) << content;

    const Observed seen = executor_.run();

    ASSERT_THAT(codes_of(seen), ElementsAre(kAbsent, "storage.shared.not-visible")) << told(seen);
    EXPECT_THAT(seen.findings.back().message, HasSubstr("has other content"));
  }
}

TEST_P(SharedStorage, ADirectoryOrALinkOfThatNameIsNone) {
  const StorageToken token = token_of(driver_writes());
  executor_.hears(storage(), token);
  const fs::path path = server_->backing() + "/" + token.path;
  fs::rename(path, path.string() + "-kept");
  fs::create_symlink(path.filename().string() + "-kept", path);
  const Observed link = executor_.run();
  fs::remove(path);
  fs::create_directory(path);

  const Observed directory = executor_.run();

  EXPECT_THAT(codes_of(link), ElementsAre(kAbsent, "storage.shared.not-visible")) << told(link);
  EXPECT_THAT(codes_of(directory), ElementsAre(kAbsent, "storage.shared.not-visible"))
      << told(directory);
}

TEST_P(SharedStorage, ATokenThatMayNotBeReadProvesNothing) {
  const StorageToken token = token_of(driver_writes());
  ::chmod((server_->backing() + "/" + token.path).c_str(), 0);
  executor_.settings().identity = {.uid = 4242, .gid = 4242, .groups = std::vector<int>{}};
  executor_.hears(storage(), token);

  const Observed seen = executor_.run();

  EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent)) << told(seen);
  EXPECT_THAT(unlooked_of(seen), ElementsAre("storage.shared.denied")) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("exclusive/wire/ok")) << told(seen);
}

TEST_P(SharedStorage, ADriverWithoutAStorageHasNoneToProve) {
  const Observed alone = executor_.run();
  Snapshot unread{.started = {}, .started_wall = {}, .probes = {{.name = "peers"}}};

  EXPECT_THAT(unlooked_of(alone), IsEmpty()) << told(alone);
  executor_.heard(std::move(unread));
  EXPECT_THAT(unlooked_of(executor_.run()), IsEmpty());
}

TEST_P(SharedStorage, AnAnnouncementOfLongAgoIsNotLookedFor) {
  executor_.hears(storage(), token_of(driver_writes()), kAnnouncementLife + milliseconds(1));

  const Observed seen = executor_.run();

  EXPECT_THAT(unlooked_of(seen), ElementsAre("storage.shared.unannounced"));
  EXPECT_FALSE(did(seen, "token"));
}

// A driver in another's place whose agent announces no token: the other's announcement is younger
// than kAnnouncementLife, and its storage was proven.
TEST_P(SharedStorage, ADriverThatAnnouncesNoneIsNotJudgedByTheOneBefore) {
  const StorageToken first = token_of(driver_writes());
  executor_.hears(storage(), first);
  ASSERT_THAT(unlooked_of(executor_.run()), IsEmpty());
  executor_.hears(storage(), first, {}, "another-driver-uid");

  const Observed light = executor_.run(false);
  const Observed full = executor_.run();

  for (const Observed* seen : {&light, &full}) {
    EXPECT_THAT(unlooked_of(*seen), ElementsAre("storage.shared.unannounced")) << told(*seen);
    EXPECT_FALSE(did(*seen, "token")) << told(*seen);
  }
}

TEST_P(SharedStorage, BelowTheDriversExportTheNameCountsFromItsRoot) {
  fs::create_directory(server_->backing() + "/app");
  ::chmod((server_->backing() + "/app").c_str(), 0777);
  executor_.hears(storage(), token_of(driver_writes()));
  use(executor_, *server_, "/app");

  const Observed seen = executor_.run();

  EXPECT_THAT(codes_of(seen), ElementsAre(kAbsent)) << told(seen);
  EXPECT_THAT(unlooked_of(seen), IsEmpty()) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("token/wire/ok"));
  EXPECT_THAT(names_in(server_->backing()), ElementsAre(".sparkwarden", "app"));
}

TEST_P(SharedStorage, ATokenThatHangsIsTheServersSilence) {
  executor_.hears(storage(), std::nullopt);
  ASSERT_THAT(codes_of(executor_.run()), ElementsAre(kAbsent));
  const StorageToken token = token_of(driver_writes());
  executor_.hears(storage(), token);
  server_->freeze();
  executor_.settings().rpc_timeout = milliseconds(500);

  const Observed seen = executor_.run(false);
  server_->thaw();

  EXPECT_THAT(codes_of(seen), Contains("nfs.server.silent")) << told(seen);
  EXPECT_THAT(codes_of(seen), Not(Contains("storage.shared.not-visible")));
}

// --- the sweep ---------------------------------------------------------------------------------

constexpr std::chrono::hours kLongAgo{25};

TEST_P(SharedStorage, ADriverRemovesWhatPodsLeftADayAgoAndNothingElse) {
  fs::create_directory(top());
  ::chmod(top().c_str(), 01777);
  const auto make = [&](const std::string& directory, const std::vector<std::string>& files) {
    fs::create_directory(top() + "/" + directory);
    for (const std::string& file : files) std::ofstream(top() + "/" + directory + "/" + file) << 1;
  };
  make("old-pod", {"t-0123456789abcdef", "c-7-00000001"});
  make("young-pod", {"t-0123456789abcdef"});
  make("old-with-more", {"t-0123456789abcdef", "state"});
  make("not_a_pod", {"t-0123456789abcdef"});
  make("driver-uid", {"t-0000000000000001", "t-0000000000000002", "mine"});
  fs::create_directory(server_->backing() + "/checkpoints");
  std::ofstream(server_->backing() + "/checkpoints/t-0123456789abcdef") << 1;
  fs::create_directory_symlink("../checkpoints", top() + "/a-link");
  std::ofstream(top() + "/a-file") << 1;
  fs::create_symlink("../../checkpoints/t-0123456789abcdef", top() + "/old-pod/t-fedcba9876543210");
  age(server_->backing() + "/checkpoints", kLongAgo);
  age(own() + "/t-0000000000000001", std::chrono::hours(2));
  for (const char* name : {"old-pod", "old-with-more", "not_a_pod", "a-file"}) {
    age(top() + "/" + name, kLongAgo);
  }

  const StorageToken token = token_of(driver_writes());

  EXPECT_THAT(
      names_in(top()),
      testing::UnorderedElementsAre(
          "driver-uid", "old-pod", "young-pod", "old-with-more", "not_a_pod", "a-link", "a-file"));
  EXPECT_THAT(names_in(top() + "/old-pod"), ElementsAre("t-fedcba9876543210")) << "a link stays";
  EXPECT_THAT(names_in(top() + "/old-with-more"), ElementsAre("state"));
  EXPECT_THAT(names_in(top() + "/young-pod"), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(top() + "/not_a_pod"), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(server_->backing() + "/checkpoints"), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(own()),
              testing::UnorderedElementsAre(
                  "mine", "t-0000000000000002", token.path.substr(token.path.rfind('/') + 1)))
      << "the last token of an earlier life stays";
}

TEST_P(SharedStorage, AtMost32DirectoriesGoInARun) {
  fs::create_directory(top());
  ::chmod(top().c_str(), 01777);
  for (int i = 0; i < 40; ++i) {
    const std::string directory = top() + "/pod-" + std::to_string(i);
    fs::create_directory(directory);
    age(directory, kLongAgo);
  }

  driver_writes();

  EXPECT_THAT(names_in(top()), testing::SizeIs(40 - 32 + 1));
}

TEST_P(SharedStorage, ALinkInPlaceOfTheAgentsDirectoryIsNotFollowedToSweep) {
  const std::string elsewhere = server_->backing() + "/elsewhere";
  fs::create_directory(elsewhere);
  ::chmod(elsewhere.c_str(), 0777);
  fs::create_directory(elsewhere + "/old-pod");
  std::ofstream(elsewhere + "/old-pod/t-0123456789abcdef") << 1;
  age(elsewhere + "/old-pod", kLongAgo);
  fs::create_directory_symlink("elsewhere", top());

  static_cast<void>(driver_.run());

  EXPECT_THAT(names_in(elsewhere + "/old-pod"), ElementsAre("t-0123456789abcdef"));
}

TEST_P(SharedStorage, ExecutorsSweepNothing) {
  fs::create_directories(top() + "/old-pod");
  ::chmod(top().c_str(), 01777);
  age(top() + "/old-pod", kLongAgo);
  executor_.world().serves = true;

  static_cast<void>(executor_.run());

  EXPECT_THAT(names_in(top()), ElementsAre("old-pod"));
}

}  // namespace
}  // namespace sparkwarden::tests
