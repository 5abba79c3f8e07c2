// SPDX-License-Identifier: Apache-2.0
#include "agent/core/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sparkwarden {
namespace {

constexpr auto kNone = std::string_view::npos;

// Of ASCII, whatever the locale; and without a call for each letter of every value.
constexpr bool digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool small(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool capital(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool alnum(char c) {
  return digit(c) || small(c) || capital(c);
}
bool blank(char c) {
  return c == ' ' || c == '\t';
}
bool one_of(char c, std::string_view set) {
  return set.find(c) != kNone;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

void hide(Mask& mask, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, mask.size()); ++i) mask[i] = true;
}

/// The small letters of a text as bits: a word can only be within a text that has all of its
/// letters.
constexpr std::uint32_t letters_of(std::string_view text) {
  std::uint32_t letters = 0;
  for (const char c : text) letters |= small(c) ? 1U << static_cast<unsigned>(c - 'a') : 0U;
  return letters;
}

struct Word {
  constexpr Word(const char* word) : text(word), letters(letters_of(text)) {}

  std::string_view text;
  std::uint32_t letters;
};

template <std::size_t N>
bool has_one_of(std::string_view text, const std::array<Word, N>& words) {
  const std::uint32_t letters = letters_of(text);
  return std::any_of(words.begin(), words.end(), [&](const Word& word) {
    return (word.letters & ~letters) == 0 && text.find(word.text) != kNone;
  });
}

constexpr std::array<Word, 10> kSecretWords{"password",
                                            "passwd",
                                            "passphrase",
                                            "pwd",
                                            "secret",
                                            "token",
                                            "credential",
                                            "signature",
                                            "bearer",
                                            "authorization"};
// Compared without the separators, so that access.key, access-key and accessKey are one.
constexpr std::array<Word, 7> kSecretPairs{
    "accesskey", "privatekey", "accountkey", "encryptionkey", "apikey", "sharedkey", "keymaterial"};
// What such keys may end in without being secret themselves.
constexpr std::array<std::string_view, 12> kHarmlessEnds{".provider",
                                                         ".provider.path",
                                                         ".enabled",
                                                         ".mechanism",
                                                         ".type",
                                                         ".class",
                                                         ".classname",
                                                         ".interval",
                                                         ".lifetime",
                                                         "bitlength",
                                                         ".secretname",
                                                         ".length"};

bool has_segment(std::string_view key, std::string_view wanted) {
  for (std::size_t at = key.find(wanted); at != kNone; at = key.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    const bool starts = at == 0 || !alnum(key[at - 1]);
    if (starts && (end == key.size() || !alnum(key[end]))) return true;
  }
  return false;
}

bool base64(char c) {
  return alnum(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-';
}

/// How often neighbours differ in kind (capital, small, digit, other): words and paths change
/// seldom, random text most of the time.
bool looks_random(std::string_view run) {
  const auto kind = [](char c) { return digit(c) ? 0 : capital(c) ? 1 : small(c) ? 2 : 3; };
  std::size_t changes = 0;
  for (std::size_t i = 1; i < run.size(); ++i)
    changes += kind(run[i]) != kind(run[i - 1]) ? 1U : 0U;
  return changes * 5 >= run.size() * 2;
}

bool all_hex(std::string_view run) {
  return std::all_of(run.begin(), run.end(), [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
}

/// 550e8400-e29b-41d4-a716-446655440000 names things and opens none.
bool uuid(std::string_view run) {
  return run.size() == 36 && run[8] == '-' && run[13] == '-' && run[18] == '-' && run[23] == '-';
}

constexpr std::size_t kShortestToken = 20;

/// Keys of well-known services, by how they begin.
bool known_token(std::string_view run) {
  constexpr std::array<std::string_view, 4> kAws{"AKIA", "ASIA", "AROA", "ABIA"};
  constexpr std::array<std::string_view, 8> kTokens{
      "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "dapi"};
  const auto begins = [&](std::string_view prefix) { return run.starts_with(prefix); };
  return (run.size() >= kShortestToken && std::any_of(kAws.begin(), kAws.end(), begins)) ||
         (run.size() >= 24 && std::any_of(kTokens.begin(), kTokens.end(), begins));
}

bool secret_run(std::string_view run) {
  if (known_token(run)) return true;
  if (run.size() >= 32 && all_hex(run)) return true;
  return run.size() >= 32 && run.front() != '/' && !uuid(run) && looks_random(run);
}

/// Whole runs first, then their pieces between slashes, so that a path never hides a token.
void mask_runs(std::string_view text, Mask& mask) {
  if (text.size() < kShortestToken) return;
  for (std::size_t at = 0; at < text.size();) {
    if (!base64(text[at])) {
      ++at;
      continue;
    }
    const auto end_of = [&](auto&& accept) {
      std::size_t end = at;
      while (end < text.size() && accept(text[end])) ++end;
      return end;
    };
    const std::size_t whole = end_of([](char c) { return base64(c); });
    const std::size_t piece = end_of([](char c) { return base64(c) && c != '/' && c != '='; });
    if (secret_run(text.substr(at, whole - at))) {
      hide(mask, at, whole);
      at = whole;
    } else {
      if (piece > at && secret_run(text.substr(at, piece - at))) hide(mask, at, piece);
      at = std::max(piece, at + 1);
    }
  }
}

/// header.payload.signature, each base64url; the header of a JWT is JSON and so begins with eyJ.
void mask_jwts(std::string_view text, Mask& mask) {
  for (std::size_t at = text.find("eyJ"); at != kNone; at = text.find("eyJ", at + 3)) {
    std::size_t end = at;
    while (end < text.size() && (alnum(text[end]) || one_of(text[end], "._-"))) ++end;
    const std::string_view run = text.substr(at, end - at);
    if (std::count(run.begin(), run.end(), '.') >= 2 && run.size() >= 20) hide(mask, at, end);
  }
}

void mask_pem(std::string_view text, Mask& mask) {
  const std::size_t begin = text.find("-----BEGIN ");
  if (begin == kNone || text.substr(begin).starts_with("-----BEGIN CERTIFICATE")) return;
  const std::size_t end = text.find("-----END ", begin);
  const std::size_t close = end == kNone ? kNone : text.find("-----", end + 9);
  hide(mask, begin, close == kNone ? text.size() : close + 5);
}

/// user:password@ of a URL. abfss:// and its kin have their container there.
void mask_userinfo(std::string_view text, Mask& mask) {
  for (std::size_t at = text.find("://"); at != kNone; at = text.find("://", at + 3)) {
    const std::string_view before = text.substr(0, at);
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of(" \t\"'<>,", begin), text.size());
    const std::string_view rest = text.substr(begin, end - begin);
    const std::size_t sign = rest.rfind('@');
    if (sign == kNone) continue;
    const std::string_view user = rest.substr(0, sign);
    const bool azure = before.ends_with("abfs") || before.ends_with("abfss") ||
                       before.ends_with("wasb") || before.ends_with("wasbs");
    const bool password = user.find(':') != kNone;
    if (password || (!azure && user.find_first_of("/?#") == kNone)) hide(mask, begin, begin + sign);
  }
}

struct Assignment {
  std::string_view key;
  std::size_t begin = 0;  // of the value
  std::size_t end = 0;
};

/// The assignment whose `=` or `:` stands at `at`: key=value, key: value, "key": "value".
std::optional<Assignment> assignment_at(std::string_view text, std::size_t at) {
  std::size_t key_end = at;
  while (key_end > 0 && (blank(text[key_end - 1]) || one_of(text[key_end - 1], "\"'"))) --key_end;
  std::size_t key_begin = key_end;
  while (key_begin > 0 && (alnum(text[key_begin - 1]) || one_of(text[key_begin - 1], "._-"))) {
    --key_begin;
  }
  if (key_begin == key_end) return std::nullopt;
  std::size_t begin = at + 1;
  while (begin < text.size() && blank(text[begin])) ++begin;
  const bool quoted = begin < text.size() && one_of(text[begin], "\"'");
  const std::size_t end =
      quoted ? text.find(text[begin], begin + 1) : text.find_first_of(" \t;&,\"'<>)]}", begin);
  return Assignment{text.substr(key_begin, key_end - key_begin),
                    quoted ? begin + 1 : begin,
                    std::min(end, text.size())};
}

void mask_assignments(std::string_view text, Mask& mask) {
  for (std::size_t at = text.find_first_of("=:"); at != kNone;
       at = text.find_first_of("=:", at + 1)) {
    const auto assignment = assignment_at(text, at);
    if (!assignment) continue;
    // `sig` is the signature of an Azure SAS URL.
    if (names_secret(assignment->key) || assignment->key == "sig") {
      hide(mask, assignment->begin, assignment->end);
    }
  }
}

/// `spark.x.password  abc`: in properties the key ends at the first separator, and the value is all
/// that follows.
void mask_property_line(std::string_view line, Mask& mask) {
  const std::size_t begin = line.find_first_not_of(" \t#!-");
  if (begin == kNone) return;
  const std::size_t end = std::min(line.find_first_of(" \t=:", begin), line.size());
  const std::size_t value = line.find_first_not_of(" \t=:", end);
  if (value != kNone && names_secret(line.substr(begin, end - begin))) {
    hide(mask, value, line.size());
  }
}

/// The text between `open` and `close` from `from` on; to the end of the line if `close` is
/// missing.
std::optional<std::pair<std::size_t, std::size_t>> between(std::string_view line,
                                                           std::string_view open,
                                                           std::string_view close) {
  const std::size_t at = line.find(open);
  if (at == kNone) return std::nullopt;
  const std::size_t begin = at + open.size();
  return std::pair{begin, std::min(line.find(close, begin), line.size())};
}

/// `value` beside its name is judged by the name; alone it is masked, as the name may say "secret"
/// on another line.
void mask_named_value(std::string_view line,
                      std::array<std::string_view, 2> name,
                      std::array<std::string_view, 2> value,
                      Mask& mask) {
  const auto content = between(line, value[0], value[1]);
  if (!content) return;
  const auto named = between(line, name[0], name[1]);
  if (named && !names_secret(line.substr(named->first, named->second - named->first))) return;
  hide(mask, content->first, content->second);
}

}  // namespace

bool names_secret(std::string_view key) {
  // Nobody reads further than this into a key, and keys come from hostile files.
  const std::string name = lower(key.substr(0, 512));
  const auto ends = [&](std::string_view end) { return std::string_view(name).ends_with(end); };
  if (std::any_of(kHarmlessEnds.begin(), kHarmlessEnds.end(), ends)) return false;
  // spark.kubernetes.executor.secrets.NAME is the path at which a Secret is mounted.
  if (name.find(".executor.secrets.") != kNone || name.find(".driver.secrets.") != kNone) {
    return false;
  }
  if (has_one_of(name, kSecretWords)) return true;
  std::string joined = name;
  joined.erase(
      std::remove_if(joined.begin(), joined.end(), [](char c) { return one_of(c, ".-_"); }),
      joined.end());
  return has_one_of(joined, kSecretPairs) || has_segment(name, "sas");
}

Mask secrets_in(std::string_view text) {
  Mask mask(text.size(), false);
  mask_pem(text, mask);
  mask_userinfo(text, mask);
  mask_assignments(text, mask);
  mask_jwts(text, mask);
  mask_runs(text, mask);
  return mask;
}

Mask secrets_in_line(std::string_view line) {
  Mask mask = secrets_in(line);
  mask_property_line(line, mask);
  mask_named_value(line, {"<name>", "</name>"}, {"<value>", "</value>"}, mask);
  mask_named_value(line, {"name=\"", "\""}, {"value=\"", "\""}, mask);
  mask_named_value(line, {"name: ", ","}, {"value: ", "}"}, mask);
  return mask;
}

}  // namespace sparkwarden
