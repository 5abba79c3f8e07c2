// SPDX-License-Identifier: Apache-2.0
// Lets a command that only waits end when it is told to, also as the first process of its
// container, where the kernel ignores every signal that nobody handles (pid_namespaces(7)).
#pragma once

namespace sparkwarden::commands {

/// SIGTERM and SIGINT end the process at once with 128 + their number, as a shell would say it. A
/// child of a probe dies with its parent. A program that takes this one's place (execve) finds the
/// defaults again.
void end_on_signal();

}  // namespace sparkwarden::commands
