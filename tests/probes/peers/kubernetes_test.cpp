// SPDX-License-Identifier: Apache-2.0
// The driver's address from the Kubernetes API: the pure part, and the probe against a server that
// speaks TLS and answers as the API server does.
#include "probes/peers/kubernetes.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/peers/peers_rig.hpp"
#include "tests/support/network_namespace.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls_server.hpp"

namespace sparkwarden::probes::peers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using tests::driver_pod;
using tests::executor_pod;
using tests::json_answer;

std::string status(const std::string& message) {
  return R"({"kind":"Status","status":"Failure","message":")" + message + R"("})";
}

TEST(Kubernetes, FindsTheApiServerInTheEnvironment) {
  using Environment = std::map<std::string, std::string>;
  const auto at = [](const Environment& environment) {
    const auto url = api_server(environment);
    return url ? url->host + " " + std::to_string(url->port) : url.error().code;
  };

  EXPECT_EQ(at({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "6443"}}),
            "10.96.0.1 6443");
  EXPECT_EQ(at({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                {"KUBERNETES_SERVICE_PORT", "80"},
                {"KUBERNETES_SERVICE_PORT_HTTPS", "443"}}),
            "10.96.0.1 443");
  EXPECT_EQ(at({{"KUBERNETES_SERVICE_HOST", "fd00::1"}}), "fd00::1 443");
  EXPECT_EQ(at({{"KUBERNETES_SERVICE_HOST", "a/../b"}}), "kubernetes.outside");
  EXPECT_EQ(at({}), "kubernetes.outside");
}

TEST(Kubernetes, TakesOnlyNamesIntoAPath) {
  EXPECT_EQ(pod_target("spark", "spark-exec-3").value(),
            "/api/v1/namespaces/spark/pods/spark-exec-3");
  for (const char* wrong : {"", "..", "a/b", "a?b", "UPPER", "a b", "a\r\nHost: b"}) {
    EXPECT_EQ(pod_target("spark", wrong).error().code, "kubernetes.name") << wrong;
    EXPECT_EQ(pod_target(wrong, "pod").error().code, "kubernetes.name") << wrong;
  }
  EXPECT_FALSE(pod_target("spark", std::string(254, 'a')).has_value());
}

TEST(Kubernetes, ReadsOwnerAndAddress) {
  const auto owner = owner_of(executor_pod());
  ASSERT_TRUE(owner.has_value());
  EXPECT_EQ(*owner, (OwnerPod{"spark-driver", "d-1"}));
  EXPECT_EQ(address_of(driver_pod("fd00::5"), *owner).value(), "fd00::5");

  EXPECT_EQ(address_of(driver_pod("10.1.1.1", "d-2"), *owner).error().code, "kubernetes.replaced");
  EXPECT_EQ(address_of(driver_pod(""), *owner).error().code, "kubernetes.no-address");
  EXPECT_EQ(owner_of(driver_pod("10.1.1.1")).error().code, "kubernetes.no-owner");
}

