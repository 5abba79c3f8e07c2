// SPDX-License-Identifier: Apache-2.0
#include "agent/io/scan_child.hpp"

#include <utility>

#include <unistd.h>

#include <boost/json.hpp>

#include "agent/io/child_entry.hpp"
#include "agent/io/child_protocol.hpp"

namespace sparkwarden::io {
namespace {

namespace json = boost::json;

constexpr ChildLimits kLimits{
    .cpu_seconds = 10, .address_space_bytes = std::size_t{256} << 20, .open_files = 64};

std::string text_of(const json::object& object, std::string_view name) {
  return json::value_to<std::string>(object.at(name));
}

/// What a step did, and the value it made where it went well.
template <typename T>
std::optional<T> step(std::string_view name, const std::function<Result<T>()>& work) {
  tell(StepBegin{.step = std::string(name), .via = "files"});
  const Instant start = Instant::clock::now();
  Result<T> result = work();
  StepEnd end{.step = std::string(name), .ok = result.has_value()};
  end.took = std::chrono::duration_cast<microseconds>(Instant::clock::now() - start);
  if (!result) {
    end.symbol = result.error().code;
    end.text = result.error().subject + ": " + result.error().detail;
  }
  tell(end);
  if (!result) return std::nullopt;
  return std::move(*result);
}

struct Found {
  Place place;
  Tree tree;
};

Result<Found> find(const ScanRequest& request) {
  Place place{.root = request.root, .environment = request.environment};
  if (request.root.empty()) {
    Result<Place> process = find_spark_process(request.proc);
    if (!process) return fail(process.error());
    place = std::move(*process);
  }
  FileResult<Tree> tree = Tree::open(place.root);
  if (!tree) {
    const bool closed = tree.error().trouble == FileTrouble::no_permission;
    return fail(
        {closed ? "place.not-permitted" : "place.no-root", place.root, tree.error().detail});
  }
  return Found{std::move(place), std::move(*tree)};
}

}  // namespace

std::string to_json(const ScanRequest& request) {
  json::object environment;
  for (const auto& [name, value] : request.environment) environment[name] = value;
  const json::object object{{"root", request.root},
                            {"proc", request.proc},
                            {"environment", std::move(environment)},
                            {"interpreter", request.interpreter},
                            {"spark_home", request.spark_home},
                            {"driver", request.driver}};
  return json::serialize(object);
}

std::optional<ScanRequest> parse_scan_request(std::string_view line) {
  try {
    const json::value value = json::parse(line);
    const json::object& object = value.as_object();
    ScanRequest request{.root = text_of(object, "root"),
                        .proc = text_of(object, "proc"),
                        .interpreter = text_of(object, "interpreter"),
                        .spark_home = text_of(object, "spark_home"),
                        .driver = object.at("driver").as_bool()};
    for (const auto& [name, text] : object.at("environment").as_object()) {
      request.environment.emplace(name, json::value_to<std::string>(text));
    }
    return request;
  } catch (const std::exception&) {  // from our own parent, so there is nobody to tell more to
    return std::nullopt;
  }
}

int run_scan_child(const Scan& scan) {
  if (!enter_child(kLimits)) return 1;
  const auto line = read_child_input();
  if (!line) return 2;
  const auto request = parse_scan_request(*line);
  if (!request) return 2;

  const auto found = step<Found>(kFindStep, [&] { return find(*request); });
  if (found) {
    tell(ChildFact{.key = "root", .value = found->place.root});
    const auto manifest = step<Manifest>(
        kScanStep, [&]() -> Result<Manifest> { return scan(found->tree, found->place, *request); });
    tell(ChildManifest{to_json(*manifest)});
  }
  tell(ChildDone{});
  return 0;
}

}  // namespace sparkwarden::io
