// SPDX-License-Identifier: Apache-2.0
#include "probes/config/spark_keys.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/spelling.hpp"

namespace sparkwarden::probes::config {
namespace {

// Longer keys than the longest known one are no slips of the pen.
constexpr std::size_t kNameMax = 120;

std::string_view cut(std::string_view& rest, char at) {
  const std::size_t end = std::min(rest.find(at), rest.size());
  const std::string_view first = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return first;
}

KeyType type_from(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, KeyType>, 8> kWords{
      {{"string", KeyType::text},
       {"boolean", KeyType::boolean},
       {"int", KeyType::integer},
       {"long", KeyType::long_integer},
       {"double", KeyType::decimal},
       {"bytes", KeyType::bytes},
       {"time", KeyType::time},
       {"list", KeyType::list}}};
  const auto found = std::find_if(
      kWords.begin(), kWords.end(), [&](const auto& each) { return each.first == word; });
  return found == kWords.end() ? KeyType::unknown : found->second;
}

KeyState state_from(std::string_view word) {
  if (word == "renamed") return KeyState::renamed;
  if (word == "deprecated") return KeyState::deprecated;
  return word == "unused" ? KeyState::unused : KeyState::current;
}

SparkKey key_from(std::string_view row) {
  SparkKey key{.name = cut(row, '\t')};
  std::string_view type = cut(row, '\t');
  key.type = type_from(cut(type, ':'));
  key.unit = type;
  key.since = cut(row, '\t');
  const std::string_view lines = cut(row, '\t');
  key.in_3 = lines.starts_with("3");
  key.in_4 = lines.ends_with("4");
  std::string_view state = cut(row, '\t');
  key.state = state_from(cut(state, ' '));
  key.changed_in = cut(state, ' ');
  if (key.changed_in == "0") key.changed_in = {};
  key.replacement = state;
  key.options = cut(row, '\t');
  key.exact = key.options.starts_with('=');
  if (key.exact) key.options.remove_prefix(1);
  int least = 0;
  if (std::from_chars(row.data(), row.data() + row.size(), least).ec == std::errc()) {
    key.least = least;
  }
  return key;
}

/// Letters and digits alone, in lower case.
std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) letters += static_cast<char>(std::tolower(byte));
  }
  return letters;
}

std::string_view first_words(std::string_view name) {
  const std::size_t dot = name.find('.');
  return name.substr(0, std::min(name.find('.', dot == name.npos ? dot : dot + 1), name.size()));
}

/// How often each letter stands in a name, the letters in 32 classes.
using Letters = std::array<std::uint8_t, 32>;

Letters count_letters(std::string_view name) {
  Letters count{};
  for (const char c : name) ++count[static_cast<unsigned char>(c) % count.size()];
  return count;
}

struct Catalogue {
  std::vector<SparkKey> keys = {};          // sorted by name
  std::vector<std::string_view> free = {};  // prefixes, sorted
};

/// By what a misspelt key is found: only files that have one need it.
struct Spellings {
  std::vector<std::pair<std::string, std::size_t>> letters = {};  // sorted, to an index of keys
  std::vector<std::vector<std::size_t>> by_length = {};
  std::vector<Letters> counts = {};  // of each key
};

Catalogue load() {
  Catalogue all;
  std::string_view rest = spark_keys_table();
  while (!rest.empty()) {
    const std::string_view row = cut(rest, '\n');
    if (row.empty() || row.front() == '#') continue;
    const SparkKey key = key_from(row);
    if (key.name.ends_with('.')) {
      all.free.push_back(key.name);
    } else {
      all.keys.push_back(key);
    }
  }
  return all;
}

const Catalogue& catalogue() {
  static const Catalogue all = load();
  return all;
}

Spellings spellings_of(const std::vector<SparkKey>& keys) {
  Spellings all;
  all.by_length.resize(kNameMax + 1);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    all.letters.emplace_back(letters_of(keys[i].name), i);
    all.counts.push_back(count_letters(keys[i].name));
    all.by_length[std::min(keys[i].name.size(), kNameMax)].push_back(i);
  }
  std::sort(all.letters.begin(), all.letters.end());
  return all;
}

