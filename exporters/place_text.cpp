// SPDX-License-Identifier: Apache-2.0
#include "exporters/place_text.hpp"

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {

std::string place_text(const Location& location) {
  std::string text = printable(location.path);
  if (location.line > 0) text += ':' + std::to_string(location.line);
  if (location.line > 0 && location.column > 0) text += ':' + std::to_string(location.column);
  return text;
}

}  // namespace sparkwarden::exporters