TEST(Kubernetes, BelievesNoAnswerThatIsNoPod) {
  std::string deep = R"({"kind":"Pod","a":)" + std::string(5'000, '[');
  for (const std::string& wrong :
       {std::string(),
        std::string("[]"),
        std::string("null"),
        deep,
        status("no"),
        executor_pod("../secrets"),
        std::string(R"({"kind":"Pod","metadata":{"ownerReferences":7}})"),
        std::string(R"({"kind":"Pod","metadata":[]})")}) {
    EXPECT_FALSE(owner_of(wrong).has_value()) << wrong.substr(0, 80);
    EXPECT_FALSE(address_of(wrong, {"spark-driver", "d-1"}).has_value()) << wrong.substr(0, 80);
  }
}

/// A pod with a service account, and the API server; in a network of its own, where port 9797 is
/// the test's.
class KubernetesApi : public testing::Test {
 protected:
  KubernetesApi() {
    put("token", "secret-token-1\n");
    put("ca.crt", certificate_.certificate);
    put("namespace", "spark");
    network_.inside([&] {
      api_ = std::make_unique<tests::TlsServer>(
          certificate_, [this](const std::string& head) { return answer(head); });
    });
    rig_.world().paths.root = place_.path().string();
    rig_.world().environment = {{"KUBERNETES_SERVICE_HOST", "127.0.0.1"},
                                {"KUBERNETES_SERVICE_PORT", std::to_string(api_->port())}};
    rig_.settings().kubernetes_api = true;
  }

  void put(const std::string& file, const std::string& text) {
    place_.write(std::string(kServiceAccount).substr(1) + "/" + file, text);
  }

  Observed run(milliseconds deadline = std::chrono::minutes(1)) {
    Observed seen;
    network_.inside([&] { seen = rig_.run(deadline); });
    return seen;
  }

  [[nodiscard]] static std::string said(const Observed& seen) {
    return seen.unlooked.empty() ? std::string() : seen.unlooked.front().message;
  }

  std::string answer(const std::string& head) const {
    if (refusal_) return *refusal_;
    const bool own = head.find("/pods/spark-exec-3 ") != std::string::npos;
    std::string pod = own ? executor_pod() : driver_pod(address_);
    pod.insert(pod.size() - 1, more_);
    return json_answer(200, pod);
  }

  tests::NetworkNamespace network_;
  tests::TempDir place_;
  std::string address_ = "127.0.0.1";
  std::string more_ = {};  // at the end of each pod
  std::optional<std::string> refusal_ = {};
  tests::Certificate certificate_ = tests::self_signed("IP:127.0.0.1");
  std::unique_ptr<tests::TlsServer> api_;
  tests::PeersRig rig_;
};

TEST_F(KubernetesApi, LeadsToTheDriversAgent) {
  commands::ManifestAnswer manifest = tests::Driver::a_manifest({});
  Snapshot snapshot{.started = {}, .started_wall = {}, .probes = {{.name = "python"}}};
  snapshot.probes.at(0).facts.python = std::make_shared<const PythonManifest>();
  std::unique_ptr<tests::ServerThread> driver;
  address_ = "::1";
  network_.inside([&] {
    driver = std::make_unique<tests::ServerThread>(
        io::HttpLimits{},
        [&](const Request& request) {
          return manifest.answer(snapshot, request, Instant::clock::now());
        },
        "[::1]",
        9797);
  });

  const Observed seen = run();

  EXPECT_THAT(seen.findings, IsEmpty());
  ASSERT_THAT(seen.unlooked, IsEmpty());
  ASSERT_NE(seen.facts.driver, nullptr);
  EXPECT_EQ(seen.facts.driver->url, "[::1]:9797");
}

TEST_F(KubernetesApi, IsAskedForTwoPodsByNameAndNeverForAList) {
  const Observed seen = run();

  const std::vector<std::string> requests = api_->requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(requests[0],
              StartsWith("GET /api/v1/namespaces/spark/pods/spark-exec-3 HTTP/1.1\r\n"));
  EXPECT_THAT(requests[1],
              StartsWith("GET /api/v1/namespaces/spark/pods/spark-driver HTTP/1.1\r\n"));
  for (const std::string& head : requests) {
    EXPECT_THAT(head, HasSubstr("Authorization: Bearer secret-token-1\r\n"));
  }
  // Nobody listens there, and that is what the next step says.
  ASSERT_THAT(seen.steps, SizeIs(3));
  EXPECT_EQ(seen.steps[0].name, "kubernetes");
  EXPECT_EQ(seen.steps[2].name, "manifest");
  ASSERT_THAT(seen.unlooked, SizeIs(1));
  EXPECT_EQ(seen.unlooked[0].subject, "127.0.0.1:9797");
  EXPECT_THAT(said(seen), HasSubstr("the driver's pod in the Kubernetes API"));
}

TEST_F(KubernetesApi, APodWithALongHistoryIsReadAllTheSame) {
  const std::string history(2 * kParsedInLoop, 'x');
  more_ = R"(,"note":")" + history + '"';

  const Observed seen = run();

  ASSERT_THAT(seen.unlooked, SizeIs(1));
  EXPECT_EQ(seen.unlooked[0].subject, "127.0.0.1:9797");
}

TEST_F(KubernetesApi, ALongRefusalIsNotQuoted) {
  refusal_ = json_answer(403, status(std::string(2 * kParsedInLoop, 'x')));

  EXPECT_THAT(said(run()), testing::AllOf(HasSubstr("a Role with `get`"), Not(HasSubstr("xx"))));
}

TEST_F(KubernetesApi, AnAnswerBeyondTheBoundIsNotTaken) {
  more_ = R"(,"note":")" + std::string(3 << 20, 'x') + '"';

  EXPECT_THAT(said(run()), HasSubstr("http.too-large"));
}

TEST_F(KubernetesApi, ADriverThatIsReplacedIsFoundAtItsNewAddress) {
  EXPECT_EQ(run().unlooked.at(0).subject, "127.0.0.1:9797");
  address_ = "fd00::7";
  put("token", "secret-token-2");

  const Observed seen = run();

  ASSERT_THAT(seen.unlooked, SizeIs(1));
  EXPECT_EQ(seen.unlooked[0].subject, "[fd00::7]:9797");
  EXPECT_THAT(api_->requests().back(), HasSubstr("Bearer secret-token-2\r\n")) << "read anew";
}

