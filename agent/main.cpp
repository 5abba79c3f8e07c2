// SPDX-License-Identifier: Apache-2.0
// The command line is the program: agent/commands puts probes, runtime and exporters together.
#include "agent/commands/commands.hpp"

int main(int argc, char** argv) {
  return sparkwarden::commands::main(argc, argv);
}
