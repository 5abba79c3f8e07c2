// SPDX-License-Identifier: Apache-2.0
#include "probes/config/utf8.hpp"

namespace sparkwarden::probes::config {
namespace {

/// Length of the valid sequence at `at`; 0 if there is none. Source: RFC 3629 section 4.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byte(at + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
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
