// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_server.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fcntl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/io/connection_table.hpp"
#include "agent/io/http_answer.hpp"
#include "agent/io/http_coding.hpp"
#include "agent/io/http_request.hpp"
#include "agent/io/http_session.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kAcceptPause{100};    // after EMFILE and its kin: no spinning
constexpr milliseconds kRefusalTime{1'000};  // to tell a slow client that it was too slow

// Asio leaves this out; a child process must not inherit the port.
void close_on_exec(int descriptor) {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

tl::expected<RequestHead, Answer> judge(const Received& received) {
  switch (received.state) {
    case HeadState::complete:
      return parse_head(received.head);
    case HeadState::target_too_long:
      return tl::unexpected(refusal(414, "the request line is too long"));
    case HeadState::too_long:
      return tl::unexpected(refusal(431, "the request header is too large"));
    case HeadState::incomplete:
    case HeadState::malformed:
      break;
  }
  return tl::unexpected(refusal(400, "malformed request: a line does not end in CR LF"));
}

std::optional<asio::ip::address> parse_address(std::string text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  error_code error;
  asio::ip::address address = asio::ip::make_address(text, error);
  if (error) return std::nullopt;
  return address;
}

Error listen_error(const error_code& error, const std::string& address, std::uint16_t port) {
  Error told{.code = "listen.failed",
             .subject = address + ":" + std::to_string(port),
             .detail = error.message()};
  if (error == asio::error::address_in_use) told.code = "port.taken";
  if (error == asio::error::access_denied) told.code = "port.permission";
  if (error == boost::system::errc::address_not_available) told.code = "listen.address";
  return told;
}

/// How often connections are looked at for being late: that is how late they may be cut off.
milliseconds sweep_period(const HttpLimits& limits) {
  constexpr milliseconds kOften{10};
  constexpr milliseconds kSeldom{500};
  return std::clamp(std::min(limits.idle, limits.total) / 4, kOften, kSeldom);
}

bool is_timeout(const error_code& error) {
  return error == boost::system::errc::timed_out;
}

double seconds_since(Instant begin) {
  return std::chrono::duration<double>(Instant::clock::now() - begin).count();
}

bool means_no_ipv6(const error_code& error) {
  return error == boost::system::errc::address_family_not_supported ||
         error == boost::system::errc::address_not_available;
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor on, HttpLimits bounds, Handler answers)
      : executor(std::move(on)),
        limits(bounds),
        handler(std::move(answers)),
        acceptor(executor),
        accept_pause(executor),
        sweep_pause(executor),
        drained(executor),
        table(bounds.connections, bounds.connections_per_address) {}

  asio::any_io_executor executor;
  HttpLimits limits;
  Handler handler;
  tcp::acceptor acceptor;
  asio::steady_timer accept_pause;
  asio::steady_timer sweep_pause;
  asio::steady_timer drained;
  ConnectionTable table;
  std::unordered_map<ConnectionTable::Id, SessionPtr> sessions;  // those of the table
  std::shared_ptr<HeadPool> heads = std::make_shared<HeadPool>();
  ConnectionTable::Id next_id = 0;
  std::size_t running = 0;  // coroutines
  bool closing = false;
  bool cut_off = false;  // the handler may be gone
  HttpCounters counters;

  error_code listen(const tcp::endpoint& endpoint);
  void start(asio::awaitable<void> task);
  void admit(tcp::socket socket);
  void admit_waiting();
  void evict(ConnectionTable::Id id);
  void forget(ConnectionTable::Id id);
  void coroutine_ended();
  void stop(bool now);
  Answer ask_handler(const Request& request);

  static asio::awaitable<void> accept_loop(std::shared_ptr<State> state);
  static asio::awaitable<void> sweep(std::shared_ptr<State> state);
  static asio::awaitable<void> serve(std::shared_ptr<State> state, SessionPtr session);
  static asio::awaitable<bool> reply(std::shared_ptr<State> state,
                                     SessionPtr session,
                                     Received received);
  static asio::awaitable<void> reply_too_slow(std::shared_ptr<State> state, SessionPtr session);
  static asio::awaitable<void> close(std::shared_ptr<State> state, milliseconds grace);
};

error_code HttpServer::State::listen(const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  close_on_exec(acceptor.native_handle());
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.address() == asio::ip::address(asio::ip::address_v6::any())) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  error_code ignored;
  if (error) acceptor.close(ignored);
  return error;
}

