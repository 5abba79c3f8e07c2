// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_table.hpp"

#include <utility>

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kMountsMax = 10'000;

bool octal(char c) {
  return c >= '0' && c <= '7';
}

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view word = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return word;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::string_view word = take_until(line, ' ');
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

void add_options(Mount& mount, std::string_view list) {
  while (!list.empty()) {
    const std::string_view option = take_until(list, ',');
    if (option == "ro") mount.read_only = true;
    if (option != "ro" && option != "rw" && !option.empty()) mount.options.emplace(option);
  }
}

// id parent maj:min root mountpoint options [tags...] - fstype source superoptions
std::optional<Mount> parse_line(std::string_view line) {
  constexpr std::size_t kBeforeTags = 6;
  const std::vector<std::string_view> words = words_of(line);
  std::size_t dash = kBeforeTags;
  while (dash < words.size() && words[dash] != "-") ++dash;
  if (dash + 3 > words.size()) return std::nullopt;

  Mount mount;
  mount.device = words[2];
  mount.mount_point = unescaped_field(words[4]);
  mount.fstype = unescaped_field(words[dash + 1]);
  // An empty source is written as nothing at all, which moves the options one place forward.
  const bool sourceless = dash + 3 == words.size();
  mount.source = sourceless ? "" : unescaped_field(words[dash + 2]);
  add_options(mount, words[5]);
  add_options(mount, words[sourceless ? dash + 2 : dash + 3]);
  if (!mount.mount_point.starts_with('/')) return std::nullopt;
  if (mount.fstype == "nfs" || mount.fstype == "nfs4") mount.nfs = parse_nfs_source(mount.source);
  return mount;
}

}  // namespace

std::string unescaped_field(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && octal(text[i + 1]) && octal(text[i + 2]) &&
        octal(text[i + 3])) {
      const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
      result += static_cast<char>(value);
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::optional<std::string_view> Mount::value(std::string_view name) const {
  for (const std::string_view option : options) {
    if (option.starts_with(name) && option.substr(name.size()).starts_with('=')) {
      return option.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

const Mount* MountTable::at(std::string_view mount_point) const {
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    if (mount->mount_point == mount_point) return &*mount;
  }
  return nullptr;
}

MountTable parse_mount_table(std::string_view text) {
  MountTable table;
  while (!text.empty() && table.mounts.size() < kMountsMax) {
    const std::string_view line = take_until(text, '\n');
    if (line.empty()) continue;
    if (auto mount = parse_line(line)) {
      table.mounts.push_back(std::move(*mount));
    } else {
      ++table.malformed;
    }
  }
  return table;
}

std::optional<NfsSource> parse_nfs_source(std::string_view source) {
  const bool bracketed = source.starts_with('[');
  const std::size_t end = bracketed ? source.find("]:/") : source.find(":/");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view server = bracketed ? source.substr(1, end - 1) : source.substr(0, end);
  if (server.empty()) return std::nullopt;
  return NfsSource{.server = std::string(server),
                   .path = std::string(source.substr(end + (bracketed ? 2 : 1)))};
}

}  // namespace sparkwarden::probes::storage
