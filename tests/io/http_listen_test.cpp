// SPDX-License-Identifier: Apache-2.0
// Where the server listens when the kernel has no IPv6: a thread is told so by a filter on its
// system calls.
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <thread>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include "agent/io/http_server.hpp"

namespace sparkwarden::io {
namespace {

/// From now on socket(AF_INET6) fails in this thread. False: filters are not allowed here.
bool forbid_ipv6() {
  constexpr auto kNumber = static_cast<__u32>(offsetof(seccomp_data, nr));
  constexpr auto kFamily = static_cast<__u32>(offsetof(seccomp_data, args));
  std::array<sock_filter, 6> code{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kFamily),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  const sock_fprog program{.len = code.size(), .filter = code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

struct Listened {
  bool forbidden = false;
  std::string error = {};
  bool connected = false;
};

/// A server on `address`, and a connection to it by IPv4.
Listened listen_without_ipv6(const std::string& address) {
  Listened result;
  std::thread without([&] {
    result.forbidden = forbid_ipv6();
    boost::asio::io_context loop(1);
    HttpServer server(loop.get_executor(), {}, [](const Request&) { return Answer{}; });
    const auto port = server.start(address, 0);
    if (!port) {
      result.error = port.error().code;
      return;
    }
    boost::asio::ip::tcp::socket client(loop);
    boost::system::error_code error;
    client.connect({boost::asio::ip::address_v4::loopback(), *port}, error);
    result.connected = !error;
  });
  without.join();
  return result;
}

TEST(HttpListen, OnTheWildcardIsIpv4WhereThereIsNoIpv6) {
  const Listened listened = listen_without_ipv6("[::]");

  if (!listened.forbidden) GTEST_SKIP() << "no filter on system calls is allowed here";
  EXPECT_EQ(listened.error, "");
  EXPECT_TRUE(listened.connected);
}

TEST(HttpListen, OnOneAddressOfIpv6IsAnErrorThere) {
  const Listened listened = listen_without_ipv6("::1");

  if (!listened.forbidden) GTEST_SKIP() << "no filter on system calls is allowed here";
  EXPECT_EQ(listened.error, "listen.failed");
}

}  // namespace
}  // namespace sparkwarden::io
