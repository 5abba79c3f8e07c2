// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_load.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <thread>

#include <poll.h>

#include "tests/support/test_client.hpp"

namespace sparkwarden::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRequestsMost = 1'000'000;  // of one client

struct Question {
  const char* path;
  const char* accept;
  const char* end;  // of every whole answer
};

constexpr std::array kQuestions{
    Question{"/livez", "*/*", "ok"},
    Question{"/startupz?verbose", "*/*", "check passed\n"},
    Question{"/status", "application/json", "}\n"},
    Question{"/metrics", "text/plain", "\n"},
    Question{"/metrics", "application/openmetrics-text;version=1.0.0", "# EOF\n"}};

}  // namespace

class HttpLoad::Client {
 public:
  Client(std::uint16_t port, const Question& question)
      : question_(question), connection_(port), thread_([this] { run(); }) {}

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] int answers() const { return answers_; }
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  /// Once it has stopped.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  void run() {
    const std::string request = std::string("GET ") + question_.path +
                                " HTTP/1.1\r\nHost: a\r\nAccept: " + question_.accept + "\r\n\r\n";
    try {
      while (!stopping_ && answers_ < kRequestsMost && trouble_.empty()) {
        connection_.send(request);
        const std::string reply = connection_.read_reply();
        const bool whole = reply.starts_with("HTTP/1.1 200") && reply.ends_with(question_.end);
        if (!whole) trouble_ = std::string(question_.path) + ": \"" + reply + "\"\n";
        ++answers_;
      }
    } catch (const std::exception& error) {
      trouble_ = std::string(question_.path) + ": " + error.what() + "\n";
    }
    gave_up_ = !trouble_.empty();
  }

  const Question& question_;
  RawClient connection_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> answers_ = 0;
  std::atomic<bool> gave_up_ = false;
  std::string trouble_;
  std::thread thread_;
};

HttpLoad::HttpLoad(std::uint16_t port) {
  for (const Question& question : kQuestions) {
    clients_.push_back(std::make_unique<Client>(port, question));
  }
}

HttpLoad::~HttpLoad() {
  for (const auto& client : clients_) client->stop();
}

bool HttpLoad::each_is_answered(int more) const {
  std::vector<int> wanted;
  for (const auto& client : clients_) wanted.push_back(client->answers() + more);
  const Clock::time_point end = Clock::now() + std::chrono::seconds(60);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    while (clients_[i]->answers() < wanted[i]) {
      if (clients_[i]->gave_up() || Clock::now() > end) return false;
      ::poll(nullptr, 0, 1);
    }
  }
  return true;
}

std::string HttpLoad::trouble() {
  std::string all;
  for (const auto& client : clients_) {
    client->stop();
    all += client->trouble();
  }
  return all;
}

}  // namespace sparkwarden::tests
