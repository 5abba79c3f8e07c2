// SPDX-License-Identifier: Apache-2.0
// The same storage as the driver, proven through mounts: the whole probe of a driver and of an
// executor, with their real children. What each has mounted is a directory of this machine; with
// the one that the server exports, mount and wire lead to the same files.
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
#include "agent/core/verdict.hpp"
#include "probes/storage/measures.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/local_mount.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

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

void age(const fs::path& path, std::chrono::hours by) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - by);
}

std::string name_of(const StorageToken& token) {
  return token.path.substr(token.path.rfind('/') + 1);
}

/// How often the run did `step`, by way: "token/mount".
long times(const Observed& observed, const std::string& step) {
  return std::count_if(observed.steps.begin(), observed.steps.end(), [&](const Step& one) {
    return one.name + "/" + one.via == step;
  });
}

bool measured_delay(const Observed& observed) {
  return std::any_of(
      observed.measurements.begin(), observed.measurements.end(), [](const Measurement& one) {
        return one.spec == &storage::measures::kVisibilityDelay && one.value > 0 && one.value < 5;
      });
}

/// A driver and an executor; what they have mounted is up to the test.
class MountedRigs {
 public:
  MountedRigs() {
    driver_.world().serves = true;
    driver_.world().identity.uid = "driver-uid";
    executor_.world().role = Role::executor;
    executor_.world().identity.uid = "executor-uid";
  }

 protected:
  void mount(StorageRig& rig, const std::string& directory, const std::string& source) {
    mounts_.push_back(std::make_unique<LocalMount>(directory, source, kMountPath));
    rig.world().paths.root = mounts_.back()->root();
    rig.mountinfo(mounts_.back()->line());
  }
  StorageToken token_of(const Observed& driver) {
    EXPECT_TRUE(driver.facts.own_token.has_value()) << told(driver);
    return driver.facts.own_token.value_or(OwnToken{}).token;
  }
  [[nodiscard]] static StorageView nas(const std::string& path) {
    return {.server = "nas", .export_path = path, .mount_path = kMountPath, .fsid = ""};
  }

  StorageRig driver_;
  StorageRig executor_;
  std::vector<std::unique_ptr<LocalMount>> mounts_;
};

// --- mounts alone, with the wire off -----------------------------------------------------------

class MountsAlone : public testing::Test, public MountedRigs {
 protected:
  void SetUp() override {
    fs::create_directory(there());
    for (StorageRig* rig : {&driver_, &executor_}) {
      rig->target("/cp", 1);
      rig->settings().wire = storage::Use::off;
      mount(*rig, there(), "nas:/cp");
    }
  }
  void TearDown() override {
    for (StorageRig* rig : {&driver_, &executor_}) EXPECT_TRUE(rig->at_rest());
    EXPECT_EQ(count_children(), 0);
  }

  Observed driver_writes() {
    Observed seen = driver_.run();
    EXPECT_THAT(codes_of(seen), IsEmpty()) << told(seen);
    EXPECT_THAT(unlooked_of(seen), IsEmpty()) << told(seen);
    return seen;
  }
  /// As `peers` hands it on.
  StorageToken executor_hears_of_it() {
    StorageToken token = token_of(driver_writes());
    executor_.hears(nas("/cp"), token);
    return token;
  }
  [[nodiscard]] std::string there() const { return (dir_.path() / "there").string(); }
  [[nodiscard]] std::string top() const { return there() + "/.sparkwarden"; }
  [[nodiscard]] std::string own() const { return top() + "/driver-uid"; }

  TempDir dir_;
};

TEST_F(MountsAlone, ADriversFullRunLeavesATokenAndAnnouncesIt) {
  const Instant before = Instant::clock::now();
  const Observed seen = driver_writes();
  const Instant after = Instant::clock::now();

  const StorageToken token = token_of(seen);
  EXPECT_TRUE(is_token_path(token.path)) << token.path;
  const fs::path file = there() + "/" + token.path;
  EXPECT_EQ(sha256_hex(read(file)), token.sha256);
  EXPECT_LE(fs::file_size(file), kTokenBytesMax);
  EXPECT_EQ(static_cast<unsigned>(fs::status(file).permissions()), 0640U);
  EXPECT_EQ(static_cast<unsigned>(fs::status(own()).permissions()), 0770U);
  EXPECT_THAT(names_in(own()), ElementsAre(name_of(token)));
  EXPECT_GE(seen.facts.own_token->closed, before);
  EXPECT_LE(seen.facts.own_token->closed, after);
  const std::vector<std::string> steps = steps_of(seen);
  ASSERT_GE(steps.size(), 3U);
  EXPECT_THAT(std::vector(steps.end() - 3, steps.end()),
              ElementsAre("announce/mount/ok", "unlink/mount/ok", "sweep/mount/ok"));
}

