// SPDX-License-Identifier: Apache-2.0
#include "probes/python/record.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "agent/core/manifest.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kRowsMax = 500'000;  // the largest wheels have some tens of thousands

/// One row's path and hash: views into the text, or into what had to be unquoted.
using Row = std::pair<std::string_view, std::string_view>;

/// Reads CSV field by field. RECORD files of large environments add up to tens of megabytes, so
/// nothing is copied that need not be.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  /// Whether the field taken before was the last one of its row.
  [[nodiscard]] bool row_ended() const { return row_ended_; }

  std::string_view take() {
    if (rest_.starts_with('"')) return take_quoted();
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != ',' && rest_[end] != '\n') ++end;
    return end_field(rest_.substr(0, end), end);
  }

  /// Past the rest of the row.
  void skip_row() {
    while (!row_ended_) {
      const std::size_t kept = unquoted_.size();
      static_cast<void>(take());
      unquoted_.resize(kept);
    }
  }

 private:
  std::string_view take_quoted() {
    std::string& field = unquoted_.emplace_back();
    std::size_t at = 1;
    for (; at < rest_.size(); ++at) {
      if (rest_[at] != '"') {
        field += rest_[at];
      } else if (rest_.substr(at + 1).starts_with('"')) {
        field += rest_[at++];
      } else {
        break;
      }
    }
    at = std::min(at + 1, rest_.size());
    std::size_t end = at;
    while (end < rest_.size() && rest_[end] != ',' && rest_[end] != '\n') ++end;
    field += rest_.substr(at, end - at);
    return end_field(field, end);
  }

  std::string_view end_field(std::string_view field, std::size_t end) {
    row_ended_ = end == rest_.size() || rest_[end] == '\n';
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (row_ended_ && field.ends_with('\r')) field.remove_suffix(1);
    return field;
  }

  std::string_view rest_;
  bool row_ended_ = false;
  std::deque<std::string> unquoted_;  // does not move what it holds
};

bool differs_between_installations(std::string_view path) {
  static constexpr std::array<std::string_view, 4> kNotes{
      "/INSTALLER", "/REQUESTED", "/RECORD", "/direct_url.json"};
  if (path.ends_with(".pyc") || path.starts_with("../") || path.starts_with('/')) return true;
  const std::size_t info = path.find(".dist-info/");
  if (info == std::string_view::npos) return false;
  const std::string_view inside = path.substr(info + std::string_view(".dist-info").size());
  return std::ranges::find(kNotes, inside) != kNotes.end() || inside.starts_with("/uv_");
}

}  // namespace

std::string digest_of_record(std::string_view text) {
  Fields fields(text);
  std::vector<Row> rows;
  bool hashed = false;
  while (!fields.done()) {
    const std::string_view path = fields.take();
    const std::string_view hash = fields.row_ended() ? std::string_view() : fields.take();
    fields.skip_row();
    if (path.empty() || differs_between_installations(path)) continue;
    hashed = hashed || !hash.empty();
    if (rows.size() == kRowsMax) return {};
    rows.emplace_back(path, hash);
  }
  if (!hashed) return {};
  if (!std::ranges::is_sorted(rows)) std::ranges::sort(rows);  // pip sorts them
  std::string canonical;
  canonical.reserve(text.size());
  for (const auto& [path, hash] : rows) {
    canonical += path;
    canonical += '\0';
    canonical += hash;
    canonical += '\n';
  }
  return sha256_hex(canonical);
}

}  // namespace sparkwarden::probes::python