TEST_F(KubernetesApi, ANewAddressIsAskedAsOftenAsTheFirstOneWas) {
  for (int i = 0; i < 3; ++i) static_cast<void>(run());
  address_ = "::1";

  const Observed seen = run();

  ASSERT_TRUE(seen.again_in.has_value());
  EXPECT_LE(*seen.again_in, milliseconds(750)) << "not as if it had failed four times";
}

TEST_F(KubernetesApi, IsNotAskedForEverWhereNoDriverHasAnAgent) {
  for (int i = 0; i < 20; ++i) static_cast<void>(run());

  EXPECT_THAT(api_->requests(), SizeIs(2 * (1 + 5)));
}

TEST_F(KubernetesApi, KeepsTheOldAddressWhileItGivesNoNewOne) {
  static_cast<void>(run());
  refusal_ = json_answer(503, status("apiserver is shutting down"));

  const Observed seen = run();

  ASSERT_THAT(seen.unlooked, SizeIs(1));
  EXPECT_EQ(seen.unlooked[0].subject, "127.0.0.1:9797");
}

TEST_F(KubernetesApi, SaysWhatItIsRefusedFor) {
  const auto refused = [&](unsigned code, const std::string& message) {
    refusal_ = json_answer(code, status(message), "Retry-After: 7\r\n");
    return run();
  };

  EXPECT_THAT(said(refused(401, "Unauthorized")),
              HasSubstr("does not accept the service account's token"));
  EXPECT_THAT(
      said(refused(403, "pods \\\"spark-exec-3\\\" is forbidden")),
      HasSubstr("a Role with `get` on `pods` is missing (\"pods \"spark-exec-3\" is forbidden"));
  EXPECT_THAT(said(refused(404, "not found")), HasSubstr("knows no such pod"));
  const Observed busy = refused(429, "too many requests");
  EXPECT_THAT(said(busy), HasSubstr("overloaded"));
  ASSERT_TRUE(busy.again_in.has_value());
  EXPECT_GE(*busy.again_in, milliseconds(7'000)) << "Retry-After is kept to";
  EXPECT_THAT(said(refused(500, "etcd")), HasSubstr("status 500"));
}

TEST_F(KubernetesApi, TrustsNobodyElse) {
  put("ca.crt", tests::self_signed("IP:127.0.0.1").certificate);
  EXPECT_THAT(said(run()), HasSubstr("http.tls"));
  EXPECT_THAT(api_->requests(), IsEmpty()) << "the token was shown to a stranger";

  put("ca.crt", "no certificate\n");
  EXPECT_THAT(said(run()), HasSubstr("no certificates to trust"));
}

TEST_F(KubernetesApi, ACertificateForAnotherNameIsRefused) {
  const tests::Certificate other = tests::self_signed("DNS:kubernetes.default.svc");
  std::unique_ptr<tests::TlsServer> stranger;
  network_.inside([&] {
    stranger = std::make_unique<tests::TlsServer>(
        other, [](const std::string&) { return json_answer(200, "{}"); });
  });
  put("ca.crt", other.certificate);
  rig_.world().environment["KUBERNETES_SERVICE_PORT"] = std::to_string(stranger->port());

  EXPECT_THAT(said(run()), HasSubstr("http.tls"));
  EXPECT_THAT(stranger->requests(), IsEmpty());
}

TEST_F(KubernetesApi, WithoutAServiceAccountSaysWhichFileIsMissing) {
  std::filesystem::remove_all(place_.path() / "var");

  EXPECT_THAT(said(run()), HasSubstr("serviceaccount/token"));
}

TEST_F(KubernetesApi, IsNotAskedUnlessSomebodySaysSo) {
  rig_.settings().kubernetes_api = false;

  static_cast<void>(run());

  EXPECT_THAT(api_->requests(), IsEmpty());
}

TEST_F(KubernetesApi, ASilentServerCostsHalfOfTheTimeAtMost) {
  std::unique_ptr<tests::OneReplyServer> silent;
  network_.inside([&] {
    silent = std::make_unique<tests::OneReplyServer>("", tests::OneReplyServer::Then::stay_open);
  });
  rig_.world().environment["KUBERNETES_SERVICE_PORT"] = std::to_string(silent->port());

  EXPECT_THAT(said(run(milliseconds(600))), HasSubstr("http.timeout"));
}

TEST_F(KubernetesApi, ShowsNoTokenToAnyone) {
  refusal_ = json_answer(403, status("no"));

  const Observed seen = run();

  for (const Step& step : seen.steps) EXPECT_THAT(step.text, Not(HasSubstr("secret-token")));
  EXPECT_THAT(said(seen), Not(HasSubstr("secret-token")));
}

}  // namespace
}  // namespace sparkwarden::probes::peers