TEST_F(MountsAlone, ADirectoryBelowTheExportIsProvenAndNotCompared) {
  const StorageToken token = token_of(driver_writes());
  fs::create_directory(there() + "/app");
  StorageRig below;
  below.world().role = Role::executor;
  below.world().identity.uid = "executor-uid";
  below.target("/cp", 1);
  below.settings().wire = storage::Use::off;
  mount(below, there() + "/app", "nas:/cp/app");
  below.hears(nas("/cp"), token);

  const Observed seen = below.run();

  EXPECT_THAT(codes_of(seen), ElementsAre("storage.shared.not-comparable")) << told(seen);
  EXPECT_THAT(unlooked_of(seen), IsEmpty());
  EXPECT_GT(times(seen, "rename/mount"), 0);
}

TEST_F(MountsAlone, ARunSoonAfterAndALightOneLetTheAnnouncedNameStand) {
  const StorageToken token = token_of(driver_writes());

  for (const bool full : {true, false}) {
    const Observed again = driver_.run(full);
    EXPECT_EQ(again.facts.own_token, std::nullopt);
    EXPECT_EQ(times(again, "announce/mount"), 0);
  }
  EXPECT_THAT(names_in(own()), ElementsAre(name_of(token)));
}

TEST_F(MountsAlone, ACheckByHandWritesNoneAndLeavesTheAnnouncedOneAlone) {
  const StorageToken token = token_of(driver_writes());
  StorageRig check;
  check.world().identity.uid = "driver-uid";
  check.target("/cp", 1);
  check.settings().wire = storage::Use::off;
  mount(check, there(), "nas:/cp");

  EXPECT_EQ(check.run().facts.own_token, std::nullopt);
  EXPECT_THAT(names_in(own()), ElementsAre(name_of(token)));
}

TEST_F(MountsAlone, AnExecutorSeesWhatItsDriverWroteAndNeedsNoWire) {
  executor_hears_of_it();

  const Observed seen = executor_.run();
  const Observed light = executor_.run(false);

  EXPECT_EQ(judge(seen), Verdict::pass) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("token/mount/ok"));
  EXPECT_THAT(steps_of(seen), Contains("list/mount/ok"));
  EXPECT_TRUE(measured_delay(seen)) << told(seen);
  EXPECT_EQ(judge(light), Verdict::pass) << told(light);
  EXPECT_EQ(times(light, "token/mount"), 0) << "proven is proven";
}

TEST_F(MountsAlone, ATokenThatIsHeardOfLaterIsLookedUpWithoutWriting) {
  executor_.hears(nas("/cp"), std::nullopt);
  const Observed first = executor_.run();
  const Observed woken = executor_.run();  // as the scheduler asks after an unknown verdict
  executor_hears_of_it();

  const Observed seen = executor_.run();

  EXPECT_THAT(unlooked_of(first), ElementsAre("storage.shared.unannounced")) << told(first);
  EXPECT_THAT(unlooked_of(woken), ElementsAre("storage.shared.unannounced"));
  EXPECT_EQ(times(woken, "create/mount"), 0) << "thousands of executors may wait";
  EXPECT_EQ(judge(seen), Verdict::pass) << told(seen);
  EXPECT_THAT(steps_of(seen), ElementsAre("stat/mount/ok", "statvfs/mount/ok", "token/mount/ok"));
}

