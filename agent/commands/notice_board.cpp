// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/notice_board.hpp"

#include <string>
#include <utility>

namespace sparkwarden::commands {
namespace {

exporters::LogLevel level_of(Verdict verdict) {
  if (verdict == Verdict::fail) return exporters::LogLevel::error;
  return verdict == Verdict::pass ? exporters::LogLevel::info : exporters::LogLevel::warning;
}

}  // namespace

std::optional<exporters::LogRecord> NoticeBoard::take(const Request& request, Instant now) {
  const auto header = request.header(kNoticeHeader);
  if (!header) return std::nullopt;
  std::optional<Notice> notice = parse_notice(*header);
  if (!notice) {
    table_.refuse();
    return std::nullopt;
  }
  exporters::LogRecord record{.level = level_of(notice->verdict),
                              .event = "executor",
                              .fields = {{"pod", notice->pod},
                                         {"executor", notice->executor},
                                         {"verdict", std::string(to_string(notice->verdict))},
                                         {"gate", std::string(to_string(notice->gate))},
                                         {"code", notice->code},
                                         {"subject", notice->subject}}};
  table_.expire(now);
  if (!table_.hear(std::move(*notice), now)) return std::nullopt;

  if (now - minute_ > std::chrono::minutes(1)) {
    minute_ = now;
    lines_ = 0;
  }
  if (lines_ == kLinesPerMinute) {
    ++unlogged_;
    return std::nullopt;
  }
  ++lines_;
  if (unlogged_ > 0) record.fields.emplace_back("unlogged", std::to_string(unlogged_));
  unlogged_ = 0;
  return record;
}

}  // namespace sparkwarden::commands