void HttpServer::State::start(asio::awaitable<void> task) {
  ++running;
  const auto ended = [state = shared_from_this()](std::exception_ptr error) {
    state->coroutine_ended();
    if (error) std::rethrow_exception(error);  // deaf from now on: run() must not go on as if well
  };
  asio::co_spawn(executor, std::move(task), ended);
}

asio::awaitable<void> HttpServer::State::accept_loop(std::shared_ptr<State> state) {
  while (!state->closing) {
    auto [error, socket] = co_await state->acceptor.async_accept(kNoThrow);
    if (!error && !state->cut_off) state->admit(std::move(socket));
    if (state->closing) break;
    if (!error) continue;
    // Most likely out of descriptors: give one back, so that a health probe gets in after the
    // pause.
    ++state->counters.accept_failures;
    if (const auto oldest = state->table.oldest()) state->evict(*oldest);
    state->accept_pause.expires_after(kAcceptPause);
    co_await state->accept_pause.async_wait(kNoThrow);
  }
}

asio::awaitable<void> HttpServer::State::sweep(std::shared_ptr<State> state) {
  while (!state->closing) {
    state->sweep_pause.expires_after(sweep_period(state->limits));
    co_await state->sweep_pause.async_wait(kNoThrow);
    const Instant now = Instant::clock::now();
    for (const auto& [id, session] : state->sessions) {
      if (session->stream.overdue(now)) session->stream.give_up();
    }
  }
}

void HttpServer::State::admit(tcp::socket socket) {
  close_on_exec(socket.native_handle());
  ++counters.accepted;
  HttpStream stream(std::move(socket));
  const std::string address = stream.address();
  if (address.empty() || (closing && !stream.has_input())) return;

  const ConnectionTable::Id id = next_id++;
  if (const auto victim = table.add(id, address)) evict(*victim);
  const auto session = std::make_shared<HttpSession>(std::move(stream), id, heads);
  sessions.emplace(id, session);
  counters.open = sessions.size();

  ++running;
  const auto ended = [state = shared_from_this(), session](std::exception_ptr error) {
    if (error) ++state->counters.failures;
    session->stream.close();
    state->forget(session->id);
    state->coroutine_ended();
  };
  asio::co_spawn(executor, serve(shared_from_this(), session), ended);
}

void HttpServer::State::evict(ConnectionTable::Id id) {
  const auto found = sessions.find(id);
  if (found != sessions.end()) {
    found->second->stream.close();
    ++counters.evicted;
  }
  forget(id);
}

void HttpServer::State::forget(ConnectionTable::Id id) {
  table.remove(id);
  sessions.erase(id);
  counters.open = sessions.size();
}

void HttpServer::State::coroutine_ended() {
  if (--running == 0) drained.cancel();
}

asio::awaitable<void> HttpServer::State::serve(std::shared_ptr<State> state, SessionPtr session) {
  bool keep_alive = true;
  while (keep_alive) {
    const ReceiveLimits limits{.header_bytes = state->limits.header_bytes,
                               .idle = state->limits.idle,
                               .total = state->limits.total};
    Received received = co_await receive(session, limits);
    if (is_timeout(received.error)) ++state->counters.timed_out;
    if (is_timeout(received.error) && received.begun && !state->closing) {
      co_await reply_too_slow(state, session);
      break;
    }
    if (received.error || state->cut_off) co_return;
    session->answering = true;
    state->table.touch(session->id);
    keep_alive = co_await reply(state, session, std::move(received));
    session->answering = false;
    state->table.touch(session->id);
    if (state->closing) break;
    // Whoever sends a thousand requests in one go takes turns with everybody else.
    if (keep_alive && !session->input.empty()) {
      co_await asio::post(state->executor, asio::use_awaitable);
    }
  }
  if (state->closing) {
    session->stream.end_of_writing();
  } else {
    co_await linger(session);
  }
}

asio::awaitable<bool> HttpServer::State::reply(std::shared_ptr<State> state,
                                               SessionPtr session,
                                               Received received) {
  const Instant begin = Instant::clock::now();
  const bool with_body =
      !asks_for_head_alone(received.head.empty() ? session->input : received.head);
  const tl::expected<RequestHead, Answer> head = judge(received);
  const auto answer =
      std::make_shared<Answer>(head ? state->ask_handler(head->request) : head.error());
  if (!head) ++state->counters.own_answers[answer->status];
  const bool gzip = head && accepts_gzip(head->request.header("Accept-Encoding").value_or(""));
  const CodedBody body = co_await code_body(answer, gzip);

  const bool keep_alive = head && head->keep_alive && !state->closing;
  const std::string head_text =
      answer_head(*answer, body.bytes(), keep_alive, std::chrono::system_clock::now());
  HttpStream::Pieces pieces{head_text};
  if (with_body) std::ranges::copy(body.pieces(), std::next(pieces.begin()));
  const error_code error = co_await session->stream.write(pieces);
  if (is_timeout(error)) ++state->counters.timed_out;
  if (!error) state->counters.times.observe(seconds_since(begin));
  const bool go_on = !error && keep_alive;
  co_return go_on;
}