TEST_F(MountsAlone, ANameThatIsNotThereIsLookedUpOnceAndTheNextOneAnew) {
  const StorageToken token = executor_hears_of_it();
  fs::rename(there() + "/" + token.path, there() + "/kept");

  const Observed seen = executor_.run();
  const Observed again = executor_.run();
  const StorageToken next{.path = ".sparkwarden/driver-uid/t-00000000000000aa",
                          .sha256 = token.sha256};
  fs::rename(there() + "/kept", there() + "/" + next.path);
  executor_.hears(nas("/cp"), next);
  const Observed mended = executor_.run(false);

  ASSERT_THAT(codes_of(seen), ElementsAre("storage.shared.not-visible")) << told(seen);
  EXPECT_EQ(seen.findings[0].severity, Severity::error);
  EXPECT_THAT(seen.findings[0].message, HasSubstr(token.path + " is not there"));
  EXPECT_THAT(steps_of(seen), Contains("list/mount/ok")) << "the mount itself is well";
  EXPECT_THAT(codes_of(again), ElementsAre("storage.shared.not-visible"));
  EXPECT_EQ(times(again, "token/mount"), 0) << "the node remembers for a minute";
  EXPECT_EQ(judge(mended), Verdict::pass) << told(mended);
}

TEST_F(MountsAlone, WhatIsNoFileIsNotOpenedAndNoToken) {
  const StorageToken token = executor_hears_of_it();
  const std::string path = there() + "/" + token.path;
  const std::string kept = (dir_.path() / "kept").string();
  fs::rename(path, kept);
  const std::vector<void (*)(const std::string&, const std::string&)> fakes{
      [](const std::string& at, const std::string& good) { fs::create_symlink(good, at); },
      [](const std::string& at, const std::string&) { ::mkfifo(at.c_str(), 0666); },
      [](const std::string& at, const std::string&) { fs::create_directory(at); }};

  for (const auto& fake : fakes) {
    fake(path, kept);
    StorageRig executor;
    executor.world().role = Role::executor;
    executor.target("/cp", 1);
    executor.settings().wire = storage::Use::off;
    mount(executor, there(), "nas:/cp");
    executor.hears(nas("/cp"), token);

    const Observed seen = executor.run();

    EXPECT_THAT(codes_of(seen), ElementsAre("storage.shared.not-visible")) << told(seen);
    fs::remove(path);
  }
}

TEST_F(MountsAlone, ALinkOnTheWayLeadsNobodyToAToken) {
  const StorageToken token = executor_hears_of_it();
  fs::rename(own(), dir_.path() / "elsewhere");
  fs::create_directory_symlink(dir_.path() / "elsewhere", own());

  const Observed seen = executor_.run();

  EXPECT_THAT(codes_of(seen), ElementsAre("storage.shared.not-visible")) << told(seen);
}

TEST_F(MountsAlone, ALinkInPlaceOfThePodsDirectoryGetsNoToken) {
  const std::string elsewhere = (dir_.path() / "elsewhere").string();
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere + "/t-0123456789abcdef") << 1;
  fs::create_directory(top());
  fs::create_directory_symlink(elsewhere, own());

  const Observed seen = driver_.run();

  EXPECT_THAT(codes_of(seen), ElementsAre("mount.checkpoint.failed")) << told(seen);
  EXPECT_EQ(seen.facts.own_token, std::nullopt);
  EXPECT_THAT(names_in(elsewhere), ElementsAre("t-0123456789abcdef"));
}

// --- the sweep, through the mount --------------------------------------------------------------

constexpr std::chrono::hours kLongAgo{25};

