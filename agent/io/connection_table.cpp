// SPDX-License-Identifier: Apache-2.0
#include "agent/io/connection_table.hpp"

#include <algorithm>

namespace sparkwarden::io {

ConnectionTable::ConnectionTable(std::size_t connections_max, std::size_t per_address_max)
    : connections_max_(std::max<std::size_t>(connections_max, 1)),
      per_address_max_(std::max<std::size_t>(per_address_max, 1)) {}

void ConnectionTable::adopt(std::size_t connections_max, std::size_t per_address_max) {
  connections_max_ = std::max<std::size_t>(connections_max, 1);
  per_address_max_ = std::max<std::size_t>(per_address_max, 1);
}

std::optional<ConnectionTable::Id> ConnectionTable::add(Id id, const std::string& address) {
  std::optional<Id> leaves;
  const auto known = by_address_.find(address);
  if (known != by_address_.end() && known->second.size() >= per_address_max_) {
    leaves = known->second.front();
  } else if (seats_.size() >= connections_max_) {
    leaves = order_.front();
  }
  if (leaves) remove(*leaves);

  const auto home = by_address_.try_emplace(address).first;
  Seat seat{.in_all = order_.insert(order_.end(), id),
            .in_address = home->second.insert(home->second.end(), id),
            .address = home};
  seats_.emplace(id, seat);
  return leaves;
}

void ConnectionTable::touch(Id id) {
  const auto found = seats_.find(id);
  if (found == seats_.end()) return;
  const Seat& seat = found->second;
  Order& same_address = seat.address->second;
  order_.splice(order_.end(), order_, seat.in_all);
  same_address.splice(same_address.end(), same_address, seat.in_address);
}

void ConnectionTable::remove(Id id) {
  const auto found = seats_.find(id);
  if (found == seats_.end()) return;
  const Seat seat = found->second;
  seats_.erase(found);
  order_.erase(seat.in_all);
  seat.address->second.erase(seat.in_address);
  if (seat.address->second.empty()) by_address_.erase(seat.address);
}

std::optional<ConnectionTable::Id> ConnectionTable::oldest() const {
  if (order_.empty()) return std::nullopt;
  return order_.front();
}

}  // namespace sparkwarden::io
