// SPDX-License-Identifier: Apache-2.0
#include "probes/python/pyspark.hpp"

#include <algorithm>
#include <string_view>

#include "probes/python/zip.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kSourceMax = 256 * 1024;

/// `__version__: str = "4.0.1"` -> 4.0.1
std::string version_in(std::string_view source) {
  constexpr std::string_view kName = "\n__version__";  // `__all__` may hold the word, too
  std::size_t name = source.starts_with(kName.substr(1)) ? 0 : source.find(kName);
  if (name == std::string_view::npos) return {};
  if (source[name] == '\n') ++name;
  const std::string_view line = source.substr(name, source.substr(name).find('\n'));
  const std::size_t open = line.find_first_of("\"'");
  if (open == std::string_view::npos) return {};
  const std::size_t close = line.find(line[open], open + 1);
  if (close == std::string_view::npos || close - open > 64) return {};
  return std::string(line.substr(open + 1, close - open - 1));
}

/// py4j-0.10.9.9-src.zip -> 0.10.9.9
std::string py4j_version(const std::vector<std::string>& entries,
                         const std::vector<Distribution>& installed) {
  constexpr std::string_view kHead = "py4j-";
  constexpr std::string_view kTail = "-src.zip";
  for (const std::string& entry : entries) {
    const std::string_view name = std::string_view(entry).substr(entry.rfind('/') + 1);
    if (name.size() > kHead.size() + kTail.size() && name.starts_with(kHead) &&
        name.ends_with(kTail)) {
      return std::string(name.substr(kHead.size(), name.size() - kHead.size() - kTail.size()));
    }
  }
  const auto py4j = std::ranges::find(installed, "py4j", &Distribution::name);
  return py4j == installed.end() ? std::string() : py4j->version;
}

}  // namespace

std::optional<PySpark> find_pyspark(const io::Tree& tree,
                                    const std::vector<std::string>& entries,
                                    const std::vector<Distribution>& installed) {
  for (const std::string& entry : entries) {
    const auto status = tree.status(entry);
    if (!status) continue;
    io::FileResult<std::string> version = tl::unexpected(io::FileError{});
    io::FileResult<std::string> cloudpickle = tl::unexpected(io::FileError{});
    if (status->kind == io::EntryKind::file) {
      const auto zip = Zip::open(tree, entry);
      if (!zip) continue;
      version = zip->read(tree, "pyspark/version.py", kSourceMax);
      cloudpickle = zip->read(tree, "pyspark/cloudpickle/__init__.py", kSourceMax);
    } else {
      version = tree.read(entry + "/pyspark/version.py", kSourceMax);
      cloudpickle = tree.read(entry + "/pyspark/cloudpickle/__init__.py", kSourceMax);
    }
    if (!version) continue;
    return PySpark{.version = version_in(*version),
                   .py4j = py4j_version(entries, installed),
                   .cloudpickle = version_in(cloudpickle.value_or("")),
                   .path = entry};
  }
  return std::nullopt;
}

}  // namespace sparkwarden::probes::python
