// SPDX-License-Identifier: Apache-2.0
#include "probes/config/xml_words.hpp"

#include <algorithm>
#include <array>

#include <expat.h>

#include "agent/core/text.hpp"
#include "probes/config/utf8.hpp"

namespace sparkwarden::probes::config {
namespace {

struct Row {
  int error = 0;
  std::string_view reason = {};
  std::string_view hadoop = {};
};

// Source of the second column: Woodstox's ErrorConsts and StreamScanner, as Hadoop 3 bundles them.
constexpr std::array kRows{
    Row{XML_ERROR_NO_ELEMENTS, "there is no element in the file", "Unexpected EOF in prolog"},
    Row{XML_ERROR_INVALID_TOKEN,
        "a character that XML does not allow here (a bare `<`, or a control character)",
        "Unexpected character"},
    // "Unexpected EOF" or "Unexpected end of input block", by the byte; the class is the same.
    Row{XML_ERROR_UNCLOSED_TOKEN,
        "a tag, comment or reference that never ends",
        "WstxEOFException"},
    Row{XML_ERROR_PARTIAL_CHAR,
        "the file ends inside a character",
        "Unexpected EOF in the middle of a multi-byte char"},
    Row{XML_ERROR_DUPLICATE_ATTRIBUTE,
        "the same attribute twice in one tag",
        "Duplicate attribute"},
    Row{XML_ERROR_BAD_CHAR_REF,
        "a reference to a character that XML does not allow",
        "Illegal character entity"},
    Row{XML_ERROR_MISPLACED_XML_PI,
        "something stands before `<?xml`, often a blank line or a space",
        "Illegal processing instruction target (\"xml\"); xml (case insensitive) is reserved by "
        "the "
        "specs."},
    Row{XML_ERROR_UNCLOSED_CDATA_SECTION, "a CDATA section that never ends", "WstxEOFException"},
    Row{XML_ERROR_XML_DECL, "the `<?xml ... ?>` line is not well formed", "Unexpected character"},
    Row{XML_ERROR_SYNTAX, "text where only an element may stand", "Unexpected character"},
    Row{XML_ERROR_UNBOUND_PREFIX,
        "a namespace prefix that is not declared (`xi:` needs "
        "xmlns:xi=\"http://www.w3.org/2001/XInclude\")",
        "Undeclared namespace prefix"},
    Row{XML_ERROR_INCORRECT_ENCODING,
        "the bytes are not in the encoding that the XML declaration names",
        "cannot decode"},
    Row{XML_ERROR_UNKNOWN_ENCODING, "its encoding is not supported by this agent"},
    Row{XML_ERROR_NO_MEMORY, "there is not enough memory to parse it"},
    Row{XML_ERROR_AMPLIFICATION_LIMIT_BREACH, "it grows too much while it is parsed"},
};

std::string quoted(std::string_view before, std::string_view what, std::string_view after) {
  return std::string(before).append(what).append(after);
}

/// The name that starts at `at`: up to the first byte that ends names in XML, at most 64 bytes.
std::string_view name_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(std::min(at, text.size()), 64);
  return rest.substr(0, std::min(rest.find_first_of(" \t\r\n<>/=;&\"'"), rest.size()));
}

/// Whether the `--` that ends at `offset` stands inside a comment.
bool hyphens_in_comment(std::string_view text, std::size_t offset) {
  if (offset < 2 || text.substr(offset - 2, 2) != "--") return false;
  const std::size_t open = text.rfind("<!--", offset - 2);
  return open != std::string_view::npos && open + 4 <= offset - 2 &&
         text.substr(open + 4, offset - 2 - open - 4).find("-->") == std::string_view::npos;
}

bool blank(std::string_view text, std::size_t at) {
  return at < text.size() && std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos;
}

/// "Unexpected character 'x' (code 120)", as Hadoop's parser prints it; only so much of it for a
/// character beyond ASCII.
std::string unexpected(std::string_view text, std::size_t at, std::string_view where) {
  const unsigned char c = at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  if (c < ' ' || c > '~') return "Unexpected character";
  return "Unexpected character '" + std::string(1, text[at]) + "' (code " + std::to_string(c) +
         ")" + std::string(where);
}

/// A control character, or `]]>` outside of a CDATA section: both are told by what stands there.
XmlWords forbidden(const XmlStop& stop) {
  const std::string_view rest = stop.text.substr(std::min(stop.offset, stop.text.size()));
  if (rest.starts_with('>') && stop.text.substr(0, stop.offset).ends_with("]]")) {
    return {"`]]>` ends a CDATA section that was never opened",
            "String ']]>' not allowed in textual content, except as the end marker of CDATA "
            "section",
            stop.offset - 2,
            stop.offset + 1};
  }
  const unsigned char c = rest.empty() ? ' ' : static_cast<unsigned char>(rest.front());
  if (c >= ' ' || blank(stop.text, stop.offset)) return {};
  return {"a control character, which XML does not allow",
          c == 0 ? "Illegal character (NULL, unicode 0)"
                 : "Illegal character ((CTRL-CHAR, code " + std::to_string(c) + "))",
          stop.offset,
          stop.offset + 1};
}

/// A `&` that begins no reference; expat stops where the name after it ends.
XmlWords bare_ampersand(const XmlStop& stop) {
  const std::size_t window = stop.offset - std::min(stop.offset, std::size_t{64});
  const std::string_view before = stop.text.substr(window, stop.offset - window);
  const std::size_t sign = before.rfind('&');
  if (sign == std::string_view::npos) return {};
  const std::string_view name = before.substr(sign + 1);
  if (name != name_at(name, 0)) return {};
  return {"a bare `&`; write &amp;",
          name.empty()
              ? (blank(stop.text, stop.offset) ? "(missing name?)"
                                               : "(expected a name start character)")
              : quoted("expected a semi-colon after the reference for entity '", name, "'"),
          window + sign,
          stop.offset};
}

/// Text before the first element, such as a properties file under the wrong name.
XmlWords no_markup(const XmlStop& stop) {
  const std::size_t first = stop.text.find_first_not_of(" \t\r\n");
  const bool text = first != std::string_view::npos && stop.text[first] != '<' &&
                    stop.text.find('<') >= stop.offset && !stop.text.starts_with(kByteOrderMark);
  if (!text) return {};
  return {"text where only an element may stand",
          unexpected(stop.text, first, " in prolog; expected '<'"),
          first,
          first + 1};
}

XmlWords wrong_end_tag(const XmlStop& stop, std::size_t at, std::string_view closing) {
  return {
      quoted(quoted("</", closing, "> closes <"), stop.open_element, ">"),
      quoted(quoted("Unexpected close tag </", closing, ">; expected </"), stop.open_element, ">."),
      at,
      at + closing.size()};
}

XmlWords tag_mismatch(const XmlStop& stop) {
  const std::size_t slash = stop.text.rfind("</", stop.offset);
  const std::size_t at = slash == std::string_view::npos ? stop.offset : slash + 2;
  return wrong_end_tag(stop, at, name_at(stop.text, at));
}

/// A closing tag with something else in it, such as </val prop>, if not behind the right name.
XmlWords cut_end_tag(const XmlStop& stop) {
  const std::string_view before = stop.text.substr(0, stop.offset);
  const std::size_t open = before.rfind('<');
  if (open == std::string_view::npos || !before.substr(open).starts_with("</")) return {};
  const std::string_view closing = name_at(before, open + 2);
  if (closing.empty() || closing == stop.open_element) return {};
  if (before.find('>', open) != std::string_view::npos) return {};
  return wrong_end_tag(stop, open + 2, closing);
}

XmlWords invalid_token(const XmlStop& stop) {
  const std::size_t at = stop.offset;
  if (hyphens_in_comment(stop.text, at)) {
    return {"`--` is not allowed inside a comment",
            "String '--' not allowed in comment (missing '>'?)",
            at - 2,
            at};
  }
  if (first_invalid_utf8(stop.text) == at) {
    return {"a byte that is not UTF-8", "Invalid UTF-8", at, at + 1};
  }
  for (const auto look : {cut_end_tag, forbidden, no_markup, bare_ampersand}) {
    XmlWords words = look(stop);
    if (!words.reason.empty()) return words;
  }
  return {};
}

XmlWords never_closed(const XmlStop& stop) {
  if (stop.open_element.empty()) return {};
  return {quoted("the element <", stop.open_element, "> is never closed"),
          quoted("Unexpected EOF; was expecting a close tag for element <", stop.open_element, ">"),
          stop.offset,
          stop.offset};
}

XmlWords after_root(const XmlStop& stop) {
  const std::string_view name = name_at(stop.text, stop.offset + 1);
  const bool tag = stop.text.substr(std::min(stop.offset, stop.text.size())).starts_with('<');
  const bool element = tag && !name.empty() && name.front() != '!' && name.front() != '?';
  return {"something follows the closing tag of the root element",
          element ? "Illegal to have multiple roots (start tag in epilog?)."
          : tag   ? "Unexpected character"
                  : unexpected(stop.text, stop.offset, " in epilog; expected '<'"),
          stop.offset,
          stop.offset + 1};
}

XmlWords unknown_entity(const XmlStop& stop) {
  const std::string_view name = name_at(stop.text, stop.offset + 1);
  return {quoted("XML knows no entity &", name, "; (only &amp; &lt; &gt; &quot; &apos;)"),
          quoted("Undeclared general entity \"", name, "\""),
          stop.offset,
          stop.offset + name.size() + 2};
}

/// What can be said better with a look at the text; no reason where the table says all.
XmlWords closer_look(const XmlStop& stop) {
  switch (stop.error) {
    case XML_ERROR_INVALID_TOKEN:
      return invalid_token(stop);
    case XML_ERROR_SYNTAX:
      return no_markup(stop);
    case XML_ERROR_NO_ELEMENTS:
      return never_closed(stop);
    case XML_ERROR_TAG_MISMATCH:
      return tag_mismatch(stop);
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return after_root(stop);
    case XML_ERROR_UNDEFINED_ENTITY:
      return unknown_entity(stop);
    default:
      return {};
  }
}

}  // namespace

XmlWords words_of(const XmlStop& stop) {
  XmlWords words = closer_look(stop);
  if (!words.reason.empty()) return words;
  const auto* row = std::find_if(
      kRows.begin(), kRows.end(), [&](const Row& each) { return each.error == stop.error; });
  if (row != kRows.end()) {
    return {std::string(row->reason), std::string(row->hadoop), stop.offset, stop.offset + 1};
  }
  return {XML_ErrorString(static_cast<XML_Error>(stop.error)),
          "Unexpected character",
          stop.offset,
          stop.offset + 1};
}

}  // namespace sparkwarden::probes::config
