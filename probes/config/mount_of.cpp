// SPDX-License-Identifier: Apache-2.0
#include "probes/config/mount_of.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

bool octal(char c) {
  return c >= '0' && c <= '7';
}

/// Undoes \ooo, which the kernel writes for blanks and backslashes.
std::string unescaped(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool escape = field[i] == '\\' && i + 3 < field.size() && octal(field[i + 1]) &&
                        octal(field[i + 2]) && octal(field[i + 3]);
    if (!escape) {
      text += field[i];
      continue;
    }
    const int value = (field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + (field[i + 3] - '0');
    text += static_cast<char>(value);
    i += 3;
  }
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    fields.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == wanted) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

/// `id parent major:minor root point options [optional...] - fstype source superoptions`
std::optional<Mount> parse_line(std::string_view line) {
  const std::vector<std::string_view> fields = fields_of(line);
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 3) return std::nullopt;
  const bool super_read_only = fields.end() - dash > 3 && has_option(dash[3], "ro");
  return Mount{.point = unescaped(fields[4]),
               .fstype = unescaped(dash[1]),
               .source = unescaped(dash[2]),
               .root = unescaped(fields[3]),
               .read_only = has_option(fields[5], "ro") || super_read_only};
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto mount = parse_line(text.substr(0, end))) mounts.push_back(std::move(*mount));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return mounts;
}

const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* nearest = nullptr;
  for (const Mount& mount : mounts) {
    if (!is_below(path, mount.point)) continue;
    if (nearest == nullptr || mount.point.size() >= nearest->point.size()) nearest = &mount;
  }
  return nearest;
}

bool is_network(std::string_view fstype) {
  constexpr std::array<std::string_view, 9> kNames{
      "nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "fuse", "glusterfs", "lustre"};
  return fstype.starts_with("fuse.") ||
         std::find(kNames.begin(), kNames.end(), fstype) != kNames.end();
}

const Mount* network_mount(const std::vector<Mount>& mounts,
                           std::string_view path,
                           const LinkTarget& link_target) {
  constexpr int kLinksMax = 40;
  std::string rest = canonical(path);
  std::string done;  // resolved, without links and without `..`
  for (int links = 0; !rest.empty() && links <= kLinksMax;) {
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    const std::string part = rest.substr(0, end);
    rest.erase(0, end);
    if (part == "/..") {
      done.erase(std::min(done.rfind('/'), done.size()));
      continue;
    }
    const std::string next = done + part;
    const Mount* mount = mount_of(mounts, next);
    if (mount != nullptr && is_network(mount->fstype)) return mount;
    const std::optional<std::string> target = link_target(next);
    if (!target) {
      done = next;
      continue;
    }
    ++links;
    if (target->starts_with('/')) done.clear();
    const std::string_view slash = target->starts_with('/') ? "" : "/";
    rest = canonical(std::string(slash) + *target + rest);
    if (rest == "/") rest.clear();
  }
  return nullptr;
}

}  // namespace sparkwarden::probes::config
