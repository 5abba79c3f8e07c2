// SPDX-License-Identifier: Apache-2.0
// Who may stay connected when there are too many: arithmetic only, sockets are the server's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace sparkwarden::io {

/// Connections in the order in which they were last served, bounded in all and per address. The
/// newcomer always gets in; every operation takes constant time but for the look-up of its address.
class ConnectionTable {
 public:
  using Id = std::uint64_t;

  ConnectionTable(std::size_t connections_max, std::size_t per_address_max);

  /// Seats `id`, and returns the one that has to leave for it: of the same address if that has too
  /// many, else the one served least recently. A limit of 0 counts as 1.
  [[nodiscard]] std::optional<Id> add(Id id, const std::string& address);

  /// New bounds; whom to ask to leave is the caller's.
  void adopt(std::size_t connections_max, std::size_t per_address_max);

  /// `id` has just been served: it is now the last to be asked to leave.
  void touch(Id id);

  /// No effect if `id` is not here.
  void remove(Id id);

  /// The one served least recently.
  [[nodiscard]] std::optional<Id> oldest() const;

  [[nodiscard]] std::size_t size() const { return seats_.size(); }

 private:
  using Order = std::list<Id>;
  using ByAddress = std::map<std::string, Order>;
  struct Seat {
    Order::iterator in_all;
    Order::iterator in_address;
    ByAddress::iterator address;
  };

  std::size_t connections_max_;
  std::size_t per_address_max_;
  Order order_;
  ByAddress by_address_;
  std::unordered_map<Id, Seat> seats_;
};

}  // namespace sparkwarden::io
