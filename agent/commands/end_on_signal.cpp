// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/end_on_signal.hpp"

#include <csignal>
#include <initializer_list>

#include <unistd.h>

namespace sparkwarden::commands {
namespace {

extern "C" void end(int number) {
  ::_exit(128 + number);
}

}  // namespace

void end_on_signal() {
  struct sigaction action = {};
  action.sa_handler = end;
  for (const int number : {SIGTERM, SIGINT}) ::sigaction(number, &action, nullptr);
}

}  // namespace sparkwarden::commands
