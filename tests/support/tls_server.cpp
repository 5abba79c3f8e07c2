// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tls_server.hpp"

#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace sparkwarden::tests {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

template <typename Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  if (write(out.get()) != 1) throw std::runtime_error("openssl cannot write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Certificate self_signed(const std::string& subject_alternative_name) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const unsigned char text[] = "sparkwarden test";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [kind, value] :
       {std::pair<int, std::string>{NID_subject_alt_name, subject_alternative_name},
        std::pair<int, std::string>{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    if (extension == nullptr) throw std::runtime_error("not an extension: " + value);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
    throw std::runtime_error("cannot sign");
  }
  return {pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
          pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

TlsServer::TlsServer(const Certificate& certificate, Script script, const std::string& address)
    : context_(asio::ssl::context::tls_server), script_(std::move(script)) {
  context_.use_certificate_chain(asio::buffer(certificate.certificate));
  context_.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
  const tcp::endpoint endpoint(asio::ip::make_address(address), 0);
  acceptor_.open(endpoint.protocol());
  acceptor_.bind(endpoint);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(loop_, accept(), asio::detached);
  thread_ = std::thread([this] { loop_.run(); });
}

TlsServer::~TlsServer() {
  loop_.stop();
  thread_.join();
}

std::vector<std::string> TlsServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

asio::awaitable<void> TlsServer::accept() {
  while (true) {
    auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
    if (error) co_return;
    asio::co_spawn(loop_, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> TlsServer::serve(tcp::socket socket) {
  asio::ssl::stream<tcp::socket> stream(std::move(socket), context_);
  const auto shaken = co_await stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (std::get<0>(shaken)) co_return;
  std::string head;
  const auto got = co_await asio::async_read_until(
      stream, asio::dynamic_buffer(head, 65536), "\r\n\r\n", kNoThrow);
  if (std::get<0>(got)) co_return;
  std::string answer;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(head);
    answer = script_(head);
  }
  const auto written = co_await asio::async_write(stream, asio::buffer(answer), kNoThrow);
  if (std::get<0>(written)) co_return;
  const auto ended = co_await stream.async_shutdown(kNoThrow);
  static_cast<void>(ended);
}

std::string executor_pod(const std::string& owner, const std::string& uid) {
  return R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"spark-exec-3","uid":"e-1",)"
         R"("ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":")" +
         owner + R"(","uid":")" + uid +
         R"(","controller":true}]},"spec":{},"status":{"phase":"Pending"}})";
}

std::string driver_pod(const std::string& address, const std::string& uid) {
  return R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"spark-driver","uid":")" + uid +
         R"("},"status":{"phase":"Running","podIP":")" + address + R"("}})";
}

std::string json_answer(unsigned status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

}  // namespace sparkwarden::tests
