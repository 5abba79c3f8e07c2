// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/web_guard.hpp"

#include <utility>

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

void WebGuard::read() {
  if (!file_.empty()) take(io::read_token(file_));
}

asio::awaitable<void> WebGuard::watch(std::function<void()> changed) {
  if (file_.empty()) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    timer.expires_after(kReadEvery);
    co_await timer.async_wait(asio::use_awaitable);
    std::function<Result<std::string>()> work = [file = file_] { return io::read_token(file); };
    Result<std::string> token = co_await io::on_worker<Result<std::string>>(std::move(work));
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
  if (file_.empty()) return render;
  return [this, render = std::move(render)](const Request& request) {
    const bool holds = io::presents_token(request.header("Authorization").value_or(""), token_);
    return holds ? render(request) : unauthorized();
  };
}

}  // namespace sparkwarden::commands
