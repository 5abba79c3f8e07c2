// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/scalar_map.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sparkwarden::lint {
namespace {

// Of a block with an explicit indicator: 64 levels of a few blanks each.
constexpr std::size_t kIndentMax = 256;

}  // namespace

std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    starts.push_back(at + 1);
  }
  return starts;
}

/// Follows one scalar from its first character. Decodes as YAML does, only as far as needed to know
/// where each byte of the value came from.
class ScalarReader {
 public:
  ScalarReader(std::string_view file,
               const std::vector<std::size_t>& lines,
               const yaml::Node& scalar)
      : file_(file), lines_(lines), value_(scalar.text), line_(scalar.line) {
    const auto index = static_cast<std::size_t>(std::max(scalar.line - 1, 0));
    // The parser does not count a byte order mark as a column.
    const std::size_t mark = index == 0 && file.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    at_ = index < lines.size()
              ? lines[index] + mark + static_cast<std::size_t>(std::max(scalar.column - 1, 0))
              : file.size();
  }

  std::optional<ScalarMap> read() {
    skip_properties();
    if (at_ >= file_.size()) return std::nullopt;
    const char first = file_[at_];
    const bool good = first == '|' || first == '>'    ? block(first == '>')
                      : first == '"' || first == '\'' ? quoted(first)
                                                      : plain();
    if (!good) return std::nullopt;
    map_.value_lines_ = line_starts(value_);
    map_.size_ = value_.size();
    return std::move(map_);
  }

 private:
  /// Anchors and tags stand before the scalar itself.
  void skip_properties() {
    while (at_ < file_.size() && (file_[at_] == '&' || file_[at_] == '!')) {
      at_ = std::min(file_.find_first_of(" \t\n", at_), file_.size());
      at_ = std::min(file_.find_first_not_of(" \t", at_), file_.size());
    }
  }

