// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/sweep_plan.hpp"

#include <algorithm>
#include <tuple>

#include "agent/core/storage_token.hpp"

namespace sparkwarden::probes::storage {
namespace {

bool is_file(const Listed& entry) {
  return entry.kind == Listed::Kind::file;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_token(const Listed& entry) {
  return is_file(entry) && is_token_name(entry.name);
}

bool is_old(const Listed& entry, std::int64_t written_ns) {
  constexpr std::int64_t kAge = std::chrono::nanoseconds(kAbandonedAfter).count();
  // A time of 0 is none: what may be young stays.
  return entry.changed_ns > 0 && written_ns - entry.changed_ns > kAge;
}

bool newer(const Listed& left, const Listed& right) {
  return std::tie(left.changed_ns, left.name) > std::tie(right.changed_ns, right.name);
}

std::vector<std::string> names_of(const std::vector<Listed>& entries, std::size_t max) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(entries.size(), max); ++i) names.push_back(entries[i].name);
  return names;
}

}  // namespace

bool is_canary_name(std::string_view name) {
  constexpr std::size_t kTail = 9;  // a hyphen and eight hex digits
  constexpr std::size_t kDigitsMax = 20;
  if (!name.starts_with("c-")) return false;
  name.remove_prefix(2);
  if (name.size() <= kTail || name.size() > kDigitsMax + kTail) return false;
  const std::string_view number = name.substr(0, name.size() - kTail);
  const std::string_view tail = name.substr(number.size());
  return std::ranges::all_of(number, is_digit) && tail.front() == '-' &&
         std::ranges::all_of(tail.substr(1),
                             [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_abandoned(const Listed& directory, std::int64_t written_ns) {
  return directory.kind == Listed::Kind::directory && is_old(directory, written_ns);
}

std::vector<std::string> spent_files(const std::vector<Listed>& own,
                                     std::string_view written,
                                     std::string_view keep,
                                     std::int64_t written_ns) {
  std::vector<Listed> spent;
  for (const Listed& entry : own) {
    const bool needed = entry.name == written || entry.name == keep;
    if (is_token(entry) && !needed) spent.push_back(entry);
  }
  std::sort(spent.begin(), spent.end(), newer);
  if (keep.empty() && !spent.empty()) spent.erase(spent.begin());
  for (const Listed& entry : own) {
    const bool forgotten = is_canary_name(entry.name) && is_old(entry, written_ns);
    if (is_file(entry) && forgotten) spent.push_back(entry);
  }
  return names_of(spent, kSweptFilesMax);
}

std::vector<std::string> abandoned_directories(const std::vector<Listed>& top,
                                               std::string_view own,
                                               std::int64_t written_ns) {
  std::vector<Listed> abandoned;
  for (const Listed& entry : top) {
    if (entry.name != own && is_pod_directory(entry.name) && is_abandoned(entry, written_ns)) {
      abandoned.push_back(entry);
    }
  }
  std::sort(abandoned.begin(), abandoned.end(), [](const Listed& left, const Listed& right) {
    return newer(right, left);
  });
  return names_of(abandoned, kSweptDirectoriesMax);
}

std::vector<std::string> agent_files(const std::vector<Listed>& directory) {
  std::vector<Listed> ours;
  for (const Listed& entry : directory) {
    if (is_file(entry) && (is_token_name(entry.name) || is_canary_name(entry.name))) {
      ours.push_back(entry);
    }
  }
  return names_of(ours, kSweptFilesMax);
}

}  // namespace sparkwarden::probes::storage
