// SPDX-License-Identifier: Apache-2.0
#include "agent/io/orphans.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agent/io/child_process.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::io {
namespace {

/// Orphans below this process become its children, as those of a container become process 1's.
class AsFirstProcess {
 public:
  AsFirstProcess() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  AsFirstProcess(const AsFirstProcess&) = delete;
  AsFirstProcess& operator=(const AsFirstProcess&) = delete;
  ~AsFirstProcess() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

pid_t child_that_ends() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(7);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  return pid;
}

TEST(Orphans, AreReapedAndChildrenOfOursAreNot) {
  const AsFirstProcess first;
  const int before = tests::count_children();
  ChildProcess ours(child_that_ends());
  EXPECT_EQ(reap_orphans(), 0U);
  EXPECT_TRUE(ours.try_reap());
  EXPECT_EQ(WEXITSTATUS(ours.status()), 7) << "its status was left to us";

  child_that_ends();  // whose parent we might have become
  child_that_ends();

  EXPECT_EQ(reap_orphans(), 2U);
  EXPECT_EQ(tests::count_children(), before);
  EXPECT_EQ(reap_orphans(), 0U);
}

}  // namespace
}  // namespace sparkwarden::io
