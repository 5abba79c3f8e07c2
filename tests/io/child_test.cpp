// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child.hpp"

#include <optional>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

using io::ChildEnd;
using io::ChildOutcome;
using io::ChildSlot;
using io::ChildSpec;
using std::chrono::minutes;
using std::chrono::seconds;

ChildSpec shell(const std::string& script, milliseconds deadline = seconds(60)) {
  return ChildSpec{.executable = "/bin/sh", .arguments = {"-c", script}, .deadline = deadline};
}

ChildOutcome run(ChildSlot& slot, ChildSpec spec) {
  boost::asio::io_context io;
  std::optional<ChildOutcome> outcome;
  boost::asio::co_spawn(io, slot.run(std::move(spec)), [&](std::exception_ptr, ChildOutcome ended) {
    outcome = std::move(ended);
  });
  io.run();
  return outcome.value();
}

ChildOutcome run(ChildSpec spec) {
  ChildSlot slot;
  return run(slot, std::move(spec));
}

/// The first run that gets as far as to say something before its deadline, which is longer each
/// time: a busy machine may need more than the first one to start a shell.
ChildOutcome run_to_a_deadline(const std::string& script) {
  for (milliseconds deadline(200);; deadline *= 2) {
    ChildOutcome outcome = run(shell(script, deadline));
    EXPECT_GE(outcome.took, deadline);
    if (!outcome.output.empty() || deadline > seconds(20)) return outcome;
  }
}

bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

TEST(Child, ReadsItsRequestAndItsAnswerArrivesWhole) {
  ChildSpec spec = shell("read line; echo \"got $line\"; echo more");
  spec.input = "the request\n";

  const ChildOutcome outcome = run(spec);

  EXPECT_EQ(outcome.end, ChildEnd::exited);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output, "got the request\nmore\n");
}

TEST(Child, ExitCodeIsTold) {
  const ChildOutcome outcome = run(shell("exit 7"));

  EXPECT_EQ(outcome.end, ChildEnd::exited);
  EXPECT_EQ(outcome.status, 7);
}

TEST(Child, SignalIsTold) {
  const ChildOutcome outcome = run(shell("kill -SEGV $$"));

  EXPECT_EQ(outcome.end, ChildEnd::signalled);
  EXPECT_EQ(outcome.status, SIGSEGV);
}

TEST(Child, HasNoEnvironmentAndNoDescriptorsBeyondTheThree) {
  ::setenv("SPARKWARDEN_TEST_SECRET", "hunter2", 1);

  const ChildOutcome outcome = run(shell("env | grep -c SECRET; ls /proc/self/fd | wc -l"));

  // ls itself opens the directory: 0, 1, 2 and that one.
  EXPECT_EQ(outcome.output, "0\n4\n");
}

TEST(Child, IsKilledAtItsDeadlineWithWhatItSaidUntilThen) {
  const ChildOutcome outcome = run_to_a_deadline("echo before; sleep 600; echo after");

  EXPECT_EQ(outcome.end, ChildEnd::deadline);
  EXPECT_EQ(outcome.output, "before\n");
  EXPECT_FALSE(outcome.stuck);
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, IsKilledAtItsDeadlineAfterClosingItsOutput) {
  const ChildOutcome outcome = run_to_a_deadline("echo last; exec >&-; sleep 600");

  EXPECT_EQ(outcome.end, ChildEnd::deadline);
  EXPECT_EQ(outcome.output, "last\n");
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, WhatItStartedDiesWithIt) {
  const ChildOutcome outcome = run(shell("sleep 600 >/dev/null & echo $!; exit 0"));

  ASSERT_EQ(outcome.end, ChildEnd::exited);
  const pid_t grandchild = std::stoi(outcome.output);
  bool gone = false;
  for (int i = 0; i < 12'000 && !gone; ++i) {  // init has to reap it
    gone = !exists(grandchild) || [&] {
      const std::string state = "/proc/" + outcome.output.substr(0, outcome.output.find('\n'));
      return ::access(state.c_str(), F_OK) != 0;
    }();
    if (!gone) ::usleep(5'000);
  }
  EXPECT_TRUE(gone);
}

TEST(Child, IsKilledWhenItFloods) {
  ChildSpec spec = shell("yes");
  spec.output_bytes_max = 100'000;

  const ChildOutcome outcome = run(spec);

  EXPECT_EQ(outcome.end, ChildEnd::flooded);
  EXPECT_EQ(outcome.output.size(), 100'000U);
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, ThatCannotBeStartedSaysWhy) {
  const ChildOutcome outcome = run(ChildSpec{.executable = "/nonexistent/sparkwarden"});

  EXPECT_EQ(outcome.end, ChildEnd::not_started);
  EXPECT_EQ(outcome.detail, "/nonexistent/sparkwarden: No such file or directory");
}

TEST(Child, IsNotStartedWithARequestThatIsTooLong) {
  ChildSpec spec = shell("cat");
  spec.input.assign(io::kChildInputMax + 1, 'x');

  const ChildOutcome outcome = run(spec);

  EXPECT_EQ(outcome.end, ChildEnd::not_started);
  EXPECT_EQ(outcome.detail, "the request is longer than 64 KiB");
}

TEST(Child, IsTheOnlyOneInItsSlot) {
  ChildSlot slot;
  boost::asio::io_context io;
  std::vector<ChildEnd> ends;
  const auto note = [&](std::exception_ptr, const ChildOutcome& outcome) {
    ends.push_back(outcome.end);
  };

  boost::asio::co_spawn(io, slot.run(shell("sleep 60", milliseconds(200))), note);
  boost::asio::co_spawn(io, slot.run(shell("exit 0")), note);
  io.run();

  EXPECT_EQ(ends, (std::vector{ChildEnd::busy, ChildEnd::deadline}));
  EXPECT_EQ(slot.age(), std::nullopt);
}

TEST(Child, IsKilledAndReapedWhenItsRunIsCancelled) {
  ChildSlot slot;
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  std::exception_ptr failure;
  boost::asio::co_spawn(
      io,
      slot.run(shell("sleep 600", minutes(10))),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](std::exception_ptr error, const ChildOutcome&) { failure = error; }));
  boost::asio::steady_timer soon(io, milliseconds(50));
  soon.async_wait([&](const boost::system::error_code&) {
    cancel.emit(boost::asio::cancellation_type::terminal);
  });

  io.run_for(minutes(1));  // the child would live much longer

  ASSERT_NE(failure, nullptr);
  EXPECT_THROW(std::rethrow_exception(failure), boost::system::system_error);
  EXPECT_EQ(slot.age(), std::nullopt);
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, IsKilledAndReapedWhenItsSlotGoesAway) {
  {
    ChildSlot slot;
    boost::asio::io_context io;
    boost::asio::co_spawn(io, slot.run(shell("sleep 60")), [](std::exception_ptr, ChildOutcome) {});
    io.run_for(milliseconds(50));
  }

  EXPECT_EQ(count_children(), 0);
}

TEST(Child, LeavesNothingBehindInTwoHundredRuns) {
  ChildSlot slot;
  static_cast<void>(run(slot, shell("exit 0")));  // what is made once is made now
  const int before = count_descriptors();

  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(run(slot, shell("echo $PPID")).end, ChildEnd::exited);
  }

  EXPECT_EQ(count_descriptors(), before);
  EXPECT_EQ(count_children(), 0);
}

}  // namespace
}  // namespace sparkwarden::tests
