// SPDX-License-Identifier: Apache-2.0
#include "agent/core/notice_table.hpp"

#include <algorithm>
#include <utility>

namespace sparkwarden {
namespace {

constexpr std::string_view kGone = "gone";

int order_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 0;
    case Verdict::unknown:
      return 1;
    case Verdict::warn:
      return 2;
    case Verdict::pass:
      return 3;
  }
  return 3;
}

}  // namespace

bool NoticeTable::hear(Notice notice, Instant now) {
  const auto known = by_pod_.find(notice.pod);
  if (known != by_pod_.end()) {
    NoticeRow& row = *known->second;
    const bool news = row.notice.verdict != notice.verdict || row.notice.code != notice.code ||
                      row.notice.subject != notice.subject;
    row.notice = std::move(notice);
    row.last_heard = now;
    rows_.splice(rows_.begin(), rows_, known->second);
    return news;
  }
  if (rows_.size() >= rows_max_ && !rows_.empty()) {
    by_pod_.erase(rows_.back().notice.pod);
    rows_.pop_back();
  }
  rows_.push_front({.notice = std::move(notice), .first_heard = now, .last_heard = now});
  by_pod_.emplace(rows_.front().notice.pod, rows_.begin());
  return true;
}

void NoticeTable::expire(Instant now) {
  while (!rows_.empty() && now - rows_.back().last_heard > kNoticeKeptFor) {
    by_pod_.erase(rows_.back().notice.pod);
    rows_.pop_back();
  }
}

std::map<std::string_view, std::uint64_t> NoticeTable::by_verdict(Instant now) const {
  std::map<std::string_view, std::uint64_t> counts{{to_string(Verdict::pass), 0},
                                                   {to_string(Verdict::warn), 0},
                                                   {to_string(Verdict::fail), 0},
                                                   {to_string(Verdict::unknown), 0},
                                                   {kGone, 0}};
  for (const NoticeRow& row : rows_) {
    const bool gone = now - row.last_heard > kNoticeGoneAfter;
    ++counts[gone ? kGone : to_string(row.notice.verdict)];
  }
  return counts;
}

std::map<std::string, std::uint64_t> NoticeTable::by_code() const {
  std::map<std::string, std::uint64_t> counts;
  for (const NoticeRow& row : rows_) {
    if (!row.notice.code.empty()) ++counts[row.notice.code];
  }
  return counts;
}

std::vector<NoticeRow> NoticeTable::worst(std::size_t count) const {
  constexpr int kOrders = 4;
  std::vector<NoticeRow> rows;
  for (int order = 0; order < kOrders; ++order) {
    for (const NoticeRow& row : rows_) {
      if (rows.size() == count) return rows;
      if (order_of(row.notice.verdict) == order) rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace sparkwarden
