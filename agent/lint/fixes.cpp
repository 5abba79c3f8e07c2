// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/fixes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "agent/core/shown_value.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::HadoopProperty;
using probes::config::Property;

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view without_mark(std::string_view text) {
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

/// Keys whose values may begin or end with a blank on purpose.
bool keeps_blanks(std::string_view name) {
  constexpr std::array<std::string_view, 6> kWords{
      "delimiter", "separator", "prefix", "suffix", "format", "pattern"};
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

bool continues(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t last = line.find_last_not_of('\\');
  return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

class Mender {
 public:
  explicit Mender(const Source& source) : source_(source) {
    mended_.path = source.path;
    std::string_view rest = source.text;
    mended_.ends_with_newline = rest.ends_with('\n');
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      mended_.before.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    mended_.after.assign(mended_.before.begin(), mended_.before.end());
  }

  std::optional<Mended> mend() {
    const Piece& piece = *source_.piece;
    if (const auto* file = piece.as<DefaultsFile>()) {
      byte_order_mark();
      repeated_keys(*file);
    } else if (const auto* xml = piece.as<CoreSiteFile>()) {
      if (xml->content.problem) return std::nullopt;
      for (const HadoopProperty& property : xml->content.properties) blanks_around(property);
    } else {
      return std::nullopt;
    }
    carriage_returns();
    if (mended_.fixes.empty() || !means_the_same()) return std::nullopt;
    std::ranges::stable_sort(mended_.fixes, {}, &Fix::line);
    return std::move(mended_);
  }

 private:
  void note(std::size_t index, std::string what) {
    mended_.fixes.push_back({static_cast<int>(index) + 1, std::move(what)});
  }

  void byte_order_mark() {
    if (mended_.before.empty() || !mended_.before.front().starts_with(kMark)) return;
    mended_.after.front() = mended_.before.front().substr(kMark.size());
    note(0, "byte order mark removed");
  }

  void carriage_returns() {
    std::size_t count = 0;
    for (auto& line : mended_.after) {
      if (!line || !line->ends_with('\r')) continue;
      line->pop_back();
      ++count;
    }
    if (count > 0) note(0, "carriage returns removed from " + std::to_string(count) + " lines");
  }

  void repeated_keys(const DefaultsFile& file) {
    std::map<std::string_view, std::vector<const Property*>> by_key;
    for (const Property& property : file.content.entries) {
      by_key[without_mark(property.key.text)].push_back(&property);
    }
    for (const auto& [key, properties] : by_key) {
      const Property& last = *properties.back();
      const bool equal = std::ranges::all_of(properties, [&](const Property* property) {
        return property->value.text == last.value.text;
      });
      if (!equal) continue;
      for (const Property* property : properties) {
        if (property != &last) remove_line(*property, last.key.at.line);
      }
    }
  }

  void remove_line(const Property& property, int kept) {
    const auto index = static_cast<std::size_t>(property.key.at.line) - 1;
    const auto& before = mended_.before;
    const bool alone = index < before.size() && !continues(before[index]) &&
                       (index == 0 || !continues(before[index - 1])) &&
                       before[index].find('\r') >= before[index].size() - 1;
    if (!alone) return;
    mended_.after[index].reset();
    note(index,
         shown_text(without_mark(property.key.text)) + " stands with the same value in line " +
             std::to_string(kept));
  }

  /// Only where the value is written as it reads, between its tags.
  void blanks_around(const HadoopProperty& property) {
    const std::string& value = property.value.text;
    const std::string_view wanted = trimmed(value);
    if (wanted.size() == value.size() || wanted.empty() || keeps_blanks(property.name.text)) return;
    // A value that begins with a line end is placed behind it or before it.
    for (int line = property.value.at.line; line >= std::max(property.value.at.line - 1, 1);
         --line) {
      if (replace_from(static_cast<std::size_t>(line) - 1, value, wanted)) {
        note(static_cast<std::size_t>(line) - 1,
             "blanks around the value of " + shown_text(property.name.text) + " removed");
        return;
      }
    }
  }

  bool replace_from(std::size_t first, const std::string& value, std::string_view wanted) {
    const auto count = static_cast<std::size_t>(std::ranges::count(value, '\n')) + 1;
    if (first + count > mended_.before.size()) return false;
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
      if (mended_.after[i] != mended_.before[i]) return false;  // mended once already
      std::string line = mended_.before[i];
      if (line.ends_with('\r')) line.pop_back();
      text += (i == first ? "" : "\n") + line;
    }
    const std::string old = "<value>" + value + "</value>";
    const std::size_t at = text.find(old);
    if (at == std::string::npos || text.find(old, at + 1) != std::string::npos) return false;
    text.replace(at, old.size(), "<value>" + std::string(wanted) + "</value>");
    const bool cr = mended_.before[first].ends_with('\r');
    mended_.after[first] = text + (cr ? "\r" : "");
    for (std::size_t i = first + 1; i < first + count; ++i) mended_.after[i].reset();
    return true;
  }

  /// The last word: both texts are loaded, and what Spark or Hadoop would see is compared.
  [[nodiscard]] bool means_the_same() const {
    const std::string text = mended_.text();
    const Piece& piece = *source_.piece;
    const Piece again = parse_piece(piece.path, piece.name, source_.kind, text);
    if (const auto* file = piece.as<DefaultsFile>()) {
      return in_force(*file) == in_force(*again.as<DefaultsFile>());
    }
    return in_force(*piece.as<CoreSiteFile>()) == in_force(*again.as<CoreSiteFile>());
  }

  static std::map<std::string, std::string> in_force(const DefaultsFile& file) {
    std::map<std::string, std::string> values;
    for (const Property& property : file.content.entries) {
      values[std::string(without_mark(property.key.text))] = property.value.text;
    }
    return values;
  }

  static std::vector<std::pair<std::string, std::string>> in_force(const CoreSiteFile& file) {
    std::vector<std::pair<std::string, std::string>> values;
    for (const HadoopProperty& property : file.content.properties) {
      const bool keeps = keeps_blanks(property.name.text);
      values.emplace_back(property.name.text,
                          keeps ? property.value.text : trimmed(property.value.text));
    }
    return values;
  }

  const Source& source_;
  Mended mended_;
};

}  // namespace

std::string Mended::text() const {
  std::string text;
  for (const auto& line : after) {
    if (line) text += *line + '\n';
  }
  if (!ends_with_newline && text.ends_with('\n')) text.pop_back();
  return text;
}

std::optional<Mended> mend(const Source& source) {
  if (!source.piece || source.piece->empty) return std::nullopt;
  return Mender(source).mend();
}

}  // namespace sparkwarden::lint
