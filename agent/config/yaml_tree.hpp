// SPDX-License-Identifier: Apache-2.0
// YAML as a tree in which every node knows its line and column. Built from yaml-cpp's event parser:
// its own Node type costs sixty times the text in memory, keeps duplicate keys silently and follows
// aliases for ever. Nothing is resolved here: scalars stay text, aliases stay aliases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sparkwarden::yaml {

enum class Kind { null, scalar, sequence, mapping, alias };

struct Entry;

struct Node {
  Kind kind = Kind::null;
  std::string text;   // scalar: its value; alias: empty
  bool plain = true;  // scalar without quotes: "true" and true are different things
  std::string tag;    // an explicit tag such as !!binary, else empty
  int line = 1;       // 1-based, of the node's first character
  int column = 1;
  std::vector<Node> items;     // sequence
  std::vector<Entry> entries;  // mapping, in order, duplicates included

  /// The value of the first entry with this scalar key; nullptr if there is none or this is no
  /// mapping.
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// The same along a path of keys.
  [[nodiscard]] const Node* find(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
};

struct Entry {
  Node key;
  Node value;
};

/// A key that stands twice in one mapping.
struct Duplicate {
  std::string key;
  int line = 0, column = 0;
  int first_line = 0, first_column = 0;
};

struct Tree {
  std::vector<Node> documents;  // one per non-empty document
  std::vector<Duplicate> duplicates;
  int aliases = 0;  // how many aliases there are; they are never expanded
};

struct SyntaxError {
  int line = 0;  // 1-based
  int column = 0;
  std::string message;
  bool bound = false;  // a limit of ours, not YAML's: the file may well be legal
};

struct Limits {
  int depth = 64;
  std::size_t nodes = 200'000;
};

/// Every document of `text`. Errors: malformed YAML, invalid UTF-8, a NUL byte, or a limit, with
/// its position. The caller bounds the size of the text.
[[nodiscard]] tl::expected<Tree, SyntaxError> parse(std::string_view text, Limits limits = {});

}  // namespace sparkwarden::yaml
