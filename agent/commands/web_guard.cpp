// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/web_guard.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/core/agent_codes.hpp"
#include "agent/core/time.hpp"
#include "agent/io/token_file.hpp"
#include "agent/io/worker.hpp"

namespace sparkwarden::commands {
namespace asio = boost::asio;
namespace {

constexpr milliseconds kReadEvery{2'000};

Answer unauthorized() {
  return {.status = 401,
          .body = "401 Unauthorized: this agent wants the token of web.token_file\n",
          .headers = {{"WWW-Authenticate", "Bearer realm=\"sparkwarden\""}}};
}

}  // namespace

WebGuard::WebGuard(const asio::any_io_executor& executor, std::string token_file)
    : file_(std::move(token_file)), next_(executor) {}

void WebGuard::read() {
  if (!file_.empty()) take(io::read_token(file_));
}

void WebGuard::adopt(std::string token_file) {
  if (token_file == file_) return;
  file_ = std::move(token_file);
  token_.clear();
  finding_.reset();
  next_.cancel();  // watch() reads it now
}

asio::awaitable<void> WebGuard::watch(std::function<void()> changed) {
  while (true) {
    if (file_.empty()) {
      next_.expires_at(asio::steady_timer::time_point::max());
    } else {
      next_.expires_after(kReadEvery);
    }
    const auto [ignored] = co_await next_.async_wait(asio::as_tuple(asio::use_awaitable));
    (void)ignored;  // the time, or adopt()
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    if (file_.empty()) continue;
    std::function<Result<std::string>()> work = [file = file_] { return io::read_token(file); };
    const std::string asked = file_;
    Result<std::string> token = co_await io::on_worker<Result<std::string>>(std::move(work));
    if (asked != file_) continue;  // another one was adopted meanwhile
    const std::optional<Finding> before = finding_;
    take(std::move(token));
    if (finding_ != before) changed();
  }
}

void WebGuard::take(Result<std::string> token) {
  if (token) {
    token_ = std::move(*token);
    finding_.reset();
    return;
  }
  finding_ = found(agent_codes::kTokenUnusable,
                   file_,
                   token.error().detail + (token_.empty() ? "; nobody is let in"
                                                          : "; the last good one stays in force"));
}

WebGuard::Render WebGuard::guarded(Render render) const {
  return [this, render = std::move(render)](const Request& request) {
    if (file_.empty()) return render(request);
    const bool holds = io::presents_token(request.header("Authorization").value_or(""), token_);
    return holds ? render(request) : unauthorized();
  };
}

}  // namespace sparkwarden::commands
