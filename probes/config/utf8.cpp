// SPDX-License-Identifier: Apache-2.0
#include "probes/config/utf8.hpp"

namespace sparkwarden::probes::config {
namespace {

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

bool continues(unsigned byte) {
  return (byte & 0xC0U) == 0x80;
}

/// How many bytes a character has that begins with `lead`; 0 when none does.
std::size_t length_of(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/// Whether `second` may follow `lead`. Java looks for surrogates (ED A0..) only at the end.
bool may_follow(unsigned lead, unsigned second) {
  if (!continues(second)) return false;
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second < 0x90;
  return true;
}

}  // namespace

JavaChar java_char(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const std::size_t length = length_of(at(0));
  if (length == 0) return {.bytes = 1, .valid = false};
  for (std::size_t i = 1; i < length; ++i) {
    const bool good = i < text.size() && (i == 1 ? may_follow(at(0), at(1)) : continues(at(i)));
    if (!good) return {.bytes = i, .valid = false};
  }
  const bool surrogate = at(0) == 0xED && at(1) >= 0xA0;
  return {.bytes = length, .valid = !surrogate};
}

void Utf16Joiner::byte(char c) {
  finish();
  out_ += c;
}

void Utf16Joiner::unit(std::uint32_t unit) {
  if (high_ && is_low(unit)) {
    const std::uint32_t code_point = 0x10000 + ((*high_ - 0xD800) << 10U) + (unit - 0xDC00);
    high_.reset();
    append(code_point);
    return;
  }
  finish();
  if (is_high(unit)) {
    high_ = unit;
  } else {
    append(is_low(unit) ? 0xFFFD : unit);
  }
}

void Utf16Joiner::finish() {
  if (!high_) return;
  high_.reset();
  append(0xFFFD);
}

void Utf16Joiner::append(std::uint32_t code_point) {
  const auto tail = [&](unsigned shift) {
    out_ += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    out_ += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out_ += static_cast<char>(0xC0U | (code_point >> 6U));
    tail(0);
  } else if (code_point < 0x10000) {
    out_ += static_cast<char>(0xE0U | (code_point >> 12U));
    tail(6);
    tail(0);
  } else {
    out_ += static_cast<char>(0xF0U | (code_point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace sparkwarden::probes::config
