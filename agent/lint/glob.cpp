// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/glob.hpp"

#include <cstddef>
#include <vector>

namespace sparkwarden::lint {
namespace {

struct Token {
  enum class Kind { literal, any_character, any_in_name, any_names, set };
  Kind kind = Kind::literal;
  char character = '\0';
  std::string_view set = {};  // between the brackets
};

bool in_set(std::string_view set, char c) {
  const bool negated = set.starts_with('!') || set.starts_with('^');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return c != '/' && found != negated;
}

std::vector<Token> tokens_of(std::string_view pattern) {
  using enum Token::Kind;
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    const std::size_t bracket = rest.find(']', 2);
    if (rest.starts_with("**")) {
      tokens.push_back({.kind = any_names});
      // `a/**/b` also covers a/b.
      i += rest.starts_with("**/") ? 2U : 1U;
    } else if (rest.front() == '*') {
      tokens.push_back({.kind = any_in_name});
    } else if (rest.front() == '?') {
      tokens.push_back({.kind = any_character});
    } else if (rest.front() == '[' && bracket != std::string_view::npos) {
      tokens.push_back({.kind = set, .set = rest.substr(1, bracket - 1)});
      i += bracket;
    } else {
      tokens.push_back({.character = rest.front()});
    }
  }
  return tokens;
}

bool takes(const Token& token, char c) {
  switch (token.kind) {
    case Token::Kind::literal:
      return token.character == c;
    case Token::Kind::any_character:
    case Token::Kind::any_in_name:
      return c != '/';
    case Token::Kind::any_names:
      return true;
    case Token::Kind::set:
      return in_set(token.set, c);
  }
  return false;
}

bool repeats(const Token& token) {
  return token.kind == Token::Kind::any_in_name || token.kind == Token::Kind::any_names;
}

}  // namespace

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool glob_match(std::string_view pattern, std::string_view path) {
  const std::vector<Token> tokens = tokens_of(pattern);
  // reached[i]: the first i tokens cover what was read so far. No backtracking, so no pattern is
  // slow.
  std::vector<bool> reached(tokens.size() + 1, false);
  const auto skip_empty = [&] {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (reached[i] && repeats(tokens[i])) reached[i + 1] = true;
    }
  };
  reached[0] = true;
  skip_empty();
  for (const char c : path) {
    std::vector<bool> next(tokens.size() + 1, false);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (!reached[i] || !takes(tokens[i], c)) continue;
      next[repeats(tokens[i]) ? i : i + 1] = true;
    }
    reached = std::move(next);
    skip_empty();
  }
  return reached[tokens.size()];
}

}  // namespace sparkwarden::lint
