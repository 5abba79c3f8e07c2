// SPDX-License-Identifier: Apache-2.0
#include "agent/io/descriptor.hpp"

#include <utility>

#include <unistd.h>

namespace sparkwarden::io {

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

int Descriptor::release() {
  return std::exchange(fd_, -1);
}

}  // namespace sparkwarden::io