TEST_F(MountsAlone, ADriverRemovesWhatPodsLeftADayAgoAndNothingElse) {
  const auto make = [&](const std::string& directory, const std::vector<std::string>& files) {
    fs::create_directories(top() + "/" + directory);
    for (const std::string& file : files) std::ofstream(top() + "/" + directory + "/" + file) << 1;
  };
  make("old-pod", {"t-0123456789abcdef", "c-7-00000001"});
  make("older-pod", {"t-0123456789abcdef", "c-7-00000001"});
  make("young-pod", {"t-0123456789abcdef"});
  make("old-with-more", {"t-0123456789abcdef", "state"});
  make("not_a_pod", {"t-0123456789abcdef"});
  make("driver-uid", {"t-0000000000000001", "t-0000000000000002", "mine"});
  const std::string outside = (dir_.path() / "outside").string();
  fs::create_directory(outside);
  std::ofstream(outside + "/t-0123456789abcdef") << 1;
  fs::create_directory_symlink(outside, top() + "/a-link");
  std::ofstream(top() + "/a-file") << 1;
  fs::create_symlink(outside + "/t-0123456789abcdef", top() + "/old-pod/t-fedcba9876543210");
  age(outside, kLongAgo);
  age(own() + "/t-0000000000000001", std::chrono::hours(2));
  for (const char* name : {"old-pod", "older-pod", "old-with-more", "not_a_pod", "a-file"}) {
    age(top() + "/" + name, kLongAgo);
  }

  const StorageToken token = token_of(driver_writes());

  EXPECT_THAT(
      names_in(top()),
      UnorderedElementsAre(
          "driver-uid", "old-pod", "young-pod", "old-with-more", "not_a_pod", "a-link", "a-file"));
  EXPECT_THAT(names_in(top() + "/old-pod"), ElementsAre("t-fedcba9876543210")) << "a link stays";
  EXPECT_THAT(names_in(top() + "/old-with-more"), ElementsAre("state"));
  EXPECT_THAT(names_in(top() + "/young-pod"), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(top() + "/not_a_pod"), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(outside), ElementsAre("t-0123456789abcdef"));
  EXPECT_THAT(names_in(own()), UnorderedElementsAre("mine", "t-0000000000000002", name_of(token)))
      << "the last token of an earlier life stays";
}

TEST_F(MountsAlone, AtMost32DirectoriesGoInARun) {
  for (int i = 0; i < 40; ++i) {
    const std::string directory = top() + "/pod-" + std::to_string(i);
    fs::create_directories(directory);
    age(directory, kLongAgo);
  }

  driver_writes();

  EXPECT_THAT(names_in(top()), testing::SizeIs(40 - 32 + 1));
}

TEST_F(MountsAlone, ExecutorsSweepNothing) {
  fs::create_directories(top() + "/old-pod");
  age(top() + "/old-pod", kLongAgo);
  executor_.world().serves = true;

  static_cast<void>(executor_.run());

  EXPECT_THAT(names_in(top()), ElementsAre("old-pod"));
}

// --- beside the wire ---------------------------------------------------------------------------

class MountsAndWire : public testing::TestWithParam<int>, public MountedRigs {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    if (GetParam() == 3) network_ = std::make_unique<NetworkNamespace>();
    server_ = serve();
    for (StorageRig* rig : {&driver_, &executor_}) {
      use(*rig, *server_);
      mount(*rig, server_->backing(), "nas:" + server_->path());
    }
  }

  std::unique_ptr<Ganesha> serve() {
    GaneshaOptions options;
    options.version = GetParam();
    options.network = network_.get();
    return std::make_unique<Ganesha>(std::move(options));
  }
  void use(StorageRig& rig, const Ganesha& server) {
    rig.network(network_.get());
    rig.target(server.path(), server.nfs_port());
    rig.settings().connect.mount_port = GetParam() == 3 ? server.mount_port() : 0;
  }
  /// A directory as the exported one was a moment ago.
  std::string old_copy() const {
    const std::string copy = (dir_.path() / "copy").string();
    fs::copy(server_->backing(), copy, fs::copy_options::recursive);
    return copy;
  }
  Observed driver_writes() {
    Observed seen = driver_.run();
    EXPECT_THAT(codes_of(seen), IsEmpty()) << told(seen);
    return seen;
  }
  StorageToken executor_hears_of_it() {
    StorageToken token = token_of(driver_writes());
    executor_.hears(nas(server_->path()), token);
    return token;
  }

  TempDir dir_;
  std::unique_ptr<NetworkNamespace> network_;
  std::unique_ptr<Ganesha> server_;
};

INSTANTIATE_TEST_SUITE_P(Version, MountsAndWire, testing::Values(3, 4), [](const auto& version) {
  return "v" + std::to_string(version.param);
});

TEST_P(MountsAndWire, TheMountWritesAndReadsAndTheWireIsLeftAlone) {
  executor_hears_of_it();

  const Observed seen = executor_.run();

  EXPECT_EQ(judge(seen), Verdict::pass) << told(seen);
  EXPECT_EQ(times(seen, "token/mount"), 1);
  EXPECT_EQ(times(seen, "token/wire"), 0);
  EXPECT_EQ(times(seen, "mount/wire"), 1) << "no second child";
  EXPECT_TRUE(measured_delay(seen)) << told(seen);
}

