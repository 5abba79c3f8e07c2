// SPDX-License-Identifier: Apache-2.0
// Signals that come before anybody can handle them. Process 1 never hears those, and any other
// process dies of them; blocked, they wait.
#pragma once

#include <csignal>
#include <initializer_list>

namespace sparkwarden::commands {

/// `how`: SIG_BLOCK or SIG_UNBLOCK, for the calling thread and those that it starts.
inline void pass_signals(int how, std::initializer_list<int> numbers) {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  ::pthread_sigmask(how, &set, nullptr);
}

}  // namespace sparkwarden::commands