  [[nodiscard]] std::string_view line_text(std::size_t index) const {
    const std::size_t begin = lines_[index];
    const std::size_t end = index + 1 < lines_.size() ? lines_[index + 1] - 1 : file_.size();
    std::string_view text = file_.substr(begin, end - begin);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

  void run(std::size_t offset, std::size_t line_index, std::size_t column_index) {
    map_.runs_.push_back(
        {offset, static_cast<int>(line_index) + 1, static_cast<int>(column_index) + 1});
  }

  static std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
  }
  static bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
  }

  // --- block scalars ---

  bool block(bool folded) {
    const auto header = static_cast<std::size_t>(line_ - 1);
    const std::string_view indicators = file_.substr(at_ + 1, 2);
    const bool explicit_indent = std::ranges::any_of(indicators.substr(0, indicators.find('\n')),
                                                     [](char c) { return c >= '1' && c <= '9'; });
    std::size_t first = header + 1;
    while (first < lines_.size() && is_blank(line_text(first))) ++first;
    if (first >= lines_.size()) return value_.find_first_not_of('\n') == std::string::npos;
    const std::size_t indent = indent_of(line_text(first));
    if (!explicit_indent) return block_lines(header + 1, indent, folded);
    // The parent's indentation is not known here: the one that gives the value is right.
    for (std::size_t tried = 1; tried <= std::min(indent, kIndentMax); ++tried) {
      map_.runs_.clear();
      if (block_lines(header + 1, tried, folded)) return true;
    }
    return false;
  }

  bool block_lines(std::size_t index, std::size_t indent, bool folded) {
    std::size_t offset = 0;
    for (; index < lines_.size(); ++index) {
      const std::string_view line = line_text(index);
      const bool blank = is_blank(line) && line.size() <= indent;
      if (!blank && indent_of(line) < indent) break;
      const std::string_view content = blank ? std::string_view() : line.substr(indent);
      if (folded) {
        if (!content.empty() && !fold(content, offset)) return false;
        if (content.empty()) continue;
        run(offset, index, indent);
        offset += content.size();
      } else {
        if (value_.compare(std::min(offset, value_.size()), content.size(), content) != 0) break;
        run(offset, index, indent);
        offset += content.size() + 1;
      }
      if (offset >= value_.size()) return true;
    }
    const std::size_t from = std::min(offset, value_.size());
    return value_.find_first_not_of('\n', from) == std::string::npos;
  }

  /// Moves `offset` over what folding put between two lines.
  bool fold(std::string_view content, std::size_t& offset) {
    while (offset < value_.size() && (value_[offset] == '\n' || value_[offset] == ' ') &&
           value_.compare(offset, content.size(), content) != 0) {
      ++offset;
    }
    return offset < value_.size() && value_.compare(offset, content.size(), content) == 0;
  }

  // --- flow scalars ---

  bool plain() {
    const std::string_view here = file_.substr(at_);
    if (!here.starts_with(value_)) return false;
    const auto index = static_cast<std::size_t>(line_ - 1);
    run(0, index, at_ - lines_[index]);
    return value_.find('\n') == std::string::npos;
  }

  bool quoted(char quote) {
    std::string decoded;
    auto index = static_cast<std::size_t>(line_ - 1);
    std::size_t at = at_ + 1;
    run(0, index, at - lines_[index]);
    while (at < file_.size()) {
      const char c = file_[at];
      const char next = at + 1 < file_.size() ? file_[at + 1] : '\0';
      if (c == quote && !(quote == '\'' && next == '\'')) break;
      if (c == '\n' || (c == '\r' && next == '\n')) {
        at = line_break(at, index, decoded, false);
      } else if (quote == '"' && c == '\\' && (next == '\n' || next == '\r')) {
        at = line_break(at + 1, index, decoded, true);
      } else if (quote == '\'' && c == '\'') {
        decoded += c;
        at += 2;
      } else if (quote == '"' && c == '\\') {
        at += escape(at, decoded);
      } else {
        decoded += c;
        ++at;
        continue;
      }
      run(decoded.size(), index, at - lines_[index]);
    }
    return decoded == value_;
  }

  /// One folded line break with the blank lines and blanks around it.
  std::size_t line_break(std::size_t at,
                         std::size_t& index,
                         std::string& decoded,
                         bool escaped) const {
    if (!escaped) {
      while (!decoded.empty() && (decoded.back() == ' ' || decoded.back() == '\t')) {
        decoded.pop_back();
      }
    }
    std::size_t breaks = 0;
    while (at < file_.size() &&
           std::string_view(" \t\r\n").find(file_[at]) != std::string_view::npos) {
      if (file_[at] == '\n') {
        ++breaks;
        ++index;
      }
      ++at;
    }
    if (breaks > 1) decoded.append(breaks - 1, '\n');
    if (breaks == 1 && !escaped) decoded += ' ';
    return at;
  }

  /// The length of the escape at `at`; its value is taken from what the parser made of it.
  std::size_t escape(std::size_t at, std::string& decoded) const {
    const char kind = at + 1 < file_.size() ? file_[at + 1] : '\0';
    const std::size_t length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
    const auto byte = [&](std::size_t offset) {
      return offset < value_.size() ? static_cast<unsigned char>(value_[offset]) : 0U;
    };
    const unsigned lead = byte(decoded.size());
    std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    bytes = std::min(bytes, value_.size() - std::min(decoded.size(), value_.size()));
    decoded.append(value_, std::min(decoded.size(), value_.size()), bytes);
    return length;
  }

  std::string_view file_;
  const std::vector<std::size_t>& lines_;
  const std::string& value_;
  int line_;
  std::size_t at_ = 0;
  ScalarMap map_;
};

std::optional<ScalarMap> ScalarMap::of(std::string_view file,
                                       const std::vector<std::size_t>& lines,
                                       const yaml::Node& scalar) {
  if (!scalar.is(yaml::Kind::scalar)) return std::nullopt;
  return ScalarReader(file, lines, scalar).read();
}

Place ScalarMap::place(Place inside) const {
  if (runs_.empty()) return {};
  const auto line = static_cast<std::size_t>(std::max(inside.line - 1, 0));
  const std::size_t start = value_lines_[std::min(line, value_lines_.size() - 1)];
  const std::size_t offset =
      std::min(start + static_cast<std::size_t>(std::max(inside.column - 1, 0)), size_);
  const auto next = std::ranges::upper_bound(runs_, offset, {}, &Run::offset);
  const Run& run = next == runs_.begin() ? *next : *(next - 1);
  Place outside{run.line, run.column + static_cast<int>(offset - std::min(run.offset, offset)), 0};
  const int length = inside.end_column - inside.column;
  const bool whole =
      inside.end_column > 0 && length > 0 &&
      (next == runs_.end() || offset + static_cast<std::size_t>(length) <= next->offset);
  if (whole) outside.end_column = outside.column + length;
  if (inside.column == 0) outside.column = outside.end_column = 0;
  return outside;
}

}  // namespace sparkwarden::lint