TEST_P(MountsAndWire, TheDriverWritesThroughItsMountAlone) {
  const Observed seen = driver_writes();

  EXPECT_EQ(times(seen, "announce/mount"), 1) << told(seen);
  EXPECT_EQ(times(seen, "announce/wire"), 0);
  EXPECT_EQ(times(seen, "sweep/wire"), 0);
}

TEST_P(MountsAndWire, WhatTheMountWroteAnExecutorWithoutOneSeesOverTheWire) {
  executor_.mountinfo("");
  executor_hears_of_it();

  const Observed seen = executor_.run();

  EXPECT_THAT(unlooked_of(seen), IsEmpty()) << told(seen);
  EXPECT_THAT(codes_of(seen), ElementsAre("mount.checkpoint.absent")) << told(seen);
  EXPECT_THAT(steps_of(seen), Contains("token/wire/ok"));
}

TEST_P(MountsAndWire, AnOldViewOfTheStorageIsAWarningThatTheWireExplains) {
  mounts_.back()->lead_to(old_copy());
  executor_.mountinfo(mounts_.back()->line());
  const StorageToken token = executor_hears_of_it();

  const Observed seen = executor_.run();
  const Observed light = executor_.run(false);
  const Observed full = executor_.run();

  ASSERT_THAT(codes_of(seen), ElementsAre("storage.shared.stale-view")) << told(seen);
  EXPECT_EQ(seen.findings[0].severity, Severity::warning);
  EXPECT_THAT(seen.findings[0].message, HasSubstr("over the wire it is as the driver wrote it"));
  EXPECT_EQ(times(seen, "token/mount"), 1);
  EXPECT_EQ(times(seen, "token/wire"), 1) << told(seen);
  EXPECT_THAT(codes_of(light), ElementsAre("storage.shared.stale-view"));
  EXPECT_EQ(times(light, "token/mount") + times(light, "token/wire"), 0);
  EXPECT_THAT(codes_of(full), ElementsAre("storage.shared.stale-view"));
  EXPECT_EQ(times(full, "token/mount"), 0) << "a name is looked up once";
  EXPECT_EQ(times(full, "mount/wire"), 1) << "in the child that is sent anyway: " << told(full);
}

TEST_P(MountsAndWire, OtherContentThroughTheMountIsAnOldViewToo) {
  const StorageToken token = executor_hears_of_it();
  const std::string copy = old_copy();
  std::ofstream(copy + "/" + token.path) << "another";
  mounts_.back()->lead_to(copy);
  executor_.mountinfo(mounts_.back()->line());

  const Observed seen = executor_.run();

  ASSERT_THAT(codes_of(seen), ElementsAre("storage.shared.stale-view")) << told(seen);
  EXPECT_THAT(seen.findings[0].message, HasSubstr("has other content"));
}

