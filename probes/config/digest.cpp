// SPDX-License-Identifier: Apache-2.0
#include "probes/config/digest.hpp"

#include <array>

#include <openssl/evp.h>

namespace sparkwarden::probes::config {

std::string sha256_hex(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  if (EVP_Digest(content.data(), content.size(), bytes.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    return {};
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[bytes[i] >> 4U];
    hex += kDigits[bytes[i] & 0xFU];
  }
  return hex;
}

}  // namespace sparkwarden::probes::config
