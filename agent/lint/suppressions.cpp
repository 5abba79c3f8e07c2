// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/suppressions.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "agent/core/date.hpp"
#include "agent/core/policy.hpp"
#include "agent/core/shown_value.hpp"
#include "agent/lint/scalar_map.hpp"

namespace sparkwarden::lint {
namespace {

constexpr std::string_view kMarker = "sparkwarden: ignore[";
constexpr std::string_view kBlanks = " \t\r";
// Lines that one comment covers at most, and lines that are searched upward for the head of a
// block.
constexpr std::size_t kCoveredMax = 1000;
constexpr std::size_t kBlockMax = 20'000;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

class Scanner {
 public:
  Scanner(const std::string& path, std::string_view text)
      : path_(path), text_(text), starts_(line_starts(text)), yaml_(is_yaml(path)) {}

  std::vector<InlineSuppression> scan() {
    // Nearly every file has none; then nobody looks at its lines.
    for (std::size_t at = text_.find(kMarker); at != std::string_view::npos;
         at = text_.find(kMarker, at + 1)) {
      const auto next = std::ranges::upper_bound(starts_, at);
      const auto index = static_cast<std::size_t>(next - starts_.begin()) - 1;
      if (found_.size() < kSuppressionsMax) suppression(index, at - starts_[index]);
    }
    return std::move(found_);
  }

 private:
  static bool is_yaml(std::string_view path) {
    return path.ends_with(".yaml") || path.ends_with(".yml") || path == "-";
  }

  [[nodiscard]] std::string_view line(std::size_t index) const {
    const std::size_t begin = starts_[index];
    const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
    return text_.substr(begin, end - begin);
  }

  void suppression(std::size_t index, std::size_t column) {
    const std::string_view whole = line(index);
    const std::string_view before = trimmed(whole.substr(0, column));
    const bool xml = before.ends_with("<!--");
    const bool alone = before == "#" || before == "!" || before == "<!--";
    const bool in_entry = alone && !xml && index > 0 && continued(index - 1);
    if (in_entry && (!yaml_ || in_block(index - 1))) return;
    if (!alone && !xml && !comment_behind_yaml(index, whole.substr(0, column))) return;

    std::string_view rest = whole.substr(column + kMarker.size());
    const std::size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return;
    InlineSuppression made;
    made.at = {path_,
               static_cast<int>(index) + 1,
               static_cast<int>(column) + 1,
               static_cast<int>(column + kMarker.size() + bracket) + 2};
    add_codes(rest.substr(0, bracket), made);
    rest.remove_prefix(bracket + 1);
    add_reason(xml ? rest.substr(0, rest.find("-->")) : rest, made);
    made.first = made.last = static_cast<int>(index) + 1;
    if (alone) cover_below(index, xml, made);
    found_.push_back(std::move(made));
  }

  static void add_codes(std::string_view list, InlineSuppression& made) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      const std::string_view code = trimmed(list.substr(0, comma));
      if (!code.empty()) made.codes.emplace_back(code);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }

  static void add_reason(std::string_view text, InlineSuppression& made) {
    text = trimmed(text);
    const std::size_t until = text.rfind("until=");
    if (until != std::string_view::npos) {
      made.expires = end_of_day(trimmed(text.substr(until + 6)));
      if (made.expires) text = trimmed(text.substr(0, until));
    }
    made.reason = shown_text(text);
  }

  [[nodiscard]] bool is_comment(std::size_t index) const {
    const std::string_view text = trimmed(line(index));
    return text.starts_with('#') || text.starts_with('!') ||
           (text.starts_with("<!--") && text.ends_with("-->"));
  }

  /// Whether the entry of a properties file goes on behind this line.
  [[nodiscard]] bool continued(std::size_t index) const {
    std::string_view text = line(index);
    if (text.ends_with('\r')) text.remove_suffix(1);
    const std::size_t last = text.find_last_not_of('\\');
    const std::size_t slashes = text.size() - (last == std::string_view::npos ? 0 : last + 1);
    return slashes % 2 == 1 && !is_comment(index);
  }

  void cover_below(std::size_t index, bool xml, InlineSuppression& made) const {
    std::size_t at = index + 1;
    const std::size_t end = std::min(starts_.size(), at + kCoveredMax);
    while (at < end && (trimmed(line(at)).empty() || is_comment(at))) ++at;
    if (at >= end) return;
    made.first = static_cast<int>(at) + 1;
    const std::size_t indent = indent_of(line(at));
    const bool properties = !yaml_ || in_block(at);
    const bool element = xml && trimmed(line(at)).starts_with("<property");
    const auto goes_on = [&] {
      if (element) return line(at).find("</property>") == std::string_view::npos;
      if (properties && continued(at)) return true;
      return yaml_ && !xml && (indent_of(line(at + 1)) > indent || trimmed(line(at + 1)).empty());
    };
    while (at + 1 < end && goes_on()) ++at;
    made.last = static_cast<int>(at) + 1;
  }

  /// Whether `before` ends in the `# ` of a YAML comment behind a value.
  [[nodiscard]] bool comment_behind_yaml(std::size_t index, std::string_view before) const {
    const std::string_view text = before.substr(0, before.find_last_not_of(kBlanks) + 1);
    const bool mark = text.size() > 1 && text.ends_with('#') &&
                      kBlanks.find(text[text.size() - 2]) != std::string_view::npos;
    const auto quotes = std::ranges::count(text, '"');
    return yaml_ && mark && quotes % 2 == 0 && !in_block(index);
  }

  /// Whether the line lies in a block scalar: a line above it with less indentation ends in | or >.
  [[nodiscard]] bool in_block(std::size_t index) const {
    std::size_t indent = indent_of(line(index));
    for (std::size_t steps = 0; index-- > 0 && steps < kBlockMax; ++steps) {
      const std::string_view text = trimmed(line(index));
      if (text.empty() || indent_of(line(index)) >= indent) continue;
      indent = indent_of(line(index));
      const std::string_view last = text.substr(text.find_last_of(" :") + 1);
      if (last.starts_with('|') || last.starts_with('>')) return true;
      if (indent == 0) return false;
    }
    return false;
  }

  const std::string& path_;
  std::string_view text_;
  std::vector<std::size_t> starts_;
  bool yaml_;
  std::vector<InlineSuppression> found_;
};

}  // namespace

bool InlineSuppression::covers(const Finding& finding) const {
  if (!finding.location || finding.location->path != at.path) return false;
  // What concerns a file as a whole can be hidden from its first lines.
  const int line = std::max(finding.location->line, 1);
  if (line < std::min(first, at.line) || line > last) return false;
  return std::ranges::any_of(
      codes, [&](const std::string& code) { return sparkwarden::covers(code, finding.code); });
}

std::vector<InlineSuppression> inline_suppressions(const std::string& path, std::string_view text) {
  return Scanner(path, text).scan();
}

}  // namespace sparkwarden::lint
