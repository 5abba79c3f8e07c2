// SPDX-License-Identifier: Apache-2.0
#include "agent/config/yaml_tree.hpp"

#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "agent/core/text.hpp"

namespace sparkwarden::yaml {
namespace {

constexpr std::string_view kTooMany = "too many values in one file";

/// Thrown by the handler to leave yaml-cpp's parser; never leaves this file.
struct Stop {
  SyntaxError error;
};

SyntaxError at_offset(std::string_view text, std::size_t offset, std::string message) {
  int line = 1;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++line;
      begin = i + 1;
    }
  }
  return {line, static_cast<int>(offset - begin) + 1, std::move(message)};
}

/// Where there are too many values to begin with, judged by the bytes that make them: yaml-cpp
/// keeps the tokens of a whole flow collection before it hands out the first. Text that only looks
/// like that, in a quoted value, counts as well.
std::optional<std::size_t> first_too_many(std::string_view text, Limits limits) {
  std::size_t values = 0;
  std::size_t marks = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' || c == '[' || c == '{') ++values;
    if (c == '"' || c == '\'' || c == '!' || c == '&') ++marks;
    if (values > limits.nodes || marks > 4 * limits.nodes) return i;
  }
  return std::nullopt;
}

/// Builds the tree. Containers are finished bottom-up on a stack of open nodes, so no node moves
/// after something points at it.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Tree& tree, Limits limits) : tree_(tree), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { leaf(node(mark, Kind::null)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    ++tree_.aliases;
    leaf(node(mark, Kind::alias));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t,
                const std::string& value) override {
    Node scalar = node(mark, Kind::scalar);
    scalar.text = value;
    scalar.plain = tag == "?";
    set_tag(scalar, tag);
    if (scalar.plain && (value.empty() || value == "~" || value == "null")) {
      scalar.kind = Kind::null;
    }
    leaf(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    bool has_key = false;
    Node key;
    std::unordered_map<std::string, std::pair<int, int>> keys;
  };

  Node node(const YAML::Mark& mark, Kind kind) {
    if (++nodes_ > limits_.nodes) {
      throw Stop{{mark.line + 1, mark.column + 1, std::string(kTooMany), true}};
    }
    Node made;
    made.kind = kind;
    made.line = mark.line + 1;
    made.column = mark.column + 1;
    return made;
  }

  static void set_tag(Node& target, const std::string& tag) {
    if (tag != "?" && tag != "!") target.tag = tag;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Kind kind) {
    if (static_cast<int>(stack_.size()) >= limits_.depth) {
      const std::string words = "nested more than " + std::to_string(limits_.depth) + " deep";
      throw Stop{{mark.line + 1, mark.column + 1, words, true}};
    }
    Open made;
    made.node = node(mark, kind);
    set_tag(made.node, tag);
    stack_.push_back(std::move(made));
  }

  void close() {
    Node done = std::move(stack_.back().node);
    stack_.pop_back();
    leaf(std::move(done));
  }

  /// Hands a finished node to whatever is open.
  void leaf(Node done) {
    if (stack_.empty()) {
      if (!done.is(Kind::null)) tree_.documents.push_back(std::move(done));
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.is(Kind::sequence)) {
      parent.node.items.push_back(std::move(done));
    } else if (!parent.has_key) {
      note_key(parent, done);
      parent.key = std::move(done);
      parent.has_key = true;
    } else {
      parent.node.entries.push_back({std::move(parent.key), std::move(done)});
      parent.key = Node{};
      parent.has_key = false;
    }
  }

  void note_key(Open& parent, const Node& key) {
    if (!key.is(Kind::scalar)) return;
    const auto [first, fresh] = parent.keys.try_emplace(key.text, key.line, key.column);
    if (!fresh) {
      tree_.duplicates.push_back(
          {key.text, key.line, key.column, first->second.first, first->second.second});
    }
  }

  Tree& tree_;
  Limits limits_;
  std::size_t nodes_ = 0;
  std::vector<Open> stack_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.is(Kind::scalar) && entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

const Node* Node::find(std::initializer_list<std::string_view> keys) const {
  const Node* node = this;
  for (const std::string_view key : keys) {
    node = node->find(key);
    if (node == nullptr) return nullptr;
  }
  return node;
}

tl::expected<Tree, SyntaxError> parse(std::string_view text, Limits limits) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // yaml-cpp takes both without a word.
  if (const auto bad = first_invalid_utf8(text)) {
    return tl::unexpected(at_offset(text, *bad, "invalid UTF-8"));
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return tl::unexpected(at_offset(text, nul, "a NUL byte, which YAML does not allow"));
  }
  if (const auto many = first_too_many(text, limits)) {
    SyntaxError error = at_offset(text, *many, std::string(kTooMany));
    error.bound = true;
    return tl::unexpected(std::move(error));
  }
  Tree tree;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(tree, limits);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    return tl::unexpected(stop.error);
  } catch (const YAML::Exception& error) {
    const bool known = error.mark.line >= 0;
    return tl::unexpected(SyntaxError{
        known ? error.mark.line + 1 : 1, known ? error.mark.column + 1 : 1, error.msg, false});
  }
  return tree;
}

}  // namespace sparkwarden::yaml
