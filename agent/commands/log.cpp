// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/log.hpp"

#include <memory>

#include <unistd.h>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace sparkwarden::commands {
namespace {

spdlog::level::level_enum threshold(settings::LogLevel level) {
  switch (level) {
    case settings::LogLevel::debug:
      return spdlog::level::debug;
    case settings::LogLevel::info:
      return spdlog::level::info;
    case settings::LogLevel::warning:
      return spdlog::level::warn;
    case settings::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::level::level_enum level_of(exporters::LogLevel level) {
  switch (level) {
    case exporters::LogLevel::info:
      return spdlog::level::info;
    case exporters::LogLevel::warning:
      return spdlog::level::warn;
    case exporters::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

Log::Log(settings::LogLevel level, settings::Auto<settings::LogFormat> format)
    : json_(format ? *format == settings::LogFormat::json : ::isatty(STDERR_FILENO) == 0) {
  const auto logger = std::make_shared<spdlog::logger>(
      "sparkwarden", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("%v");  // the lines are finished; %v alone does not escape, and need not
  logger->set_level(threshold(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(logger);
}

void Log::write(const exporters::LogRecord& record) const {
  const WallTime now = WallTime::clock::now();
  const std::string line =
      json_ ? exporters::json_line(record, now) : exporters::text_line(record, now);
  spdlog::default_logger_raw()->log(level_of(record.level), spdlog::string_view_t(line));
}

}  // namespace sparkwarden::commands
