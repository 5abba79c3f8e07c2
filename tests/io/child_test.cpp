// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/prctl.h>
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
using std::chrono::seconds;

ChildSpec shell(const std::string& script, milliseconds deadline = seconds(20)) {
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
  const ChildOutcome outcome = run(shell("echo before; sleep 60; echo after", milliseconds(200)));

  EXPECT_EQ(outcome.end, ChildEnd::deadline);
  EXPECT_EQ(outcome.output, "before\n");
  EXPECT_FALSE(outcome.stuck);
  EXPECT_GE(outcome.took, milliseconds(200));
  EXPECT_LT(outcome.took, seconds(2));
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, IsKilledAtItsDeadlineAfterClosingItsOutput) {
  const ChildOutcome outcome = run(shell("echo last; exec >&-; sleep 60", milliseconds(200)));

  EXPECT_EQ(outcome.end, ChildEnd::deadline);
  EXPECT_EQ(outcome.output, "last\n");
  EXPECT_EQ(count_children(), 0);
}

TEST(Child, WhatItStartedDiesWithIt) {
  const ChildOutcome outcome = run(shell("sleep 60 >/dev/null & echo $!; exit 0"));

  ASSERT_EQ(outcome.end, ChildEnd::exited);
  const pid_t grandchild = std::stoi(outcome.output);
  bool gone = false;
  for (int i = 0; i < 400 && !gone; ++i) {  // init has to reap it
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
      slot.run(shell("sleep 60")),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](std::exception_ptr error, const ChildOutcome&) { failure = error; }));
  boost::asio::steady_timer soon(io, milliseconds(50));
  soon.async_wait([&](const boost::system::error_code&) {
    cancel.emit(boost::asio::cancellation_type::terminal);
  });

  const Instant start = std::chrono::steady_clock::now();
  io.run();

  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5));
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

TEST(Orphans, AreReapedAndASlotsChildIsNot) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  boost::asio::io_context io;
  ChildSlot slot;
  std::optional<ChildOutcome> outcome;
  // In a session of its own, or it would be killed with the rest of the child's group. What $( )
  // waits for is the end of its output, so that it has one by then.
  const char* script = "echo $(setsid sh -c 'echo $$; exec sleep 60 >/dev/null' &); exit 7";
  boost::asio::co_spawn(io, slot.run(shell(script)), [&](std::exception_ptr, ChildOutcome ended) {
    outcome = std::move(ended);
  });
  io.poll_one();
  while (!outcome) {
    io::reap_orphans();  // the slot's child is its own, whenever this looks
    io.poll_one();
  }
  EXPECT_EQ(outcome->end, ChildEnd::exited);
  EXPECT_EQ(outcome->status, 7);
  const pid_t orphan = std::atoi(outcome->output.c_str());
  ASSERT_GT(orphan, 0);
  ASSERT_TRUE(exists(orphan));

  ::kill(orphan, SIGKILL);

  for (int i = 0; i < 2'000 && exists(orphan); ++i) {
    io::reap_orphans();
    ::usleep(5'000);
  }
  EXPECT_FALSE(exists(orphan));
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace
}  // namespace sparkwarden::tests
