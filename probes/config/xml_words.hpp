// SPDX-License-Identifier: Apache-2.0
// Translates expat's errors into a reason for people and the words that Hadoop's parser (Woodstox)
// prints for the same file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

/// What is known at the point where expat gave up.
struct XmlStop {
  int error = 0;                       // XML_Error
  std::string_view text = {};          // the whole file
  std::size_t offset = 0;              // where
  std::string_view open_element = {};  // the innermost element that is open, if any
};

/// `hadoop` is empty where Hadoop may well accept the file and only we cannot read it. The trouble
/// stands in bytes [begin, end).
struct XmlWords {
  std::string reason = {};
  std::string hadoop = {};
  std::size_t begin = 0;
  std::size_t end = 0;
};

[[nodiscard]] XmlWords words_of(const XmlStop& stop);

}  // namespace sparkwarden::probes::config
