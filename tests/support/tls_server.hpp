// SPDX-License-Identifier: Apache-2.0
// An HTTPS server for tests, on loopback and port 0, with an authority of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

namespace sparkwarden::tests {

/// A certificate that signs itself, and its key; both PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};
/// For one name or address, as OpenSSL writes it: "IP:127.0.0.1", "DNS:kubernetes.default.svc".
[[nodiscard]] Certificate self_signed(const std::string& subject_alternative_name);

/// Answers each request, one a connection, with the bytes that `script` gives for its head.
class TlsServer {
 public:
  using Script = std::function<std::string(const std::string& head)>;

  TlsServer(const Certificate& certificate,
            Script script,
            const std::string& address = "127.0.0.1");
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The heads of all requests so far.
  [[nodiscard]] std::vector<std::string> requests();

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context loop_{1};
  boost::asio::ssl::context context_;
  boost::asio::ip::tcp::acceptor acceptor_{loop_};
  std::uint16_t port_ = 0;
  Script script_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// An executor's pod and its driver's, as the API server shows them.
[[nodiscard]] std::string executor_pod(const std::string& owner = "spark-driver",
                                       const std::string& uid = "d-1");
[[nodiscard]] std::string driver_pod(const std::string& address, const std::string& uid = "d-1");

/// An answer with a JSON body.
[[nodiscard]] std::string json_answer(unsigned status,
                                      const std::string& body,
                                      const std::string& more_headers = "");

}  // namespace sparkwarden::tests
