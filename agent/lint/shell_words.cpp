// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/shell_words.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace sparkwarden::lint {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text), index_(text) {}

  std::vector<Word> split() {
    while (skip_blanks()) word();
    return std::move(words_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

  bool continues() const {
    return text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
  }

  bool skip_blanks() {
    while (!at_end()) {
      if (kBlanks.find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else if (continues()) {
        at_ += 2;
      } else if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return true;
      }
    }
    return false;
  }

  void word() {
    Word word;
    const std::size_t begin = at_;
    while (!at_end() && kBlanks.find(text_[at_]) == std::string_view::npos) {
      const char c = text_[at_];
      if (c == '\'') {
        single_quoted(word);
      } else if (c == '"') {
        double_quoted(word);
      } else if (continues()) {
        at_ += 2;
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        word.text.text += text_[at_ + 1];
        at_ += 2;
      } else {
        word.expands = word.expands || c == '$' || c == '`';
        word.text.text += c;
        ++at_;
      }
    }
    word.text.at = index_.place(begin, at_);
    words_.push_back(std::move(word));
  }

  void single_quoted(Word& word) {
    const std::size_t end = std::min(text_.find('\'', at_ + 1), text_.size());
    word.text.text += text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
  }

  void double_quoted(Word& word) {
    ++at_;
    while (!at_end() && text_[at_] != '"') {
      const char c = text_[at_];
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (c == '\\' && std::string_view("$`\"\\").find(next) != std::string_view::npos &&
          next != '\0') {
        word.text.text += next;
        at_ += 2;
      } else if (continues()) {
        at_ += 2;
      } else {
        word.expands = word.expands || c == '$' || c == '`';
        word.text.text += c;
        ++at_;
      }
    }
    if (!at_end()) ++at_;
  }

  std::string_view text_;
  probes::config::LineIndex index_;
  std::size_t at_ = 0;
  std::vector<Word> words_;
};

}  // namespace

std::vector<Word> shell_words(std::string_view text) {
  return Splitter(text).split();
}

}  // namespace sparkwarden::lint
