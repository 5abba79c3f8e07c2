// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <unistd.h>

#include "agent/commands/commands.hpp"

namespace sparkwarden::commands {
namespace {

// What a shell says of a program that it cannot start, so that nobody has to learn new numbers.
constexpr int kNotStartable = 126;
constexpr int kNotFound = 127;

}  // namespace

int exec(const ExecOptions& options, const Environment& environment) {
  WaitOptions gate = options.gate;
  // The message belongs to the program from here on: one that says "gate open" would hide its own.
  gate.tell_when_open = false;
  const int held = wait(gate, environment);
  if (held != kOk) return held;

  std::vector<char*> arguments;
  arguments.reserve(options.command.size() + 1);
  // execvp takes what it does not change without const, for C's sake.
  for (const std::string& word : options.command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  const int why = errno;
  std::fprintf(stderr,
               "sparkwarden: cannot start %s: %s\n",
               options.command.front().c_str(),
               std::strerror(why));
  return why == ENOENT ? kNotFound : kNotStartable;
}

}  // namespace sparkwarden::commands