TEST_P(MountsAndWire, OtherContentBothWaysIsNotTheDriversStorage) {
  const StorageToken token = executor_hears_of_it();
  for (const std::string& content : {std::string("another"), std::string(5'000, 'x')}) {
    std::ofstream(server_->backing() + "/" + token.path) << content;
    StorageRig executor;
    executor.world().role = Role::executor;
    use(executor, *server_);
    mount(executor, server_->backing(), "nas:" + server_->path());
    executor.hears(nas(server_->path()), token);

    const Observed seen = executor.run();

    ASSERT_THAT(codes_of(seen), ElementsAre("storage.shared.not-visible")) << told(seen);
    EXPECT_THAT(seen.findings[0].message, HasSubstr("has other content"));
  }
}

TEST_P(MountsAndWire, AnotherServerOfTheNameIsNotTheDriversStorage) {
  const StorageToken token = token_of(driver_writes());
  const auto elsewhere = serve();
  use(executor_, *elsewhere);
  mount(executor_, elsewhere->backing(), "nas:" + elsewhere->path());
  executor_.hears(nas(server_->path()), token);

  const Observed seen = executor_.run();

  ASSERT_THAT(codes_of(seen), ElementsAre("storage.shared.not-visible")) << told(seen);
  EXPECT_EQ(seen.findings[0].severity, Severity::error);
  EXPECT_EQ(times(seen, "token/mount"), 1);
  EXPECT_EQ(times(seen, "token/wire"), 1);
  EXPECT_THAT(steps_of(seen), Contains("list/mount/ok"));
}

TEST_P(MountsAndWire, AClosedPortIsAWarningAndTheMountAloneProves) {
  for (StorageRig* rig : {&driver_, &executor_}) rig->settings().connect.nfs_port = 1;
  const Observed driver = driver_.run();
  executor_.hears(nas(server_->path()), token_of(driver));

  const Observed seen = executor_.run();

  ASSERT_THAT(codes_of(driver), ElementsAre("nfs.server.refused")) << told(driver);
  ASSERT_THAT(codes_of(seen), ElementsAre("nfs.server.refused")) << told(seen);
  EXPECT_EQ(judge(seen), Verdict::warn);
  EXPECT_EQ(times(seen, "token/mount"), 1);
  EXPECT_THAT(unlooked_of(seen), IsEmpty());
}

TEST_P(MountsAndWire, AServerThatTalksToNoAgentIsProvenByTheMountAlone) {
  std::unique_ptr<TcpProxy> proxy;
  const auto between = [&] { proxy = std::make_unique<TcpProxy>(server_->nfs_port()); };
  if (network_ != nullptr) {
    network_->inside(between);
  } else {
    between();
  }
  // After the event loop's NULL: MSG_DENIED, AUTH_ERROR, TOOWEAK.
  proxy->edit_replies([](const RpcHead& call, const std::string& reply) {
    if (call.name().ends_with("NULL")) return framed(reply);
    return framed(words({call.xid, 1, 1, 1, 5}));
  });
  for (StorageRig* rig : {&driver_, &executor_}) rig->settings().connect.nfs_port = proxy->port();
  const Observed driver = driver_.run();
  executor_.hears(nas(server_->path()), token_of(driver));

  const Observed seen = executor_.run();

  ASSERT_THAT(codes_of(driver), ElementsAre("nfs.export.wire-not-permitted")) << told(driver);
  ASSERT_THAT(codes_of(seen), ElementsAre("nfs.export.wire-not-permitted")) << told(seen);
  EXPECT_EQ(seen.findings[0].severity, Severity::info);
  EXPECT_EQ(judge(seen), Verdict::pass);
  EXPECT_EQ(times(seen, "token/mount"), 1);
  EXPECT_TRUE(measured_delay(seen));
}

TEST_P(MountsAndWire, WithMountOffTokensGoOverTheWire) {
  for (StorageRig* rig : {&driver_, &executor_}) rig->settings().mount = storage::Use::off;
  const Observed driver = driver_.run();
  executor_.hears(nas(server_->path()), token_of(driver));

  const Observed seen = executor_.run();

  EXPECT_EQ(times(driver, "announce/wire"), 1) << told(driver);
  EXPECT_EQ(times(seen, "token/wire"), 1) << told(seen);
  EXPECT_EQ(judge(seen), Verdict::pass);
}

// A name counts from the export's root, which a mount of a directory below it does not show.
TEST_P(MountsAndWire, BelowTheExportsRootTokensGoOverTheWire) {
  const std::string below = server_->backing() + "/app";
  fs::create_directory(below);
  ::chmod(below.c_str(), 0777);
  for (StorageRig* rig : {&driver_, &executor_}) {
    mount(*rig, below, "nas:" + server_->path() + "/app");
  }
  const Observed driver = driver_.run();
  executor_.hears(nas(server_->path()), token_of(driver));

  const Observed seen = executor_.run();

  EXPECT_EQ(times(driver, "announce/wire"), 1) << told(driver);
  EXPECT_EQ(times(driver, "announce/mount"), 0);
  EXPECT_TRUE(fs::exists(server_->backing() + "/" + token_of(driver).path));
  EXPECT_EQ(times(seen, "token/wire"), 1) << told(seen);
  EXPECT_EQ(times(seen, "token/mount"), 0);
  EXPECT_EQ(judge(seen), Verdict::pass) << told(seen);
}

// Who writes through a mount is this process; Spark's user may be denied where it is not.
TEST_P(MountsAndWire, AnAgentThatIsNotSparksUserWritesOverTheWire) {
  driver_.settings().identity = {.uid = 185, .gid = 0, .groups = std::vector<int>{}};

  const Observed seen = driver_writes();

  EXPECT_EQ(times(seen, "announce/wire"), 1) << told(seen);
  EXPECT_EQ(times(seen, "announce/mount"), 0);
  EXPECT_TRUE(seen.facts.own_token.has_value());
}

TEST_P(MountsAndWire, WhereTheWireDoesNotLetItItTriesTheMount) {
  driver_.settings().identity = {.uid = 185, .gid = 0, .groups = std::vector<int>{}};
  driver_.settings().connect.nfs_port = 1;

  const Observed seen = driver_.run();

  EXPECT_EQ(times(seen, "announce/mount"), 1) << told(seen);
  EXPECT_TRUE(seen.facts.own_token.has_value());
}

TEST_P(MountsAndWire, AServerThatFreezesAfterwardsLeavesTheMountAlone) {
  executor_.hears(nas(server_->path()), std::nullopt);
  static_cast<void>(executor_.run());
  executor_hears_of_it();
  executor_.settings().rpc_timeout = milliseconds(300);
  server_->freeze();

  const Observed seen = executor_.run(false);
  server_->thaw();

  EXPECT_THAT(codes_of(seen), ElementsAre("nfs.server.silent")) << told(seen);
  EXPECT_THAT(unlooked_of(seen), ElementsAre("mount.checkpoint.untouched"));
  EXPECT_EQ(times(seen, "token/mount"), 0);
}

// --- mounts that hang --------------------------------------------------------------------------

class HangingShared : public testing::Test, public MountedRigs {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;
    fs_ = std::make_unique<HangingFs>(dir_.path().string() + kMountPath);
    for (StorageRig* rig : {&driver_, &executor_}) {
      rig->target("/cp", 1);
      rig->settings().wire = storage::Use::off;
      rig->world().paths.root = dir_.path();
      rig->mountinfo("1 2 " + fs_->device() + " / " + fs_->path() + " rw - nfs nas:/cp rw,hard\n");
    }
    const Observed driver = driver_.run();
    token_ = token_of(driver);
    executor_.hears(nas("/cp"), token_);
  }
  void TearDown() override {
    for (StorageRig* rig : {&driver_, &executor_}) EXPECT_TRUE(rig->at_rest());
    EXPECT_EQ(count_children(), 1);  // the file system's own
  }

  TempDir dir_;
  std::unique_ptr<HangingFs> fs_;
  StorageToken token_;
};

TEST_F(HangingShared, ReadingATokenHangsAsEverythingElseDoes) {
  fs_->command("open hang");

  const Observed hung = executor_.run_until([&] { return fs_->waited_for(); });
  fs_->command("");
  const Observed well = executor_.run();

  ASSERT_THAT(codes_of(hung), ElementsAre("mount.checkpoint.hung")) << told(hung);
  EXPECT_THAT(hung.findings[0].message, HasSubstr("no end of step token "));
  EXPECT_THAT(unlooked_of(hung), IsEmpty()) << told(hung);
  EXPECT_EQ(judge(well), Verdict::pass) << told(well);
  EXPECT_EQ(times(well, "token/mount"), 1) << "it has not been seen yet";
}

TEST_F(HangingShared, ATokenThatMayNotBeReadProvesNothing) {
  fs_->command("open error 13");
  executor_.settings().targets->front().write = true;

  const Observed seen = executor_.run();

  EXPECT_THAT(unlooked_of(seen), Contains("storage.shared.denied")) << told(seen);
  EXPECT_THAT(codes_of(seen), Not(Contains("storage.shared.not-visible")));
}

TEST_F(HangingShared, AStaleNameIsNotSeen) {
  fs_->command("open error 116");

  const Observed seen = executor_.run();

  EXPECT_THAT(codes_of(seen), Contains("storage.shared.not-visible")) << told(seen);
}

TEST_F(HangingShared, AReadingThatFailsIsTheMountsTrouble) {
  fs_->command("read error 5");

  const Observed seen = executor_.run();

  ASSERT_THAT(codes_of(seen), ElementsAre("mount.checkpoint.failed")) << told(seen);
  EXPECT_THAT(seen.findings[0].message, HasSubstr("step token "));
  EXPECT_THAT(unlooked_of(seen), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::tests