const Spellings& spellings() {
  static const Spellings all = spellings_of(catalogue().keys);
  return all;
}

/// Whether two names differ in digits alone: spark.x1 is not a slip for spark.x2.
bool differ_in_digits(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool digits = std::isdigit(static_cast<unsigned char>(a[i])) != 0 &&
                        std::isdigit(static_cast<unsigned char>(b[i])) != 0;
    if (a[i] != b[i] && !digits) return false;
  }
  return true;
}

/// How many letters of two names have no partner in the other: at most twice the edits between
/// them.
int letters_apart(const Letters& a, const Letters& b) {
  int apart = 0;
  for (std::size_t i = 0; i < a.size(); ++i) apart += a[i] < b[i] ? b[i] - a[i] : a[i] - b[i];
  return apart;
}

/// The keys that can be as near as `edits` to `name`.
std::vector<std::string> candidates(std::string_view name, std::size_t edits) {
  std::vector<std::string> names;
  const Spellings& all = spellings();
  const Letters letters = count_letters(name);
  for (std::size_t n = name.size() - edits; n <= std::min(name.size() + edits, kNameMax); ++n) {
    for (const std::size_t i : all.by_length[n]) {
      const std::string_view other = catalogue().keys[i].name;
      const bool near = letters_apart(letters, all.counts[i]) <= static_cast<int>(2 * edits);
      if (near && !differ_in_digits(name, other)) names.emplace_back(other);
    }
  }
  return names;
}

}  // namespace

const SparkKey* spark_key(std::string_view name) {
  const std::vector<SparkKey>& keys = catalogue().keys;
  const auto found = std::lower_bound(
      keys.begin(), keys.end(), name, [](const SparkKey& key, std::string_view wanted) {
        return key.name < wanted;
      });
  return found != keys.end() && found->name == name ? &*found : nullptr;
}

bool is_free_form(std::string_view name) {
  // Parameters of a servlet filter: spark.<class>.param.<name>.
  if (name.find(".param.") != std::string_view::npos || name.ends_with(".params")) return true;
  const std::vector<std::string_view>& free = catalogue().free;
  return std::any_of(
      free.begin(), free.end(), [&](std::string_view prefix) { return name.starts_with(prefix); });
}

const SparkKey* same_letters(std::string_view name) {
  if (name.size() > kNameMax) return nullptr;
  const std::string letters = letters_of(name);
  const auto& all = spellings().letters;
  const auto found = std::lower_bound(all.begin(), all.end(), std::pair(letters, std::size_t{0}));
  return found != all.end() && found->first == letters ? &catalogue().keys[found->second] : nullptr;
}

const SparkKey* nearest_key(std::string_view name) {
  // Short words are near to too much.
  constexpr std::size_t kShort = 12;
  constexpr std::size_t kLong = 16;
  if (name.size() < kShort || name.size() > kNameMax) return nullptr;
  const std::size_t edits = name.size() < kLong ? 1 : 2;
  const std::string near = nearest(name, candidates(name, edits), edits);
  return near.empty() ? nullptr : spark_key(near);
}

bool among_sparks_own(std::string_view name) {
  // Extensions put their keys under spark.sql, and applications anywhere else that is not Spark's.
  constexpr std::array<std::string_view, 14> kOwn{"spark.driver",
                                                  "spark.executor",
                                                  "spark.kubernetes",
                                                  "spark.dynamicAllocation",
                                                  "spark.memory",
                                                  "spark.shuffle",
                                                  "spark.network",
                                                  "spark.scheduler",
                                                  "spark.speculation",
                                                  "spark.eventLog",
                                                  "spark.storage",
                                                  "spark.ui",
                                                  "spark.task",
                                                  "spark.decommission"};
  return std::find(kOwn.begin(), kOwn.end(), first_words(name)) != kOwn.end();
}

}  // namespace sparkwarden::probes::config
