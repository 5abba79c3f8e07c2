// SPDX-License-Identifier: Apache-2.0
#include "agent/io/inventory.hpp"

#include <algorithm>
#include <utility>

#include "agent/io/child_protocol.hpp"
#include "agent/io/worker.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;

constexpr milliseconds kReserve{200};  // of the deadline, to reap a killed child
constexpr std::size_t kProtocolBytes = 64 * 1024;

awaitable<Result<Manifest>> parse_on_worker(std::string text) {
  std::function<Result<Manifest>()> parse = [text = std::move(text)] {
    return parse_manifest(text);
  };
  Result<Manifest> manifest = co_await on_worker<Result<Manifest>>(std::move(parse));
  co_return manifest;
}

Error unreadable(std::string subject, std::string detail) {
  return {"inventory.unreadable", std::move(subject), std::move(detail)};
}

/// Why a child has no manifest for us.
Error why(const ChildOutcome& outcome, const Transcript& said, milliseconds deadline) {
  const StepBegin* open = said.open_step();
  const std::string where = open == nullptr ? "start" : open->step;
  switch (outcome.end) {
    case ChildEnd::deadline:
      return {"inventory.unfinished",
              where,
              "no result within " + std::to_string(deadline.count()) + " ms"};
    case ChildEnd::busy:
      return {"inventory.busy",
              where,
              "an earlier scan hangs since " + std::to_string(outcome.took.count()) +
                  " ms and cannot be ended"};
    case ChildEnd::flooded:
      return unreadable(where, "more than 16 MiB");
    case ChildEnd::not_started:
      return {"inventory.unfinished", where, "no child process: " + outcome.detail};
    case ChildEnd::signalled:
      return unreadable(where, "the scan died of signal " + std::to_string(outcome.status));
    case ChildEnd::exited:
      break;
  }
  for (const ChildEvent& event : said.events) {
    const auto* end = std::get_if<StepEnd>(&event);
    if (end == nullptr || end->ok) continue;
    if (end->symbol == "place.not-permitted") {
      return {"inventory.not-permitted", end->step, end->text};
    }
    return {"inventory.absent", end->step, end->text};
  }
  return unreadable(where, said.garbage.empty() ? "the scan said nothing" : said.garbage);
}

awaitable<Result<Inventory>> scan(ChildSlot& slot, InventoryRequest request, milliseconds limit) {
  ChildSpec spec{.executable = std::move(request.executable)};
  spec.arguments = {"child", std::move(request.verb)};
  spec.input = to_json(request.scan) + "\n";
  spec.deadline = std::max(limit - kReserve, milliseconds(1));
  spec.output_bytes_max = kManifestBytesMax + kProtocolBytes;
  const ChildOutcome outcome = co_await slot.run(std::move(spec));
  const Transcript said = read_transcript(outcome.output);
  const std::string* text = said.manifest();
  if (text == nullptr || !said.done) co_return fail(why(outcome, said, limit));

  Result<Manifest> manifest = co_await parse_on_worker(*text);
  if (!manifest) co_return fail(unreadable("scan", manifest.error().detail));
  co_return Inventory{std::move(*manifest), std::string(said.fact("root").value_or("/"))};
}

awaitable<Result<Inventory>> read_file(const FileReader& files, std::string path) {
  auto text = files.read(path, kManifestBytesMax);
  if (!text) {
    const FileError& error = text.error();
    const std::string_view code = error.trouble == FileTrouble::missing ? "inventory.absent"
                                  : error.trouble == FileTrouble::no_permission
                                      ? "inventory.not-permitted"
                                      : "inventory.unreadable";
    co_return fail({std::string(code), path, error.detail});
  }
  Result<Manifest> manifest = co_await parse_on_worker(std::move(*text));
  if (!manifest) co_return fail(unreadable(path, manifest.error().detail));
  co_return Inventory{std::move(*manifest), path};
}

bool worth_the_file(const Error& error) {
  return error.code == "inventory.absent" || error.code == "inventory.not-permitted";
}

}  // namespace

awaitable<Result<Inventory>> take_inventory(ChildSlot& slot,
                                            const FileReader& files,
                                            InventoryRequest request,
                                            milliseconds deadline) {
  const InventorySource source = request.source;
  const std::string file = request.file;
  if (source == InventorySource::file) {
    Result<Inventory> read = co_await read_file(files, file);
    co_return read;
  }
  if (source != InventorySource::root) request.scan.root.clear();
  Result<Inventory> scanned = co_await scan(slot, std::move(request), deadline);
  if (scanned || source != InventorySource::automatic || !worth_the_file(scanned.error())) {
    co_return scanned;
  }
  Result<Inventory> read = co_await read_file(files, file);
  if (read || !worth_the_file(read.error())) co_return read;
  co_return fail(
      {read.error().code, file, read.error().detail + "; and in " + scanned.error().detail});
}

Unlooked unlooked(const InventoryCodes& codes, const Error& error) {
  const Code* row = error.code == "inventory.absent"          ? codes.absent
                    : error.code == "inventory.not-permitted" ? codes.not_permitted
                    : error.code == "inventory.unfinished"    ? codes.unfinished
                    : error.code == "inventory.busy"          ? codes.busy
                                                              : codes.unreadable;
  return sparkwarden::unlooked(*row, error.subject, error.detail);
}

std::optional<milliseconds> inventory_pause(const Error& error, int runs) {
  constexpr milliseconds kFirst{500};
  constexpr milliseconds kFirstOfAScan{5'000};
  constexpr milliseconds kLongest{60'000};
  constexpr int kDoublings = 7;
  const bool unfinished = error.code == "inventory.unfinished";
  if (!unfinished && error.code != "inventory.absent" && error.code != "inventory.busy") {
    return std::nullopt;
  }
  const milliseconds first = unfinished ? kFirstOfAScan : kFirst;
  return std::min(kLongest, first * (1 << std::min(runs, kDoublings)));
}

}  // namespace sparkwarden::io