asio::awaitable<void> HttpServer::State::reply_too_slow(std::shared_ptr<State> state,
                                                        SessionPtr session) {
  const Answer answer = refusal(408, "the request did not come to its end in time");
  ++state->counters.own_answers[answer.status];
  const std::string text =
      answer_head(answer, answer.body_bytes(), false, std::chrono::system_clock::now()) +
      (asks_for_head_alone(session->input) ? std::string() : answer.body);
  session->stream.expires_after(kRefusalTime);
  const HttpStream::Pieces pieces{text};
  const error_code ignored = co_await session->stream.write(pieces);
  (void)ignored;
}

Answer HttpServer::State::ask_handler(const Request& request) {
  ++counters.requests;
  try {
    return handler(request);
  } catch (const std::exception&) {
    ++counters.failures;
    return refusal(500, "the answer could not be made");
  }
}

/// Those who connected before we closed have been promised an answer by the kernel.
void HttpServer::State::admit_waiting() {
  error_code error;
  if (!acceptor.is_open()) return;
  acceptor.non_blocking(true, error);
  for (std::size_t count = 0; !error && count < limits.connections; ++count) {
    tcp::socket socket(executor);
    acceptor.accept(socket, error);
    if (!error) admit(std::move(socket));
  }
}

void HttpServer::State::stop(bool now) {
  error_code ignored;
  if (!now) admit_waiting();
  closing = true;
  cut_off = cut_off || now;
  acceptor.close(ignored);
  accept_pause.cancel();
  sweep_pause.cancel();
  for (const auto& [id, session] : sessions) {
    const bool has_request =
        session->answering || (session->input.empty() && session->stream.has_input());
    if (now || !has_request) session->stream.close();
  }
}

asio::awaitable<void> HttpServer::State::close(std::shared_ptr<State> state, milliseconds grace) {
  state->stop(false);
  state->drained.expires_after(grace);
  if (state->running > 0) co_await state->drained.async_wait(kNoThrow);
  state->stop(true);
  state->drained.expires_at(asio::steady_timer::time_point::max());
  while (state->running > 0) co_await state->drained.async_wait(kNoThrow);
}

void AnswerTimes::observe(double seconds) {
  const auto* const bound = std::ranges::lower_bound(kAnswerBuckets, seconds);
  ++buckets.at(static_cast<std::size_t>(std::distance(std::begin(kAnswerBuckets), bound)));
  sum += seconds;
  ++count;
}

HttpServer::HttpServer(asio::any_io_executor executor, HttpLimits limits, Handler handler)
    : state_(std::make_shared<State>(std::move(executor), limits, std::move(handler))) {}

HttpServer::~HttpServer() {
  state_->stop(true);
}

Result<std::uint16_t> HttpServer::start(const std::string& address, std::uint16_t port) {
  const auto ip = parse_address(address);
  if (!ip) {
    return fail({.code = "listen.address",
                 .subject = address,
                 .detail = "expected a numeric address, such as [::] or 127.0.0.1"});
  }
  error_code error = state_->listen({*ip, port});
  if (means_no_ipv6(error) && ip->is_v6() && ip->is_unspecified()) {
    error = state_->listen({asio::ip::address_v4::any(), port});
  }
  if (error) return fail(listen_error(error, address, port));
  state_->start(State::accept_loop(state_));
  state_->start(State::sweep(state_));
  return state_->acceptor.local_endpoint().port();
}

asio::awaitable<void> HttpServer::close(milliseconds grace) {
  return State::close(state_, grace);
}

void HttpServer::adopt(HttpLimits limits) {
  state_->limits = limits;
  state_->table.adopt(limits.connections, limits.connections_per_address);
  while (state_->table.size() > limits.connections) state_->evict(*state_->table.oldest());
}

const HttpCounters& HttpServer::counters() const {
  return state_->counters;
}

}  // namespace sparkwarden::io
