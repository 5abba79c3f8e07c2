// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/agent_url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::commands {
namespace {

struct Case {
  std::string name;
  std::string address;  // of the settings
  int listen_port = 9797;
  std::optional<std::string> port_file;
  std::string host;
  int port = 0;  // 0: none
};

class AgentUrl : public testing::TestWithParam<Case> {};

TEST_P(AgentUrl, IsWhereTheAgentListens) {
  settings::Listen listen;
  listen.address = GetParam().address;
  listen.port = GetParam().listen_port;

  const auto url = agent_url(listen, GetParam().port_file);

  ASSERT_EQ(url.has_value(), GetParam().port != 0);
  if (!url) return;
  EXPECT_EQ(url->host, GetParam().host);
  EXPECT_EQ(url->port, GetParam().port);
  EXPECT_EQ(url->target, "/startupz");
}

INSTANTIATE_TEST_SUITE_P(
    Settings,
    AgentUrl,
    testing::Values(Case{"default", "[::]", 9797, {}, "127.0.0.1", 9797},
                    Case{"as_the_file_says", "[::]", 9800, "9801\n", "127.0.0.1", 9801},
                    Case{"as_the_settings_say", "[::]", 9800, {}, "127.0.0.1", 9800},
                    Case{"any_port_and_no_file_yet", "[::]", 0, {}, "127.0.0.1", 9797},
                    Case{"one_address", "10.1.2.3", 9797, {}, "10.1.2.3", 9797},
                    Case{"one_address_of_version_6", "[fd00::1]", 9797, {}, "fd00::1", 9797},
                    Case{"all_of_version_4", "0.0.0.0", 9797, {}, "127.0.0.1", 9797},
                    Case{"a_file_that_is_empty", "[::]", 9797, "", "", 0},
                    Case{"a_file_with_too_large_a_port", "[::]", 9797, "99999", "", 0},
                    Case{"a_file_with_port_0", "[::]", 9797, "0", "", 0},
                    Case{"a_file_with_words", "[::]", 9797, "97 97", "", 0}),
    [](const auto& row) { return row.param.name; });

TEST(GateUrl, OfAnAgentAloneIsItsStartupz) {
  EXPECT_EQ(gate_url("http://a:1")->target, "/startupz");
  EXPECT_EQ(gate_url("http://a:1/")->target, "/startupz");
  EXPECT_EQ(gate_url("http://a:1/startupz?verbose")->target, "/startupz?verbose");
  EXPECT_FALSE(gate_url("a:1"));
}

}  // namespace
}  // namespace sparkwarden::commands
