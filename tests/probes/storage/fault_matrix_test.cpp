// SPDX-License-Identifier: Apache-2.0
// Every way an export is known to break, and the code that names it, over version 3 and 4 where
// both have it. docs/storage-faults.md is the table; what only one version has, or what needs no
// fault of the connection, stands in wire_test.cpp.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/storage/wire_fixture.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// One version, in a network of its own, with a proxy before the NFS port.
class FaultFixture : public WireV4 {
 protected:
  void begin(int version) {
    version_ = version;
    network_ = std::make_unique<NetworkNamespace>();
    rig_.network(network_.get());
    servers_ = 1;
    be_patient();
    rig_.settings().connect.version =
        version == 3 ? storage::NfsVersion::v3 : storage::NfsVersion::v4;
  }
  Ganesha& start(GaneshaOptions options = {}) {
    options.version = version_;
    options.network = network_.get();
    Ganesha& server = serve(std::move(options));
    servers_ = 2;
    if (version_ == 3) rig_.settings().connect.mount_port = server.mount_port();
    network_->inside([&] { proxy_ = std::make_unique<TcpProxy>(server.nfs_port()); });
    rig_.settings().connect.nfs_port = proxy_->port();
    return server;
  }
  void be_impatient(milliseconds rpc_timeout = milliseconds(1'000)) {
    rig_.settings().rpc_timeout = rpc_timeout;
    rig_.settings().step_deadline = std::max(milliseconds(1'500), 2 * rpc_timeout);
  }
  // Long enough for a busy machine: only where silence is what is looked for is it waited out.
  void be_patient() {
    rig_.settings().rpc_timeout = seconds(15);
    rig_.settings().step_deadline = seconds(20);
  }
  // From the `count`th call of the child on; the first call is the event loop's NULL.
  void edit_from(int count, EditReply edit) {
    proxy_->edit_replies(
        [count, edit = std::move(edit), seen = 0](const RpcHead& call, std::string reply) mutable {
          return ++seen > count ? edit(call, std::move(reply)) : framed(reply);
        });
  }
  void expect(const std::string& code, const std::string& words = "") {
    const Observed observed = rig_.run();
    ASSERT_THAT(codes_of(observed), ElementsAre(code, kAbsent)) << told(observed);
    EXPECT_THAT(observed.findings[0].message, HasSubstr(words));
  }

  int version_ = 0;
  std::unique_ptr<NetworkNamespace> network_;
  std::unique_ptr<TcpProxy> proxy_;
};

class FaultMatrix : public FaultFixture, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    FaultFixture::SetUp();
    if (!IsSkipped()) begin(GetParam());
  }
};

INSTANTIATE_TEST_SUITE_P(Version, FaultMatrix, testing::Values(3, 4), [](const auto& test) {
  return std::to_string(test.param);
});

// --- before the child ------------------------------------------------------------------------

TEST_P(FaultMatrix, ARefusedPort) {
  start().kill();
  servers_ = 1;
  rig_.settings().connect.nfs_port = server_->nfs_port();

  expect("nfs.server.refused", "refuses connections");
}

TEST_P(FaultMatrix, AnUnknownName) {
  start();
  rig_.settings().connect.address = std::string(64, 'a') + ".invalid";  // no resolver sends that

  expect("nfs.server.dns", "has no address");
}

TEST_P(FaultMatrix, NoRoute) {
  start();
  rig_.settings().connect.address =
      "192.0.2.1";  // TEST-NET-1; the network here has a loopback only

  expect("nfs.server.unreachable", "cannot be reached");
}

TEST_P(FaultMatrix, ConnectionAttemptsThatVanish) {
  be_impatient();
  start();
  int listener = -1;
  std::vector<int> waiting;
  network_->inside([&] {  // a full queue drops further attempts, as a firewall does
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener, generic, size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    ASSERT_EQ(::getsockname(listener, generic, &size), 0);
    rig_.settings().connect.nfs_port = ntohs(address.sin_port);
    for (int i = 0; i < 3; ++i) {
      waiting.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      static_cast<void>(::connect(waiting.back(), generic, size));
    }
  });

  expect("nfs.server.unreachable", "does not answer a connection attempt");

  for (const int fd : waiting) ::close(fd);
  ::close(listener);
}

TEST_P(FaultMatrix, AFrozenServer) {
  be_impatient(seconds(2));
  start().freeze();

  expect("nfs.server.silent", "does not answer an NFS NULL call");
  server_->thaw();
  EXPECT_LT(rig_.took(), seconds(4));  // one rpc_timeout, not two
}

TEST_P(FaultMatrix, APortThatHangsUp) {
  start();
  proxy_->set(ProxyMode::close);

  expect("nfs.server.disconnected");
}

TEST_P(FaultMatrix, AnotherSpeakerOnThePort) {
  start();
  proxy_->set(ProxyMode::garbage);

  expect("nfs.server.protocol");
}

TEST_P(FaultMatrix, AVersionThatIsNotOffered) {
  start();
  rig_.settings().connect.version =
      version_ == 3 ? storage::NfsVersion::v4 : storage::NfsVersion::v3;

  expect("nfs.server.version", "does not offer NFS version " + std::to_string(7 - version_));
}

// --- the export ------------------------------------------------------------------------------

TEST_P(FaultMatrix, AnExportThatIsNotThere) {
  start();
  rig_.settings().targets->front().export_path += "-elsewhere";

  expect("nfs.export.missing");
}

TEST_P(FaultMatrix, ADirectoryThatIsNotThere) {
  start();
  rig_.settings().targets->front().export_path += "/none/such";

  // Over version 3 Ganesha refuses (ACCES) what others call missing (NOENT).
  if (version_ == 3) {
    expect("nfs.export.refused", "a directory below that is not there is refused in these words");
  } else {
    expect("nfs.export.missing", "NFS4ERR_NOENT");
  }
}

// The two versions may know one export by different names.
TEST_P(FaultMatrix, AnExportByItsNameInTheOtherVersion) {
  GaneshaOptions options;
  options.pseudo = "/checkpoints-by-another-name";
  const Ganesha& server = start(options);
  rig_.settings().targets->front().export_path = version_ == 3 ? options.pseudo : server.path();

  expect("nfs.export.missing", version_ == 3 ? server.path() : "NFS4ERR_NOENT");
}

TEST_P(FaultMatrix, AReadOnlyExport) {
  GaneshaOptions options;
  options.read_only = true;
  start(options);

  expect("nfs.export.read-only", "ERR_ROFS");
}

TEST_P(FaultMatrix, ASquashedRoot) {
  GaneshaOptions options;
  options.squash = "Root_Squash";
  options.mode = 0755;
  start(options);

  expect("nfs.write.denied", "mode 0755");
}

TEST_P(FaultMatrix, SparksUserOnRootsDirectory) {
  GaneshaOptions options;
  options.mode = 0700;
  start(options);
  rig_.settings().identity = {.uid = 185, .gid = 185, .groups = std::vector<int>{}};

  expect("nfs.write.denied", "as 185:185 is denied");
}

TEST_P(FaultMatrix, APrivilegedPortThatTheAgentLacks) {
  GaneshaOptions options;
  options.privileged_port = true;
  start(options);
  // The proxy calls from a high port, as an agent without privileges does.
  rig_.mountinfo("1 2 0:3 / " + std::string(kMountPath) + " rw - nfs nas:" + server_->path() +
                 " rw\n");
  run_child_as_nobody();

  const Observed observed = rig_.run();

  // Version 4 hides the export, so that there is less evidence than over version 3.
  const std::vector<std::string> said = version_ == 3 ? codes_of(observed) : unlooked_of(observed);
  EXPECT_THAT(said, Contains("nfs.export.wire-not-permitted")) << told(observed);
  // The table names a mount that this machine does not have, which the other child says as well.
  EXPECT_NE(judge(observed), Verdict::fail) << told(observed);
}

TEST_P(FaultMatrix, AFullFileSystem) {
  GaneshaOptions options;
  options.tmpfs_bytes = 1 << 20;
  const Ganesha& server = start(options);
  std::ofstream(server.backing() + "/ballast") << std::string(2 << 20, 'x');

  expect("nfs.write.full", "ERR_NOSPC");
}

TEST_P(FaultMatrix, ANearlyFullFileSystem) {
  GaneshaOptions options;
  options.tmpfs_bytes = 1 << 20;
  const Ganesha& server = start(options);
  std::ofstream(server.backing() + "/ballast") << std::string(950 << 10, 'x');
  expect("storage.space.low", "are free");
  rig_.settings().space.error = {0.09};

  expect("storage.space.exhausted", "are free");
}

TEST_P(FaultMatrix, ADirectoryRemovedUnderTheServer) {
  const Ganesha& server = start();
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  std::filesystem::remove_all(server.path());

  expect("nfs.export.stale", "STALE");
}

// The server goes on exporting the directory that is gone; only a reload of its exports heals that.
TEST_P(FaultMatrix, ADirectoryRemovedAndMadeAgainUnderTheServer) {
  const Ganesha& server = start();
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  std::filesystem::remove_all(server.path());
  std::filesystem::create_directory(server.path());

  expect("nfs.export.stale", "STALE");
}

TEST_P(FaultMatrix, ADirectoryReplacedUnderItsName) {
  Ganesha& server = start();
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  server.replace_directory();

  expect("nfs.server.changed", "mounts from before refer to what is gone");
}

TEST_P(FaultMatrix, AServerWithAnotherFsid) {
  GaneshaOptions options;
  options.filesystem_id = "1.1";
  Ganesha& server = start(options);
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  server.change_filesystem_id("2.2");

  expect("nfs.server.changed", "fsid ");
}

// --- the connection --------------------------------------------------------------------------

TEST_P(FaultMatrix, HalfClosedInTheMiddle) {
  start();
  proxy_->set_after(6, ProxyMode::half_close);

  expect("nfs.server.disconnected", "in step ");
}

TEST_P(FaultMatrix, HttpInTheMiddle) {
  start();
  proxy_->set_after(6, ProxyMode::garbage);

  expect("nfs.server.protocol", "in step ");
}

TEST_P(FaultMatrix, AHugeRecordMark) {
  start();
  edit_from(4, [](const RpcHead&, const std::string&) { return std::string(64, '\xff'); });

  expect("nfs.server.protocol", "in step ");
}

TEST_P(FaultMatrix, RandomBytes) {
  start();
  edit_from(4, [random = std::mt19937(20'261'126)](const RpcHead&, const std::string&) mutable {
    std::string bytes(4'096, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
    return bytes;
  });

  expect("nfs.server.protocol", "in step ");
}

TEST_P(FaultMatrix, AListThatLacksTheNewName) {
  start();
  edit_from(0, [](const RpcHead& call, std::string reply) {
    if (call.name().find("READDIR") == std::string::npos) return framed(reply);
    for (std::size_t at = reply.find("c-"); at != std::string::npos; at = reply.find("c-", at)) {
      reply[at] = 'x';  // another name of the same length
    }
    return framed(reply);
  });

  expect("nfs.write.not-listed", "step list");
}

TEST_P(FaultMatrix, AProperHeadBeforeGarbage) {
  start();
  edit_from(4, [](const RpcHead& call, const std::string&) {
    return framed(words({call.xid, 1, 0, 0, 0, 0}) + std::string(400, '\xa5'));
  });

  expect("nfs.server.protocol");
}

TEST_P(FaultMatrix, ARejectedCall) {
  start();
  edit_from(2, [](const RpcHead& call, const std::string&) {  // MSG_DENIED, AUTH_ERROR, TOOWEAK
    return framed(words({call.xid, 1, 1, 1, 5}));
  });

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  EXPECT_THAT(unlooked_of(observed), ElementsAre("nfs.export.wire-not-permitted"));
}

TEST_P(FaultMatrix, AnswersToOtherCalls) {
  be_impatient();
  start();
  edit_from(4, [](const RpcHead& call, const std::string& reply) {
    return framed(words({call.xid + 77}) + reply.substr(4));
  });

  expect("nfs.server.silent", "in step ");
}

TEST_P(FaultMatrix, ATruncatedAnswer) {
  be_impatient();
  start();
  edit_from(4, [](const RpcHead&, const std::string& reply) {
    const std::string whole = framed(reply);
    return whole.substr(0, whole.size() / 2);
  });

  expect("nfs.server.silent", "in step ");
}

TEST_P(FaultMatrix, AFloodOfAnswersToNothing) {
  be_impatient();
  start();
  edit_from(4, [](const RpcHead& call, const std::string&) {
    std::string flood;
    for (std::uint32_t i = 1; i < 20'000; ++i) {
      flood += framed(words({call.xid + i, 1, 0, 0, 0, 0, 0}));
    }
    return flood;
  });

  expect("nfs.server.silent", "in step ");
}

TEST_P(FaultMatrix, ARecordThatNeverEnds) {
  be_impatient();
  start();
  proxy_->set_after(5, ProxyMode::fragments);

  const Observed observed = rig_.run(true, seconds(4));

  // libnfs does not return: the child's limits on memory and time end it, or the parent does.
  EXPECT_THAT(codes_of(observed),
              ElementsAre(AnyOf("nfs.server.protocol", "nfs.server.silent"), kAbsent))
      << told(observed);
  EXPECT_LT(rig_.took(), seconds(20));
}

TEST_P(FaultMatrix, ADrippingServer) {
  be_impatient();
  start();
  proxy_->set_after(5, ProxyMode::drip);

  expect("nfs.server.silent", "in step ");
}

TEST_P(FaultMatrix, ASlowServerThatAnswersInTime) {
  start();
  rig_.settings().slow.p99 = milliseconds(100);
  proxy_->delay(milliseconds(40));

  expect("nfs.server.slow", "p99 of the operations over the wire of the last 1 full runs is ");
}

TEST_P(FaultMatrix, ASlowServerThatDoesNotGetThrough) {
  start();
  proxy_->delay(milliseconds(500));  // each way: a full run would take half a minute

  const Observed observed = rig_.run(true, seconds(8));

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.silent", kAbsent)) << told(observed);
  EXPECT_LT(rig_.took(), seconds(25));
}

// Nobody but the parent stops the child: no limit below the run's own.
TEST_P(FaultMatrix, ASilenceThatOnlyTheDeadlineEnds) {
  start();
  rig_.settings().rpc_timeout = seconds(30);
  rig_.settings().step_deadline = seconds(30);
  edit_from(7, [](const RpcHead&, const std::string&) { return std::string(); });

  const Observed observed = rig_.run(true, milliseconds(4'000));

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.server.silent", kAbsent)) << told(observed);
  EXPECT_THAT(observed.findings[0].message, HasSubstr("no end in step "));
  EXPECT_EQ(observed.steps.back().status, "unfinished");
  EXPECT_GE(rig_.took(), milliseconds(3'900));  // and not much before it either
  EXPECT_LT(rig_.took(), seconds(30));
}

// The server is gone from the n-th call on: for every n there is.
TEST_P(FaultMatrix, SilenceAtEveryCall) {
  start();
  std::map<std::string, int> steps;
  for (int calls = 1;; ++calls) {
    Observed broken;
    int seen = 0;
    // An answer that is late ends a run before the call that this one is about: then once more,
    // with twice the time.
    for (milliseconds limit(60); seen <= calls && limit < seconds(30); limit *= 2) {
      seen = 0;
      proxy_->edit_replies([&seen, calls](const RpcHead&, const std::string& reply) {
        return ++seen > calls ? std::string() : framed(reply);
      });
      be_impatient(limit);
      broken = rig_.run();
      be_patient();
      edit_from(0, [](const RpcHead&, std::string reply) { return framed(reply); });
      ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent)) << "after call " << calls;
      ASSERT_EQ(files_in(server_->backing()), std::vector<std::string>{".sparkwarden"});
      if (codes_of(broken).size() == 1) break;
    }
    if (codes_of(broken).size() == 1) break;  // it needed no more calls than that
    ASSERT_THAT(codes_of(broken), ElementsAre("nfs.server.silent", kAbsent)) << told(broken);
    ++steps[broken.steps.back().name];
    ASSERT_LT(calls, 80);
  }
  EXPECT_GE(steps.size(), 13U);  // of 14 with an answer that counts
}

TEST_P(FaultMatrix, ACutAtEveryCall) {
  start();
  for (int calls = 1;; ++calls) {
    edit_from(calls, [&](const RpcHead&, const std::string&) {
      proxy_->set(ProxyMode::close);
      return std::string();
    });
    const Observed broken = rig_.run();
    proxy_->set(ProxyMode::pass);
    edit_from(0, [](const RpcHead&, std::string reply) { return framed(reply); });
    ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent)) << "after call " << calls;
    if (codes_of(broken).size() == 1) break;
    ASSERT_THAT(codes_of(broken), ElementsAre("nfs.server.disconnected", kAbsent)) << told(broken);
    ASSERT_LT(calls, 80);
  }
}

// --- what a server says in its own words -----------------------------------------------------

struct Said {
  std::string name;
  std::string call;  // the first one of this name is answered so, and every one after it
  std::uint32_t status = 0;
  std::string code;
  std::string symbol;
};

void PrintTo(const Said& said, std::ostream* out) {
  *out << said.name;
}

class FaultWords : public FaultFixture, public testing::WithParamInterface<Said> {};

TEST_P(FaultWords, HaveTheirCode) {
  const Said& said = GetParam();
  begin(said.call.starts_with("NFS4") ? 4 : 3);
  start();
  proxy_->edit_replies([&](const RpcHead& call, const std::string& reply) {
    return framed(call.name() == said.call ? status_reply(call, said.status) : reply);
  });

  const Observed observed = rig_.run();

  std::vector<std::string> codes = codes_of(observed);
  for (const std::string& code : unlooked_of(observed)) codes.insert(codes.begin(), "?" + code);
  ASSERT_THAT(codes, ElementsAre(said.code, kAbsent)) << told(observed);
  EXPECT_THAT(told(observed), HasSubstr(said.symbol));
}

INSTANTIATE_TEST_SUITE_P(
    Version3,
    FaultWords,
    testing::Values(
        Said{"QuotaAtWrite", "NFS3 WRITE", 69, "nfs.write.quota", "NFS3ERR_DQUOT"},
        Said{"QuotaAtCreate", "NFS3 CREATE", 69, "nfs.write.quota", "NFS3ERR_DQUOT"},
        Said{"FullAtWrite", "NFS3 WRITE", 28, "nfs.write.full", "NFS3ERR_NOSPC"},
        Said{"FullAtCommit", "NFS3 COMMIT", 28, "nfs.write.full", "NFS3ERR_NOSPC"},
        Said{"Later", "NFS3 CREATE", 10008, "nfs.server.grace", "NFS3ERR_JUKEBOX"},
        Said{"ReadOnly", "NFS3 RENAME", 30, "nfs.export.read-only", "NFS3ERR_ROFS"},
        Said{"Denied", "NFS3 CREATE", 13, "nfs.write.denied", "NFS3ERR_ACCES"},
        Said{"NotOwner", "NFS3 RENAME", 1, "nfs.write.denied", "NFS3ERR_PERM"},
        Said{"Stale", "NFS3 FSSTAT", 70, "nfs.export.stale", "NFS3ERR_STALE"},
        Said{"BadHandle", "NFS3 FSSTAT", 10001, "nfs.export.stale", "NFS3ERR_BADHANDLE"},
        Said{"InputOutput", "NFS3 WRITE", 5, "nfs.operation.failed", "NFS3ERR_IO"},
        Said{"ServerFault", "NFS3 RENAME", 10006, "nfs.operation.failed", "NFS3ERR_SERVERFAULT"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Version4,
    FaultWords,
    testing::Values(
        Said{"QuotaAtWrite", "NFS4 WRITE", 69, "nfs.write.quota", "NFS4ERR_DQUOT"},
        Said{"QuotaAtCreate", "NFS4 OPEN", 69, "nfs.write.quota", "NFS4ERR_DQUOT"},
        Said{"FullAtWrite", "NFS4 WRITE", 28, "nfs.write.full", "NFS4ERR_NOSPC"},
        Said{"FullAtCommit", "NFS4 COMMIT", 28, "nfs.write.full", "NFS4ERR_NOSPC"},
        Said{"Later", "NFS4 OPEN", 10008, "nfs.server.grace", "NFS4ERR_DELAY"},
        Said{"Grace", "NFS4 OPEN", 10013, "nfs.server.grace", "NFS4ERR_GRACE"},
        Said{"ReadOnly", "NFS4 RENAME", 30, "nfs.export.read-only", "NFS4ERR_ROFS"},
        Said{"Denied", "NFS4 OPEN", 13, "nfs.write.denied", "NFS4ERR_ACCES"},
        Said{"NotOwner", "NFS4 RENAME", 1, "nfs.write.denied", "NFS4ERR_PERM"},
        Said{"Stale", "NFS4 CREATE", 70, "nfs.export.stale", "NFS4ERR_STALE"},
        Said{"BadHandle", "NFS4 CREATE", 10001, "nfs.export.stale", "NFS4ERR_BADHANDLE"},
        Said{"InputOutput", "NFS4 WRITE", 5, "nfs.operation.failed", "NFS4ERR_IO"},
        Said{"ServerFault", "NFS4 RENAME", 10006, "nfs.operation.failed", "NFS4ERR_SERVERFAULT"},
        Said{"Resource", "NFS4 WRITE", 10018, "nfs.operation.failed", "NFS4ERR_RESOURCE"},
        Said{"Expired", "NFS4 WRITE", 10011, "nfs.operation.failed", "NFS4ERR_EXPIRED"},
        Said{"WrongSecurity",
             "NFS4 CREATE",
             10016,
             "?nfs.export.wire-not-permitted",
             "NFS4ERR_WRONGSEC"},
        Said{"MinorVersion",
             "NFS4 SETCLIENTID",
             10021,
             "nfs.server.version",
             "NFS4ERR_MINOR_VERS_MISMATCH"}),
    [](const auto& test) { return test.param.name; });

class FaultV4 : public FaultFixture {
 protected:
  void SetUp() override {
    FaultFixture::SetUp();
    if (!IsSkipped()) begin(4);
  }
};

TEST_F(FaultV4, AServerWithVersion41Only) {
  GaneshaOptions options;
  options.minor_version = 1;
  start(options);

  expect("nfs.server.version", "the agent speaks versions 3 and 4.0");
}

}  // namespace
}  // namespace sparkwarden::tests
