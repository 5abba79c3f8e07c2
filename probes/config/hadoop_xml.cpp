// SPDX-License-Identifier: Apache-2.0
#include "probes/config/hadoop_xml.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

#include <expat.h>

#include "probes/config/hadoop_includes.hpp"
#include "probes/config/xml_words.hpp"

namespace sparkwarden::probes::config {
namespace {

// Between a namespace and a local name in the names expat hands out; no URI or name contains it.
constexpr char kNamespaceEnd = '\n';

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const std::size_t end = whole.rfind(kNamespaceEnd);
  return end == std::string_view::npos ? whole : whole.substr(end + 1);
}

bool blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

/// The bytes of the value of attribute `name` inside the raw tag at [begin, end).
std::pair<std::size_t, std::size_t> attribute_span(std::string_view text,
                                                   std::size_t begin,
                                                   std::size_t end,
                                                   std::string_view name) {
  std::size_t at = begin;
  while ((at = text.find('=', at)) < end) {
    const std::size_t quote = text.find_first_of("\"'", at);
    if (quote >= end) break;
    const std::size_t close = std::min(text.find(text[quote], quote + 1), end);
    std::string_view before = text.substr(begin, at - begin);
    while (!before.empty() && blank(before.back())) before.remove_suffix(1);
    if (before.ends_with(name) && before.size() > name.size() &&
        (blank(before[before.size() - name.size() - 1]) ||
         before[before.size() - name.size() - 1] == ':')) {
      return {quote + 1, close};
    }
    at = close + 1;
  }
  return {begin, end};
}

/// One parse: expat's callbacks fill `result`. Mirrors Hadoop's Configuration.Parser, which keeps
/// one token buffer and looks at local names only, wherever they are nested.
class Parse {
 public:
  explicit Parse(std::string_view text) : text_(text), lines_(text) {}

  HadoopXml run() {
    parse();
    result_.properties = settle(result_.steps, nullptr).properties;
    return std::move(result_);
  }

 private:
  void parse() {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> owner(
        XML_ParserCreateNS(nullptr, kNamespaceEnd), &XML_ParserFree);
    parser_ = owner.get();
    if (parser_ == nullptr || text_.size() > std::numeric_limits<int>::max()) {
      decline(0, 0, "it is too large to parse");
      return;
    }
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, &Parse::on_start, &Parse::on_end);
    XML_SetCharacterDataHandler(parser_, &Parse::on_text);
    XML_SetXmlDeclHandler(parser_, &Parse::on_declaration);
    XML_SetEntityDeclHandler(parser_, &Parse::on_entity_declaration);
    XML_SetSkippedEntityHandler(parser_, &Parse::on_skipped_entity);
    const auto status = XML_Parse(parser_, text_.data(), static_cast<int>(text_.size()), XML_TRUE);
    if (status != XML_STATUS_OK && !result_.problem) explain();
  }

