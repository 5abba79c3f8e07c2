// SPDX-License-Identifier: Apache-2.0
#include "probes/config/properties.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "agent/core/text.hpp"
#include "probes/config/utf8.hpp"

namespace sparkwarden::probes::config {
namespace {

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}
bool line_end(char c) {
  return c == '\n' || c == '\r';
}
/// ASCII that neither ends a line nor escapes.
bool plain(char c) {
  return static_cast<unsigned char>(c) < 0x80 && c != '\\' && !line_end(c);
}

/// A stretch of a logical line: from `begin` on, its bytes stand at line, column, ... A natural
/// line has one, and one more behind each character that Java replaced.
struct Run {
  std::size_t begin = 0;
  int line = 0;
  int column = 0;
};

/// A line as Java sees it: without line ends, comments and the backslashes that continue it.
struct LogicalLine {
  std::string bytes = {};
  std::vector<Run> runs = {};
};

/// Cuts text into logical lines, as java.util.Properties.LineReader does since Java 9. (Java 8
/// reads a
/// `#` after a line with nothing but a backslash as a key.)
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  std::optional<LogicalLine> next() {
    LogicalLine line;
    while (at_ < text_.size()) {
      skip_blanks();
      if (at_ >= text_.size()) break;
      if (line.bytes.empty() && (text_[at_] == '#' || text_[at_] == '!')) {
        skip_natural_line();
        continue;
      }
      const Ending ending = take_natural_line(line);
      const bool done = ending == Ending::complete && !line.bytes.empty();
      if (done || ending == Ending::cut_off) return line;
    }
    if (line.bytes.empty()) return std::nullopt;
    return line;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && blank(text_[at_])) step();
  }

  void skip_natural_line() {
    while (at_ < text_.size() && !line_end(text_[at_])) step();
    step_line_end();
  }

  enum class Ending { complete, continued, cut_off };

  Ending take_natural_line(LogicalLine& line) {
    if (line.bytes.empty()) line.runs.clear();
    line.runs.push_back({line.bytes.size(), line_, column_});
    bool escaped = false;
    while (at_ < text_.size() && !line_end(text_[at_])) {
      if (take_plain(line)) {
        escaped = false;
        continue;
      }
      escaped = text_[at_] == '\\' && !escaped;
      take_char(line);
    }
    if (escaped) line.bytes.pop_back();
    // A backslash that ends the file yields an entry even if nothing stands before it.
    if (escaped && at_ + 1 >= text_.size()) {
      at_ = text_.size();
      return Ending::cut_off;
    }
    step_line_end();
    return escaped ? Ending::continued : Ending::complete;
  }

  /// The letters from here to what needs a closer look, at once; whether there are any.
  bool take_plain(LogicalLine& line) {
    std::size_t end = at_;
    while (end < text_.size() && plain(text_[end])) ++end;
    line.bytes.append(text_, at_, end - at_);
    const bool any = end > at_;
    step(end - at_);
    return any;
  }

  void take_char(LogicalLine& line) {
    const JavaChar next = java_char(text_.substr(at_));
    if (next.valid) line.bytes += text_.substr(at_, next.bytes);
    if (!next.valid) line.bytes += kReplacement;
    step(next.bytes);
    if (!next.valid) line.runs.push_back({line.bytes.size(), line_, column_});
  }

  void step(std::size_t bytes = 1) {
    at_ += bytes;
    column_ += static_cast<int>(bytes);
  }

  void step_line_end() {
    if (at_ >= text_.size()) return;
    const bool pair = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    at_ += pair ? 2U : 1U;
    ++line_;
    column_ = 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

/// The run that holds the byte at `at`.
const Run& run_of(const LogicalLine& line, std::size_t at) {
  const auto after = std::upper_bound(
      line.runs.begin() + 1, line.runs.end(), at, [](std::size_t where, const Run& run) {
        return where < run.begin;
      });
  return *(after - 1);
}

int column_of(const Run& run, std::size_t at) {
  return run.column + static_cast<int>(std::max(at, run.begin) - run.begin);
}

/// Where the bytes [begin, end) stand; the end is cut at the end of the line they start on.
Place place_of(const LogicalLine& line, std::size_t begin, std::size_t end) {
  const Run& first = run_of(line, begin);
  const Run* last = &run_of(line, std::max(begin, end));
  end = std::max(begin, end);
  while (last->line != first.line) {
    end = last->begin;
    --last;
  }
  return {first.line, column_of(first, begin), column_of(*last, end)};
}

std::optional<std::uint32_t> hex4(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 4)) {
    value <<= 4U;
    if (c >= '0' && c <= '9') {
      value += static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value += static_cast<std::uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      value += static_cast<std::uint32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

struct Unescaped {
  std::string text = {};
  std::optional<std::size_t> bad = {};  // index of the backslash of the first bad escape
};

/// Undoes the escapes of [begin, end).
Unescaped unescape(const LogicalLine& line, std::size_t begin, std::size_t end) {
  const std::string_view raw = std::string_view(line.bytes).substr(begin, end - begin);
  if (raw.find('\\') == std::string_view::npos) return {.text = std::string(raw)};
  Unescaped result;
  Utf16Joiner joiner(result.text);
  for (std::size_t i = begin; i < end; ++i) {
    const char c = line.bytes[i];
    if (c != '\\' || i + 1 >= end) {
      joiner.byte(c);
      continue;
    }
    const char kind = line.bytes[++i];
    if (kind == 'u') {
      const auto unit =
          hex4(std::string_view(line.bytes).substr(i + 1, std::min(end - i - 1, std::size_t{4})));
      if (!unit) return {.bad = i - 1};
      joiner.unit(*unit);
      i += 4;
    } else {
      joiner.byte(kind == 't'   ? '\t'
                  : kind == 'n' ? '\n'
                  : kind == 'r' ? '\r'
                  : kind == 'f' ? '\f'
                                : kind);
    }
  }
  joiner.finish();
  return result;
}

struct Cut {
  std::size_t key_end = 0;
  std::size_t value_begin = 0;
};

/// The key ends at the first unescaped separator; blanks and one `=` or `:` follow.
Cut cut(const std::string& bytes) {
  std::size_t key_end = 0;
  for (bool escaped = false; key_end < bytes.size(); ++key_end) {
    const char c = bytes[key_end];
    if (!escaped && (c == '=' || c == ':' || blank(c))) break;
    escaped = c == '\\' && !escaped;
  }
  std::size_t value = key_end;
  bool separator = false;
  while (value < bytes.size()) {
    const char c = bytes[value];
    if (!blank(c)) {
      if (separator || (c != '=' && c != ':')) break;
      separator = true;
    }
    ++value;
  }
  return {key_end, value};
}

/// Spark's trimExceptCRLF: what is below or equal to a space goes, unless it is CR or LF.
std::string trimmed(const std::string& text) {
  const auto keep = [](char c) {
    return static_cast<unsigned char>(c) > ' ' || c == '\r' || c == '\n';
  };
  const auto first = std::find_if(text.begin(), text.end(), keep);
  const auto last = std::find_if(text.rbegin(), text.rend(), keep).base();
  return first < last ? std::string(first, last) : std::string();
}

/// The place of the value as people see it: without the blanks that Spark trims.
Place value_place(const LogicalLine& line, std::size_t begin) {
  std::size_t end = line.bytes.size();
  while (end > begin && blank(line.bytes[end - 1])) --end;
  return place_of(line, begin, end);
}

}  // namespace

const Property* Properties::find(std::string_view key) const {
  const auto last = std::find_if(entries.rbegin(), entries.rend(), [&](const Property& entry) {
    return entry.key.text == key;
  });
  return last == entries.rend() ? nullptr : &*last;
}

bool Properties::has(PropertiesProblem::Kind kind) const {
  return std::any_of(
      problems.begin(), problems.end(), [&](const auto& problem) { return problem.kind == kind; });
}

Properties parse_properties(std::string_view text) {
  using enum PropertiesProblem::Kind;
  Properties result;
  if (text.starts_with(kByteOrderMark)) result.problems.push_back({byte_order_mark, {1, 1, 4}});
  if (const auto bad = first_invalid_utf8(text)) {
    result.problems.push_back({malformed_utf8, LineIndex(text).place(*bad, *bad + 1)});
  }
  LineReader reader(text);
  while (const auto line = reader.next()) {
    if (result.entries.size() == kPropertiesMax) {
      result.problems.push_back({too_many, place_of(*line, 0, line->bytes.size())});
      break;
    }
    const Cut parts = cut(line->bytes);
    const Unescaped key = unescape(*line, 0, parts.key_end);
    const Unescaped value = unescape(*line, parts.value_begin, line->bytes.size());
    if (const auto bad = key.bad ? key.bad : value.bad) {
      const std::size_t end = std::min(*bad + 6, line->bytes.size());
      result.problems.push_back({bad_unicode_escape, place_of(*line, *bad, end)});
      break;
    }
    result.entries.push_back(
        {.key = {key.text, place_of(*line, 0, parts.key_end)},
         .value = {trimmed(value.text), value_place(*line, parts.value_begin)}});
  }
  return result;
}

}  // namespace sparkwarden::probes::config
