// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/submit_arguments.hpp"

#include <iterator>
#include <optional>
#include <utility>

#include "agent/lint/shell_words.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::Place;

/// A word with its place in the manifest already.
struct Argument {
  std::string text;
  Location at;
  bool expands = false;
};

/// The part of `at` from `skip` bytes on; only right where the word is written as it reads.
Location shifted(Location at, std::size_t skip, std::size_t length) {
  if (at.column == 0 || at.end_column == 0) return at;
  const bool as_written = at.end_column - at.column == static_cast<int>(skip + length);
  if (!as_written) return at;
  at.column += static_cast<int>(skip);
  return at;
}

std::optional<Setting> setting_of(const Argument& argument, std::size_t skip) {
  const std::string text = argument.text.substr(skip);
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  Setting setting{
      .key = text.substr(0, equals), .value = text.substr(equals + 1), .known = !argument.expands};
  setting.key_at = shifted(argument.at, skip, text.size());
  const bool one_line =
      setting.key_at.end_column - setting.key_at.column == static_cast<int>(text.size());
  if (one_line) setting.key_at.end_column -= static_cast<int>(text.size() - equals);
  setting.value_at = shifted(argument.at, skip + equals + 1, setting.value.size());
  return setting;
}

/// The option is this setting under another name.
Setting deploy_mode(const Argument& option, const Argument& value) {
  return {.key = "spark.submit.deployMode",
          .value = value.text,
          .key_at = option.at,
          .value_at = value.at,
          .known = !value.expands};
}

SubmitArguments read(const std::vector<Argument>& arguments) {
  SubmitArguments found;
  const auto conf = [&](const Argument& argument, std::size_t skip) {
    if (auto setting = setting_of(argument, skip)) found.settings.push_back(std::move(*setting));
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i].text;
    const Argument* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
    // -c is also a shell's; only there does a script follow it.
    const bool is_conf =
        word == "--conf" || (word == "-c" && next != nullptr && next->text.starts_with("spark.") &&
                             next->text.find_first_of(" \n") == std::string::npos);
    if (word.starts_with("--conf=")) {
      conf(arguments[i], 7);
    } else if (is_conf && next != nullptr) {
      conf(*next, 0);
      ++i;
    } else if (word == "--deploy-mode" && next != nullptr) {
      found.settings.push_back(deploy_mode(arguments[i], *next));
      ++i;
    } else if (word == "--properties-file" && next != nullptr) {
      found.properties_file = next->text;
      ++i;
    } else if (word.starts_with("--properties-file=")) {
      found.properties_file = word.substr(18);
    }
  }
  return found;
}

/// Whether a word of a list is itself a command line: `bash -c "spark-submit --conf ..."`.
bool is_script(const std::string& text) {
  const std::size_t blank = text.find_first_of(" \t\n");
  return blank != std::string::npos && text.find("--") != std::string::npos &&
         text.find('=') > blank;
}

std::vector<Argument> words_of(const ManifestText& manifest, const yaml::Node& scalar) {
  const auto map = ScalarMap::of(manifest.text, manifest.lines, scalar);
  const Place whole{scalar.line, scalar.column, 0};
  std::vector<Argument> arguments;
  for (Word& word : shell_words(scalar.text)) {
    const Place at = map ? map->place(word.text.at) : whole;
    arguments.push_back(
        {std::move(word.text.text), probes::config::locate(manifest.path, at), word.expands});
  }
  return arguments;
}

}  // namespace

void SubmitArguments::add(SubmitArguments more) {
  std::move(more.settings.begin(), more.settings.end(), std::back_inserter(settings));
  if (!more.properties_file.empty()) properties_file = std::move(more.properties_file);
}

Location ManifestText::locate(const yaml::Node& scalar, Place inside) const {
  const auto map = ScalarMap::of(text, lines, scalar);
  const Place at = map ? map->place(inside) : Place{scalar.line, scalar.column, 0};
  return probes::config::locate(path, at);
}

SubmitArguments submit_arguments(const ManifestText& manifest, const yaml::Node& list) {
  SubmitArguments found;
  std::vector<Argument> words;
  for (const yaml::Node& item : list.items) {
    if (!item.is(yaml::Kind::scalar)) continue;
    if (is_script(item.text)) {
      found.add(read(words_of(manifest, item)));
      continue;
    }
    const int length = static_cast<int>(item.text.size());
    // $(NAME) is the kubelet's own substitution, in every list.
    words.push_back({item.text,
                     manifest.locate(item, {1, 1, 1 + length}),
                     item.text.find("$(") != std::string::npos});
  }
  found.add(read(words));
  return found;
}

SubmitArguments submit_options(const ManifestText& manifest, const yaml::Node& scalar) {
  return read(words_of(manifest, scalar));
}

}  // namespace sparkwarden::lint
