// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or the one Error that kept us from having it. Where an error is a value of
// its own (a place in a file, a kind of trouble) tl::expected is used as it is.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace sparkwarden {

/// Why something could not be done. `code` is a short stable word, `subject` what it is about
/// (a path, an address), `detail` the system's or library's own words.
struct Error {
  std::string code;
  std::string subject;
  std::string detail;

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// The failing side of any Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace sparkwarden
