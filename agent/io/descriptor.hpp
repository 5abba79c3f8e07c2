// SPDX-License-Identifier: Apache-2.0
// An open file descriptor that has one owner.
#pragma once

namespace sparkwarden::io {

/// Closes what it holds; -1 is nothing.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release();

 private:
  int fd_;
};

}  // namespace sparkwarden::io
