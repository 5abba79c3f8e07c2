// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/tokens.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/random.h>

#include "agent/core/manifest.hpp"
#include "agent/core/role.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kNameBytes = 8;
constexpr std::size_t kContentBytes = 32;

std::string random_hex(std::size_t bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, kContentBytes> raw{};
  // At most 256 bytes come whole, and without waiting once the machine has booted: getrandom(2).
  if (::getrandom(raw.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += kDigits[raw[i] >> 4U];
    text += kDigits[raw[i] & 0xFU];
  }
  return text;
}

bool wrote(const io::Transcript& transcript) {
  return std::any_of(
      transcript.events.begin(), transcript.events.end(), [](const io::ChildEvent& event) {
        const auto* end = std::get_if<io::StepEnd>(&event);
        return end != nullptr && end->step == kAnnounceStep && end->ok;
      });
}

/// The directory of the pod that wrote it.
std::string_view writer_of(const StorageToken& token) {
  const std::string_view path = token.path;
  return path.substr(0, path.rfind('/'));
}

bool fresh(const HeardToken& heard, Instant now) {
  return now - heard.received <= kAnnouncementLife;
}

}  // namespace

Announcer::Announcer(const settings::World& world) {
  // A uid that is not of a uid's form could not be announced.
  const bool announces =
      world.serves && driver_side(world.role) && is_pod_directory(world.identity.uid);
  if (announces) directory_ = world.identity.uid;
}

TokenRequest Announcer::next(const std::string& target, Instant now) const {
  const bool another = !last_ || last_->target != target;
  if (directory_.empty() || (!another && now - last_->closed < kTokenLife)) return {};
  return {.write = "t-" + random_hex(kNameBytes),
          .content = "sparkwarden token " + random_hex(kContentBytes) + "\n",
          .keep = another ? "" : last_->name};
}

std::optional<OwnToken> Announcer::written(const std::string& target,
                                           const TokenRequest& asked,
                                           const io::Transcript& transcript,
                                           Instant began,
                                           Instant ended) {
  if (asked.write.empty() || !wrote(transcript)) return std::nullopt;
  // Without the child's word the earliest time: an age that is too large is a bound all the same.
  Instant closed = told_time(transcript, kClosedFact, began, ended);
  if (closed == ended) closed = began;
  last_ = Last{.target = target, .name = asked.write, .closed = closed};
  return OwnToken{
      .token = {.path = token_path(directory_, asked.write), .sha256 = sha256_hex(asked.content)},
      .closed = closed};
}

bool Witness::wants(
    const std::string& target, const HeardToken& heard, Way way, bool full, Instant now) const {
  if (!fresh(heard, now)) return false;
  const auto found = looks_.find(target);
  if (found == looks_.end()) return true;
  const SharedLook& known = found->second;
  // What was proven of one driver's storage says nothing about that of another, in its place now.
  if (known.token && writer_of(*known.token) != writer_of(heard.said.token)) return true;
  const TokenSeen before = way == Way::mount ? known.mount : known.wire;
  const bool again = known.token == heard.said.token && before != TokenSeen::not_looked;
  if (again && way == Way::mount) return false;
  return full || (!again && decisive(known) != TokenSeen::right);
}

void Witness::saw(const std::string& target, const StorageToken& token, Way way, TokenSeen seen) {
  if (seen == TokenSeen::not_looked) return;
  SharedLook& known = looks_[target];
  if (known.token != token) known = {.token = token};
  (way == Way::mount ? known.mount : known.wire) = seen;
}

bool Witness::doubts_mount(const std::string& target,
                           const StorageToken& token,
                           bool as_itself) const {
  const auto found = looks_.find(target);
  if (found == looks_.end() || found->second.token != token) return false;
  const TokenSeen seen = found->second.mount;
  return seen == TokenSeen::missing || seen == TokenSeen::wrong ||
         (seen == TokenSeen::denied && !as_itself);
}

SharedLook Witness::known(const std::string& target,
                          std::string_view driver_uid,
                          const std::optional<HeardToken>& heard,
                          Instant now) const {
  const auto known = looks_.find(target);
  if (known != looks_.end() && is_of_pod(*known->second.token, driver_uid)) return known->second;
  return {.announced = heard && fresh(*heard, now)};
}

}  // namespace sparkwarden::probes::storage
