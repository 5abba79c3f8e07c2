// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/rules_shared.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/token_request.hpp"
#include "probes/storage/trouble.hpp"

namespace sparkwarden::probes::storage {
namespace {

/// Nothing by this name, or nothing that is a file. Symbols first, the protocol's and errno's own:
/// libnfs's numbers are not reliable. A mount to which the name is stale, while its root is not,
/// remembers a directory that was replaced. Source: RFC 1813 section 2.6, RFC 7530 section 13.1.
bool is_missing(const io::StepEnd& end) {
  constexpr std::array kSymbols{std::string_view("NOENT"),
                                std::string_view("NOTDIR"),
                                std::string_view("ISDIR"),
                                std::string_view("_SYMLINK"),
                                std::string_view("NO_FILE"),
                                std::string_view("ELOOP"),
                                std::string_view("ESTALE")};
  if (!end.symbol.empty()) {
    return std::ranges::any_of(kSymbols,
                               [&](std::string_view word) { return end.symbol.ends_with(word); });
  }
  return end.error == ENOENT || end.error == ENOTDIR || end.error == EISDIR || end.error == ELOOP;
}

bool is_denied(const io::StepEnd& end) {
  return classify(end) == Trouble::denied || end.symbol == "EACCES" || end.symbol == "EPERM";
}

std::string what_stands_there(TokenSeen seen) {
  return seen == TokenSeen::wrong ? "has other content" : "is not there";
}

bool failed(TokenSeen seen) {
  return seen == TokenSeen::missing || seen == TokenSeen::wrong;
}

bool strictly_below(std::string_view path, std::string_view top) {
  if (path == top) return false;
  if (top == "/") return path.starts_with('/');
  return path.starts_with(top) && path.substr(top.size()).starts_with('/');
}

}  // namespace

TokenSeen token_seen(const io::Transcript& transcript, const StorageToken& token) {
  for (const io::ChildEvent& event : transcript.events) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (end == nullptr || end->step != kTokenStep) continue;
    if (end->ok) {
      const auto digest = transcript.fact(kDigestFact);
      if (!digest) return TokenSeen::not_looked;  // the child died in between
      return *digest == token.sha256 ? TokenSeen::right : TokenSeen::wrong;
    }
    if (is_missing(*end)) return TokenSeen::missing;
    return is_denied(*end) ? TokenSeen::denied : TokenSeen::not_looked;
  }
  return TokenSeen::not_looked;
}

bool about_token_alone(const io::StepEnd& end) {
  return !end.ok && end.step == kTokenStep && (is_missing(end) || is_denied(end));
}

TokenSeen decisive(const SharedLook& look) {
  return look.mount != TokenSeen::not_looked ? look.mount : look.wire;
}

void judge_shared(const SharedLook& look, const Target& target, const Judge& judge, Observed& out) {
  const auto could_not_look = [&](const Code& row, std::string message) {
    out.unlooked.push_back(unlooked(row, target.name(), std::move(message)));
  };
  if (!look.token) {
    if (look.announced) {
      could_not_look(codes::kProofLate, "no time was left to look for the driver's token");
    } else {
      could_not_look(codes::kSharedUnannounced,
                     "the driver's agent announces no token on its storage, or none was heard of "
                     "lately");
    }
    return;
  }
  const bool mounted = look.mount != TokenSeen::not_looked;
  // What another user than Spark's is denied is no evidence; the wire was tried as Spark's.
  const bool no_evidence = look.mount == TokenSeen::denied && !judge.as_itself;
  const bool by_wire = no_evidence && look.wire != TokenSeen::not_looked;
  const TokenSeen decides = by_wire ? look.wire : decisive(look);
  if (decides == TokenSeen::denied) {
    could_not_look(codes::kSharedDenied,
                   "reading " + look.token->path + " as " + std::to_string(judge.uid) + ":" +
                       std::to_string(judge.gid) + " is denied");
  } else if (failed(decides) && mounted && look.wire == TokenSeen::right) {
    out.findings.push_back(found_at(codes::kSharedStaleView,
                                    target,
                                    judge,
                                    "through the mount " + look.token->path + " " +
                                        what_stands_there(look.mount) +
                                        "; over the wire it is as the driver wrote it"));
  } else if (failed(decides)) {
    out.findings.push_back(
        found_at(codes::kSharedNotVisible,
                 target,
                 judge,
                 "the driver's " + look.token->path + " " + what_stands_there(decides)));
  }
}

// Not unlooked: the storage that Spark uses was looked at, and an export that answers to privileged
// ports only, with a subPath below it, would otherwise hold every executor for ever.
void judge_not_comparable(const Target& target, const Judge& judge, Observed& out) {
  out.findings.push_back(
      found_at(codes::kSharedNotComparable,
               target,
               judge,
               "the driver's token lies above what is mounted here, and it cannot "
               "be looked for over the wire"));
}

Target token_place(const Target& target, const StorageView& driver) {
  const Target there{.server = driver.server, .export_path = driver.export_path};
  Target here = target;
  here.export_path = driver.export_path;
  const bool one_server = here.name() == there.name();
  const bool nested = strictly_below(target.export_path, driver.export_path) ||
                      strictly_below(driver.export_path, target.export_path);
  return one_server && nested ? here : target;
}

std::optional<double> visibility_delay(const HeardToken& heard, Instant began, Instant seen) {
  constexpr std::chrono::seconds kYoung{5};
  const auto known = heard.said.age + heard.round_trip;
  if (known + (began - heard.received) >= kYoung) return std::nullopt;
  return std::chrono::duration<double>(known + (seen - heard.received)).count();
}

Instant told_time(const io::Transcript& transcript,
                  std::string_view key,
                  Instant earliest,
                  Instant latest) {
  const std::string_view text = transcript.fact(key).value_or("");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return latest;
  // Compared as numbers: what the child says may be too large to become a time.
  const auto count = [](Instant time) {
    return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
  };
  if (number < count(earliest) || number > count(latest)) return latest;
  return Instant(microseconds(number));
}

}  // namespace sparkwarden::probes::storage