  static Parse& self(void* data) { return *static_cast<Parse*>(data); }
  static void on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
    self(data).start(local_name(name), attributes);
  }
  static void on_end(void* data, const XML_Char* name) { self(data).end(local_name(name)); }
  static void on_text(void* data, const XML_Char* text, int length) {
    self(data).token_.append(text, static_cast<std::size_t>(length));
  }
  static void on_declaration(void* data, const XML_Char* version, const XML_Char*, int) {
    if (version != nullptr) self(data).declaration(version);
  }
  static void on_entity_declaration(void* data,
                                    const XML_Char*,
                                    int,
                                    const XML_Char*,
                                    int,
                                    const XML_Char*,
                                    const XML_Char*,
                                    const XML_Char*,
                                    const XML_Char*) {
    self(data).stop_declined("it declares XML entities, which this agent does not expand");
  }
  static void on_skipped_entity(void* data, const XML_Char*, int) {
    self(data).stop_declined("it uses entities of an external DTD, which this agent does not read");
  }

  [[nodiscard]] std::size_t begin() const {
    return static_cast<std::size_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0));
  }
  [[nodiscard]] std::size_t event_end() const {
    return begin() + static_cast<std::size_t>(std::max(XML_GetCurrentByteCount(parser_), 0));
  }

  /// expat reads a file of any version.
  void declaration(const std::string& version) {
    if (version == "1.0" || version == "1.1") return;
    refuse({.kind = XmlProblem::Kind::malformed,
            .at = lines_.place(begin(), event_end()),
            .reason = "XML has the versions 1.0 and 1.1 only",
            .words = "Invalid XML pseudo-attribute 'version' value '" + version + "'"});
  }

  void start(std::string_view name, const XML_Char** attributes) {
    open_.emplace_back(name);
    if (open_.size() > kXmlDepthMax) {
      refuse({.kind = XmlProblem::Kind::malformed,
              .at = lines_.place(begin(), event_end()),
              .reason = "elements are nested more than 1000 deep",
              .words = "Maximum Element Depth limit (1000) Exceeded"});
    } else if (name == "property") {
      start_property(attributes);
    } else if (name == "name" || name == "value" || name == "final" || name == "source" ||
               name == "tag") {
      token_.clear();
      token_begin_ = event_end();
    } else if (name == "include") {
      result_.includes = true;
      start_include(attributes);
    } else if (name == "fallback") {
      add({.kind = HadoopStep::Kind::fallback});
    }
  }

  /// Of several attributes with this local name the last counts.
  void start_include(const XML_Char** attributes) {
    HadoopStep step{.kind = HadoopStep::Kind::include};
    for (; *attributes != nullptr; attributes += 2) {
      if (local_name(attributes[0]) != "href") continue;
      step.property.value = {attributes[1], attribute_place("href")};
      step.has_value = true;
    }
    add(std::move(step));
  }

  void start_property(const XML_Char** attributes) {
    current_ = {};
    has_name_ = has_value_ = false;
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view name = local_name(attributes[0]);
      if (name == "name") {
        current_.name.text = attributes[1];
        has_name_ = true;
      } else if (name == "value") {
        current_.value.text = attributes[1];
        has_value_ = true;
      } else if (name == "final") {
        current_.final = std::string_view(attributes[1]) == "true";
      }
    }
    if (has_name_) current_.name.at = attribute_place("name");
    if (has_value_) current_.value.at = attribute_place("value");
  }

  [[nodiscard]] Place attribute_place(std::string_view name) const {
    const auto [first, last] = attribute_span(text_, begin(), event_end(), name);
    return lines_.place(first, last);
  }

  void end(std::string_view name) {
    if (!open_.empty()) open_.pop_back();
    if (name == "name" && !token_.empty()) {
      current_.name = {trimmed(token_), token_place()};
      has_name_ = true;
    } else if (name == "value" && !token_.empty()) {
      current_.value = {token_, token_place()};
      has_value_ = true;
    } else if (name == "final") {
      current_.final = token_ == "true";
    } else if (name == "include") {
      add({.kind = HadoopStep::Kind::include_end});
    } else if (name == "property" && has_name_) {
      add({.property = current_, .has_value = has_value_});
    }
  }

  void add(HadoopStep step) {
    if (result_.steps.size() == kXmlPropertiesMax) {
      stop_declined("it has more than 5000 properties");
      return;
    }
    result_.steps.push_back(std::move(step));
  }

  /// Where the token stands, without the blanks around it.
  [[nodiscard]] Place token_place() const {
    std::size_t first = std::min(token_begin_, begin());
    std::size_t last = begin();
    while (first < last && blank(text_[first])) ++first;
    while (last > first && blank(text_[last - 1])) --last;
    return lines_.place(first, last);
  }

  void refuse(XmlProblem problem) {
    if (!result_.problem) result_.problem = std::move(problem);
    XML_StopParser(parser_, XML_FALSE);
  }
  void decline(std::size_t first, std::size_t last, std::string reason) {
    result_.problem = {.kind = XmlProblem::Kind::declined,
                       .at = lines_.place(first, last),
                       .reason = std::move(reason)};
  }
  void stop_declined(std::string reason) {
    if (!result_.problem) decline(begin(), event_end(), std::move(reason));
    XML_StopParser(parser_, XML_FALSE);
  }

  void explain() {
    const int error = XML_GetErrorCode(parser_);
    XmlWords words = words_of({.error = error,
                               .text = text_,
                               .offset = begin(),
                               .open_element = open_.empty() ? std::string_view() : open_.back()});
    const auto kind =
        words.hadoop.empty() ? XmlProblem::Kind::declined : XmlProblem::Kind::malformed;
    result_.problem = {.kind = kind,
                       .at = lines_.place(words.begin, words.end),
                       .reason = std::move(words.reason),
                       .words = std::move(words.hadoop)};
  }

  std::string_view text_;
  LineIndex lines_;
  XML_Parser parser_ = nullptr;
  HadoopXml result_;
  std::vector<std::string> open_;
  std::string token_;
  std::size_t token_begin_ = 0;
  HadoopProperty current_;
  bool has_name_ = false;
  bool has_value_ = false;
};

}  // namespace

const HadoopProperty* HadoopXml::find(std::string_view name) const {
  const HadoopProperty* in_force = nullptr;
  for (const HadoopProperty& property : properties) {
    const bool open = in_force == nullptr || !in_force->final;
    if (property.name.text == name && open) in_force = &property;
  }
  return in_force;
}

HadoopXml parse_hadoop_xml(std::string_view text) {
  return Parse(text).run();
}

}  // namespace sparkwarden::probes::config
