// SPDX-License-Identifier: Apache-2.0
#include "exporters/page/html.hpp"

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string element(std::string_view tag, std::string_view style, std::string_view text) {
  std::string html = "<" + std::string(tag);
  if (!style.empty()) html += " class=\"" + escaped(style) + '"';
  return html + '>' + escaped(text) + "</" + std::string(tag) + '>';
}

}  // namespace sparkwarden::exporters
