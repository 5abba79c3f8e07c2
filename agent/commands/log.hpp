// SPDX-License-Identifier: Apache-2.0
// Where log lines go: stderr, through spdlog, as finished lines.
#pragma once

#include "agent/config/config.hpp"
#include "exporters/log/log_line.hpp"

namespace sparkwarden::commands {

class Log {
 public:
  /// `format` auto is text on a terminal, else JSON.
  Log(settings::LogLevel level, settings::Auto<settings::LogFormat> format);

  void write(const exporters::LogRecord& record) const;

 private:
  bool json_;
};

}  // namespace sparkwarden::commands
