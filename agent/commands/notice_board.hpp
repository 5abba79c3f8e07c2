// SPDX-License-Identifier: Apache-2.0
// The driver side of executors' notices: takes them from request headers and says which are worth a
// log line.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/core/answer.hpp"
#include "agent/core/notice_table.hpp"
#include "exporters/log/log_line.hpp"

namespace sparkwarden::commands {

class NoticeBoard {
 public:
  /// Log lines a minute: a fleet that fails all at once, or somebody who plays executor, fills the
  /// table and not the log.
  static constexpr int kLinesPerMinute = 60;

  /// Takes the request's notice, if it has a good one. The record to log when it is news: what was
  /// new and not logged for want of room is counted in the next record.
  [[nodiscard]] std::optional<exporters::LogRecord> take(const Request& request, Instant now);

  /// Rows leave the table also when nobody is heard any more.
  void expire(Instant now) { table_.expire(now); }
  [[nodiscard]] const NoticeTable& table() const { return table_; }

 private:
  NoticeTable table_;
  Instant minute_ = {};
  int lines_ = 0;
  std::uint64_t unlogged_ = 0;
};

}  // namespace sparkwarden::commands
