// SPDX-License-Identifier: Apache-2.0
// The driver's notice board: the last notice of each executor, bounded in rows and time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "agent/core/notice.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden {

inline constexpr std::size_t kNoticeRowsMax = 20'000;
inline constexpr milliseconds kNoticeGoneAfter{5 * 60 * 1000};      // not heard: the pod is gone
inline constexpr milliseconds kNoticeKeptFor{24 * 60 * 60 * 1000};  // then the row

struct NoticeRow {
  Notice notice = {};
  Instant first_heard = {};
  Instant last_heard = {};

  bool operator==(const NoticeRow&) const = default;
};

class NoticeTable {
 public:
  explicit NoticeTable(std::size_t rows_max = kNoticeRowsMax) : rows_max_(rows_max) {}

  /// Takes a notice. True when its verdict, code or subject is news for this pod: log it then.
  /// When the table is full, the row that was heard least recently makes room.
  bool hear(Notice notice, Instant now);

  /// Drops rows that were not heard for kNoticeKeptFor.
  void expire(Instant now);

  /// One came that could not be read: of another version, or by somebody who plays executor.
  void refuse() { ++refused_; }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// pass, warn, fail, unknown, and gone for pods not heard for kNoticeGoneAfter: all five, always.
  [[nodiscard]] std::map<std::string_view, std::uint64_t> by_verdict(Instant now) const;
  /// How many pods' last notice, gone or not, names each code.
  [[nodiscard]] std::map<std::string, std::uint64_t> by_code() const;
  /// At most `count` rows, worst first (fail, unknown, warn, pass), then most recently heard.
  [[nodiscard]] std::vector<NoticeRow> worst(std::size_t count) const;

 private:
  std::size_t rows_max_;
  std::uint64_t refused_ = 0;
  std::list<NoticeRow> rows_;  // most recently heard first
  std::unordered_map<std::string, std::list<NoticeRow>::iterator> by_pod_;
};

}  // namespace sparkwarden
