// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child_protocol.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

#include <boost/json.hpp>

namespace sparkwarden::io {
namespace {

namespace json = boost::json;

constexpr int kVersion = 1;
constexpr std::size_t kTextMax = 512;
constexpr std::size_t kLineMax = 4096;
constexpr std::size_t kEventsMax = 256;

// A server chooses much of what libnfs reports, so nothing of it may reach a log or terminal raw.
// Done on both sides: hostile bytes may have taken over the child.
std::string clean(std::string_view text) {
  std::string result(text.substr(0, kTextMax));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

struct ToJson {
  json::object operator()(const StepBegin& begin) const {
    return {{"v", kVersion}, {"event", "begin"}, {"step", begin.step}, {"via", begin.via}};
  }
  json::object operator()(const StepEnd& end) const {
    json::object object{{"event", "end"},
                        {"step", end.step},
                        {"us", end.took.count()},
                        {"status", end.ok ? "ok" : "error"}};
    if (end.ok) return object;
    if (!end.symbol.empty()) object["symbol"] = clean(end.symbol);
    if (end.error != 0) object["errno"] = end.error;
    object["text"] = clean(end.text);
    return object;
  }
  json::object operator()(const ChildFact& fact) const {
    return {{"event", "fact"}, {"key", fact.key}, {"value", clean(fact.value)}};
  }
  json::object operator()(const ChildDone&) const { return {{"event", "done"}}; }
};

// Not built as a JSON value: it is one already, and can be megabytes.
constexpr std::string_view kManifestHead = R"({"event":"manifest","value":)";

struct ToText {
  std::string operator()(const ChildManifest& manifest) const {
    std::string line;
    line.reserve(kManifestHead.size() + manifest.json.size() + 1);
    line += kManifestHead;
    line += manifest.json;
    line += '}';
    return line;
  }
  std::string operator()(const auto& event) const { return json::serialize(ToJson{}(event)); }
};

// Takes members out of an object; what is left at the end is unknown.
class Members {
 public:
  explicit Members(json::object object) : object_(std::move(object)) {}

  std::string text(std::string_view name, bool required = true) {
    const json::value* value = take(name, required);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_string().size() > kTextMax) {
      trouble(name, "is not a text of at most 512 bytes");
      return {};
    }
    return clean(value->get_string());
  }

  std::int64_t number(std::string_view name, std::int64_t max, bool required = true) {
    const json::value* value = take(name, required);
    if (value == nullptr) return 0;
    if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > max) {
      trouble(name, "is not a number from 0 to " + std::to_string(max));
      return 0;
    }
    return value->get_int64();
  }

  [[nodiscard]] std::string finish() {
    if (trouble_.empty() && taken_ != object_.size()) trouble_ = "unknown member";
    return trouble_;
  }

 private:
  const json::value* take(std::string_view name, bool required) {
    const json::value* value = object_.if_contains(name);
    if (value != nullptr) ++taken_;
    if (value == nullptr && required) trouble(name, "is missing");
    return value;
  }
  void trouble(std::string_view name, const std::string& what) {
    if (trouble_.empty()) trouble_ = "`" + std::string(name) + "` " + what;
  }

  json::object object_;
  std::size_t taken_ = 0;
  std::string trouble_;
};

constexpr std::int64_t kMicrosecondsMax = 3'600'000'000;

ChildEvent read_end(Members& members) {
  StepEnd end;
  end.step = members.text("step");
  end.took = microseconds(members.number("us", kMicrosecondsMax));
  end.ok = members.text("status") == "ok";
  end.symbol = members.text("symbol", false);
  end.error = static_cast<int>(members.number("errno", 100'000, false));
  end.text = members.text("text", !end.ok);
  return end;
}

// Order matters: a step ends before the next begins, and nothing follows `done`.
std::string out_of_place(const Transcript& so_far, const ChildEvent& event) {
  if (so_far.done) return "a line after `done`";
  const StepBegin* open = so_far.open_step();
  if (std::holds_alternative<StepBegin>(event) && open != nullptr) return "a step inside a step";
  if (const auto* end = std::get_if<StepEnd>(&event)) {
    if (open == nullptr || open->step != end->step) return "the end of a step that was not begun";
  }
  return {};
}

}  // namespace

std::string to_line(const ChildEvent& event) {
  return std::visit(ToText{}, event) + "\n";
}

bool tell(const ChildEvent& event) {
  const std::string line = to_line(event);
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t wrote = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

tl::expected<ChildEvent, std::string> parse_event(std::string_view line) {
  if (line.starts_with(kManifestHead) && line.ends_with('}')) {
    line.remove_prefix(kManifestHead.size());
    line.remove_suffix(1);
    return ChildManifest{std::string(line)};
  }
  if (line.size() > kLineMax) return tl::unexpected<std::string>("a line of more than 4096 bytes");
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return tl::unexpected<std::string>("not a JSON object");

  Members members(value.get_object());
  const std::string kind = members.text("event");
  ChildEvent event;
  if (kind == "begin") {
    if (members.number("v", 1'000) != kVersion) return tl::unexpected<std::string>("other version");
    std::string step = members.text("step");
    event = StepBegin{std::move(step), members.text("via")};
  } else if (kind == "end") {
    event = read_end(members);
  } else if (kind == "fact") {
    std::string key = members.text("key");
    event = ChildFact{std::move(key), members.text("value")};
  } else if (kind == "done") {
    event = ChildDone{};
  } else {
    return tl::unexpected<std::string>("an event of unknown kind");
  }
  if (std::string trouble = members.finish(); !trouble.empty()) return tl::unexpected(trouble);
  return event;
}

const StepBegin* Transcript::open_step() const {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (std::holds_alternative<StepEnd>(*event)) return nullptr;
    if (const auto* begin = std::get_if<StepBegin>(&*event)) return begin;
  }
  return nullptr;
}

std::optional<std::string_view> Transcript::fact(std::string_view key) const {
  for (const ChildEvent& event : events) {
    const auto* fact = std::get_if<ChildFact>(&event);
    if (fact != nullptr && fact->key == key) return fact->value;
  }
  return std::nullopt;
}

const std::string* Transcript::manifest() const {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (const auto* manifest = std::get_if<ChildManifest>(&*event)) return &manifest->json;
  }
  return nullptr;
}

Transcript read_transcript(std::string_view output) {
  Transcript transcript;
  for (std::size_t end = 0; (end = output.find('\n')) != std::string_view::npos;) {
    auto event = parse_event(output.substr(0, end));
    output.remove_prefix(end + 1);
    if (!event) {
      transcript.garbage = std::move(event.error());
    } else if (transcript.events.size() == kEventsMax) {
      transcript.garbage = "more than 256 events";
    } else {
      transcript.garbage = out_of_place(transcript, *event);
    }
    if (!transcript.garbage.empty()) return transcript;
    transcript.done = std::holds_alternative<ChildDone>(*event);
    transcript.events.push_back(std::move(*event));
  }
  return transcript;
}

}  // namespace sparkwarden::io
