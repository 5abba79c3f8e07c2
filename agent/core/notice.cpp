// SPDX-License-Identifier: Apache-2.0
#include "agent/core/notice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/core/header_fields.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden {
namespace {

constexpr std::size_t kPodMax = 253;  // a Kubernetes name
constexpr std::size_t kExecutorMax = 32;
constexpr std::size_t kCodeMax = 64;
constexpr std::size_t kSubjectMax = 160;
constexpr std::size_t kPodBytesMax = 384;  // encoded: a Kubernetes name has nothing to encode

bool is_plain(char c) {
  constexpr std::string_view kOther = "._:/-";
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         kOther.find(c) != std::string_view::npos;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_plain(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    }
  }
  return result;
}

/// The longest beginning of `text` that has at most `text_max` bytes, and `bytes_max` encoded. Cut
/// between characters: half of one would make the whole notice unreadable.
std::string encoded_within(std::string_view raw, std::size_t text_max, std::size_t bytes_max) {
  std::string text = printable(raw.substr(0, text_max));
  text.resize(std::min(text.size(), text_max));
  while (true) {
    text.resize(first_invalid_utf8(text).value_or(text.size()));
    std::string result = encoded(text);
    if (result.size() <= bytes_max) return result;
    text.pop_back();
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) {
      result += text[i];
      continue;
    }
    if (text[i] != '%' || text.size() - i < 3) return std::nullopt;
    const int high = digit_of(text[i + 1]);
    const int low = digit_of(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  // What printable() would have to change is nothing to show.
  if (printable(result) != result) return std::nullopt;
  return result;
}

bool is_code(std::string_view code) {
  if (code.starts_with('.') || code.ends_with('.')) return false;
  return code.size() <= kCodeMax && std::ranges::count(code, '.') == 2 &&
         code.find("..") == std::string_view::npos && std::ranges::all_of(code, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

constexpr std::array kPhases{GatePhase::holding, GatePhase::open, GatePhase::failed};
constexpr std::array kVerdicts{Verdict::pass, Verdict::warn, Verdict::fail, Verdict::unknown};

template <typename Values>
auto from_word(const Values& values, std::string_view word)
    -> std::optional<typename Values::value_type> {
  for (const auto value : values) {
    if (to_string(value) == word) return value;
  }
  return std::nullopt;
}

int badness(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 3;
    case Verdict::unknown:
      return 2;
    case Verdict::warn:
      return 1;
    case Verdict::pass:
      return 0;
  }
  return 0;
}

/// What the verdict is about: the subject of the finding or of what was not looked at.
std::string subject_of(const ProbeState& probe, std::string_view code) {
  if (probe.last == nullptr) return probe.name;
  for (const Finding& finding : probe.last->observed.findings) {
    if (finding.code == code) return finding.subject;
  }
  for (const Unlooked& unlooked : probe.last->observed.unlooked) {
    if (unlooked.code == code) return unlooked.subject;
  }
  return probe.name;
}

bool set(Notice& notice, std::string_view key, const std::string& value) {
  if (key == "pod" && !value.empty() && value.size() <= kPodMax) {
    notice.pod = value;
  } else if (key == "exec" && value.size() <= kExecutorMax) {
    notice.executor = value;
  } else if (key == "gate") {
    const auto phase = from_word(kPhases, value);
    if (!phase) return false;
    notice.gate = *phase;
  } else if (key == "verdict") {
    const auto verdict = from_word(kVerdicts, value);
    if (!verdict) return false;
    notice.verdict = *verdict;
  } else if (key == "code" && is_code(value)) {
    notice.code = value;
  } else if (key == "subject" && value.size() <= kSubjectMax) {
    notice.subject = value;
  } else {
    return false;
  }
  return true;
}

}  // namespace

Notice notice_of(const Snapshot& snapshot, std::string pod, std::string executor, Instant now) {
  Notice notice{.pod = std::move(pod),
                .executor = std::move(executor),
                .gate = snapshot.gate.phase,
                .verdict = Verdict::pass};
  for (const ProbeState& probe : snapshot.probes) {
    if (probe.name == kAgentProbe) continue;
    const Verdict verdict = verdict_at(probe, now);
    if (badness(verdict) <= badness(notice.verdict)) continue;
    notice.verdict = verdict;
    notice.code = reason_at(probe, now);
    notice.subject = subject_of(probe, notice.code);
  }
  return notice;
}

std::string to_header(const Notice& notice) {
  std::string header = "v=1, pod=" + encoded_within(notice.pod, kPodMax, kPodBytesMax);
  if (!notice.executor.empty()) {
    header += ", exec=" + encoded_within(notice.executor, kExecutorMax, 3 * kExecutorMax);
  }
  header += ", gate=" + std::string(to_string(notice.gate));
  header += ", verdict=" + std::string(to_string(notice.verdict));
  if (is_code(notice.code)) header += ", code=" + notice.code;
  if (notice.subject.empty()) return header;
  header += ", subject=";
  return header + encoded_within(notice.subject, kSubjectMax, kNoticeBytesMax - header.size());
}

std::optional<Notice> parse_notice(std::string_view header) {
  if (header.size() > kNoticeBytesMax) return std::nullopt;
  const auto fields = header_fields(header);
  if (!fields) return std::nullopt;
  Notice notice;
  for (const HeaderField& field : *fields) {
    const auto value = decoded(field.value);
    if (!value || !set(notice, field.key, *value)) return std::nullopt;
  }
  if (notice.pod.empty()) return std::nullopt;
  return notice;
}

}  // namespace sparkwarden
