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

}  // namespace

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
