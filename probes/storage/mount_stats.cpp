// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_stats.hpp"

#include <charconv>
#include <utility>

#include "probes/storage/mount_table.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kMountsMax = 1'024;
constexpr std::size_t kTransportsMax = 64;
constexpr std::size_t kOperationsMax = 256;
constexpr std::size_t kNumbersMax = 64;
constexpr std::size_t kNameMax = 64;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view take_word(std::string_view& line) {
  std::size_t begin = 0;
  while (begin < line.size() && blank(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && !blank(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

std::optional<std::uint64_t> number(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// nullopt unless all that is left of the line are numbers. -1, which the kernel prints for a time
// that it does not know, counts as 0.
std::optional<std::vector<std::uint64_t>> numbers(std::string_view line) {
  std::vector<std::uint64_t> all;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
    if (all.size() == kNumbersMax) return std::nullopt;
    const bool unknown = word.starts_with('-') && number(word.substr(1)).has_value();
    const std::optional<std::uint64_t> value = unknown ? 0 : number(word);
    if (!value) return std::nullopt;
    all.push_back(*value);
  }
  return all;
}

// device SOURCE mounted on PATH with fstype TYPE [statvers=1.1]
std::optional<MountStats> read_device(std::string_view line) {
  const auto expect = [&](std::string_view word) { return take_word(line) == word; };
  if (!expect("device")) return std::nullopt;
  const std::string_view source = take_word(line);
  if (!expect("mounted") || !expect("on")) return std::nullopt;
  const std::string_view path = take_word(line);
  if (!path.starts_with('/') || !expect("with") || !expect("fstype")) return std::nullopt;
  return MountStats{.source = unescaped_field(source),
                    .mount_point = unescaped_field(path),
                    .fstype = std::string(take_word(line))};
}

// tcp, local and rdma: port bind connects connect_time idle sends receives bad_xids requests
// backlog ...; udp has nothing between bind and sends. Later kernels add at the end.
std::optional<TransportStats> read_transport(std::string_view line) {
  const std::string_view protocol = take_word(line);
  const auto values = numbers(line);
  if (!values || protocol.empty() || protocol.size() > kNameMax) return std::nullopt;
  const bool datagrams = protocol == "udp";
  // `local`, a socket in the file system, has no port.
  const std::size_t first = datagrams ? 2 : protocol == "local" ? 4 : 5;
  if (values->size() < first + 5) return std::nullopt;
  return TransportStats{.protocol = std::string(protocol),
                        .connects = datagrams ? 0 : values->at(first - 3),
                        .sends = values->at(first),
                        .receives = values->at(first + 1),
                        .backlog = values->at(first + 4)};
}

std::optional<OperationStats> read_operation(std::string_view name, std::string_view line) {
  constexpr std::size_t kWithoutErrors = 8;
  const auto values = numbers(line);
  if (!values || values->size() < kWithoutErrors || name.size() > kNameMax) return std::nullopt;
  OperationStats stats{.name = std::string(name)};
  std::uint64_t* const columns[] = {&stats.operations,
                                    &stats.transmissions,
                                    &stats.timeouts,
                                    &stats.bytes_sent,
                                    &stats.bytes_received,
                                    &stats.queue_ms,
                                    &stats.rtt_ms,
                                    &stats.execute_ms};
  for (std::size_t i = 0; i < kWithoutErrors; ++i) *columns[i] = values->at(i);
  if (values->size() > kWithoutErrors) stats.errors = values->at(kWithoutErrors);
  return stats;
}

bool upper(std::string_view name) {
  for (const char c : name) {
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits) return false;
  }
  return !name.empty();
}

template <typename T>
void keep(std::optional<T> value, std::vector<T>& list, std::size_t limit, std::size_t& malformed) {
  if (!value) {
    ++malformed;
  } else if (list.size() < limit) {
    list.push_back(std::move(*value));
  }
}

void read_numbers(std::string_view line, std::vector<std::uint64_t>& into, std::size_t& malformed) {
  if (auto values = numbers(line)) {
    into = std::move(*values);
  } else {
    ++malformed;
  }
}

// One of the lines that a tab leads.
void read_detail(std::string_view line, MountStats& mount, std::size_t& malformed) {
  const std::string_view label = take_word(line);
  if (!label.ends_with(':')) return;
  const std::string_view name = label.substr(0, label.size() - 1);
  if (name == "age") {
    const auto age = number(take_word(line));
    if (!age) ++malformed;
    mount.age_seconds = age.value_or(0);
  } else if (name == "events") {
    read_numbers(line, mount.events, malformed);
  } else if (name == "bytes") {
    read_numbers(line, mount.bytes, malformed);
  } else if (name == "xprt") {
    keep(read_transport(line), mount.transports, kTransportsMax, malformed);
  } else if (upper(name)) {  // an operation; every other label is in small letters
    keep(read_operation(name, line), mount.operations, kOperationsMax, malformed);
  }
}

}  // namespace

const MountStats* MountStatsTable::at(std::string_view mount_point) const {
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    if (mount->mount_point == mount_point) return &*mount;
  }
  return nullptr;
}

MountStatsTable parse_mount_stats(std::string_view text) {
  MountStatsTable table;
  bool inside = false;  // in an NFS mount's lines
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.empty() && blank(line.front())) {
      if (inside) read_detail(line, table.mounts.back(), table.malformed);
      continue;
    }
    inside = false;
    if (!line.starts_with("device ")) continue;  // "no device mounted on ...", an empty line
    auto mount = read_device(line);
    if (!mount) {
      ++table.malformed;
    } else if (mount->fstype == "nfs" || mount->fstype == "nfs4") {
      if (table.mounts.size() == kMountsMax) break;
      table.mounts.push_back(std::move(*mount));
      inside = true;
    }
  }
  return table;
}

}  // namespace sparkwarden::probes::storage
