// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/trouble.hpp"

#include <cerrno>
#include <string_view>

namespace sparkwarden::probes::storage {
namespace {

struct Row {
  std::string_view word;
  Trouble trouble;
};

// Symbols without their prefix. Source: RFC 1813 section 2.6, RFC 7530 section 13.
constexpr Row kSymbols[] = {
    {"ROFS", Trouble::read_only},
    {"NOSPC", Trouble::full},
    {"DQUOT", Trouble::quota},
    {"STALE", Trouble::stale},
    {"BADHANDLE", Trouble::stale},
    {"FHEXPIRED", Trouble::stale},
    {"GRACE", Trouble::grace},
    {"DELAY", Trouble::grace},
    {"JUKEBOX", Trouble::grace},
    {"WRONGSEC", Trouble::not_permitted},
    {"MINOR_VERS_MISMATCH", Trouble::version},
    {"ACCES", Trouble::denied},
    {"ACCESS", Trouble::denied},
    {"PERM", Trouble::denied},
    {"TIMED_OUT", Trouble::silent},
    {"CONNECTION_LOST", Trouble::disconnected},
    {"DATA_DIFFERS", Trouble::differs},
    {"NOT_EXCLUSIVE", Trouble::not_exclusive},
    {"NOT_REPLACED", Trouble::not_renamed},
    {"NOT_LISTED", Trouble::not_renamed},
    {"ANOTHER_MOUNT", Trouble::moved},
};

constexpr Row kMountSymbols[] = {
    {"ACCES", Trouble::export_refused},
    {"ACCESS", Trouble::export_refused},
    {"PERM", Trouble::not_permitted},
    {"NOENT", Trouble::export_missing},
    {"NOTDIR", Trouble::export_missing},
    {"INVAL", Trouble::export_missing},
    {"NAMETOOLONG", Trouble::export_missing},
};

// libnfs 4.0.0's own words for what has no symbol.
constexpr Row kWords[] = {
    {"not accepted by the server", Trouble::not_permitted},
    {"Connection refused", Trouble::refused},
    {"Program is not available", Trouble::refused},  // the portmapper knows of no mount daemon
    {"timed out", Trouble::silent},
    {"was cancelled", Trouble::silent},
    {"PDU exceeds limit", Trouble::protocol},
    {"rejected by server", Trouble::protocol},
    {"decode", Trouble::protocol},
    {"garbage", Trouble::protocol},
    {"unknown nfs error", Trouble::protocol},  // a status that no version has
    {"POLLHUP", Trouble::disconnected},
    {"reconnect", Trouble::disconnected},
    {"closed", Trouble::disconnected},
    {"reset", Trouble::disconnected},
    {"Broken pipe", Trouble::disconnected},
};

struct Number {
  int error;
  Trouble trouble;
};

constexpr Number kNumbers[] = {
    {EROFS, Trouble::read_only},
    {ENOSPC, Trouble::full},
    {EDQUOT, Trouble::quota},
    {ESTALE, Trouble::stale},
    {EACCES, Trouble::denied},
    {EPERM, Trouble::denied},
    {EAGAIN, Trouble::grace},
    {EINTR, Trouble::silent},
    {ETIMEDOUT, Trouble::silent},
};

std::string_view without_prefix(std::string_view symbol) {
  for (const std::string_view prefix : {"NFS3ERR_", "NFS4ERR_", "MNT3ERR_"}) {
    if (symbol.starts_with(prefix)) return symbol.substr(prefix.size());
  }
  return symbol;
}

Trouble by_symbol(std::string_view symbol, bool mounting) {
  if (mounting) {
    for (const Row& row : kMountSymbols) {
      if (symbol == row.word) return row.trouble;
    }
  }
  for (const Row& row : kSymbols) {
    if (symbol == row.word) return row.trouble;
  }
  return Trouble::other;
}

}  // namespace

Trouble classify(const io::StepEnd& end) {
  if (end.ok) return Trouble::none;
  const bool mounting = end.step == "mount";
  if (!end.symbol.empty()) return by_symbol(without_prefix(end.symbol), mounting);
  for (const Row& row : kWords) {
    if (end.text.find(row.word) != std::string::npos) return row.trouble;
  }
  if (mounting && end.error == ENOENT) return Trouble::export_missing;
  if (mounting && end.error == EACCES) return Trouble::export_refused;
  for (const Number& row : kNumbers) {
    if (end.error == row.error) return row.trouble;
  }
  return Trouble::other;
}

Trouble classify_mount(const io::StepEnd& end) {
  if (end.ok) return Trouble::none;
  if (const Trouble own = by_symbol(end.symbol, false); own != Trouble::other) return own;
  if (end.error == EEXIST && (end.step == "rename" || end.step == "replace")) {
    return Trouble::not_renamed;
  }
  // What was mounted has gone between the mount table and the look at it.
  const bool gone = end.error == ENOENT || end.error == ENOTDIR;
  if (gone && end.step == "stat") return Trouble::moved;
  for (const Number& row : kNumbers) {
    if (end.error == row.error && row.trouble != Trouble::grace) return row.trouble;
  }
  return Trouble::other;
}

}  // namespace sparkwarden::probes::storage
