// SPDX-License-Identifier: Apache-2.0
#include "probes/python/floors.hpp"

#include <array>
#include <utility>

#include "agent/core/python_version.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::array k35{Floor{"python", "3.8"},
                         Floor{"numpy", "1.15", "2"},
                         Floor{"pandas", "1.0.5"},
                         Floor{"pyarrow", "4.0.0"},
                         Floor{"grpcio", "1.56.0", "", true},
                         Floor{"grpcio-status", "1.56.0", "", true},
                         Floor{"googleapis-common-protos", "1.56.4", "", true}};
constexpr std::array k40{Floor{"python", "3.9"},
                         Floor{"numpy", "1.21"},
                         Floor{"pandas", "2.0.0"},
                         Floor{"pyarrow", "11.0.0"},
                         Floor{"grpcio", "1.67.0", "", true},
                         Floor{"grpcio-status", "1.67.0", "", true},
                         Floor{"googleapis-common-protos", "1.65.0", "", true}};
constexpr std::array k41{Floor{"python", "3.10"},
                         Floor{"numpy", "1.21"},
                         Floor{"pandas", "2.2.0"},
                         Floor{"pyarrow", "15.0.0"},
                         Floor{"grpcio", "1.76.0", "", true},
                         Floor{"grpcio-status", "1.76.0", "", true},
                         Floor{"googleapis-common-protos", "1.71.0", "", true},
                         Floor{"zstandard", "0.25.0", "", true}};
constexpr std::array k42{Floor{"python", "3.10"},
                         Floor{"numpy", "1.21"},
                         Floor{"pandas", "2.2.0"},
                         Floor{"pyarrow", "18.0.0"},
                         Floor{"grpcio", "1.76.0", "", true},
                         Floor{"grpcio-status", "1.76.0", "", true},
                         Floor{"googleapis-common-protos", "1.71.0", "", true},
                         Floor{"zstandard", "0.25.0", "", true}};
constexpr std::array k43{Floor{"python", "3.11"},
                         Floor{"numpy", "1.23.2"},
                         Floor{"pandas", "2.2.0"},
                         Floor{"pyarrow", "18.0.0"},
                         Floor{"grpcio", "1.76.0", "", true},
                         Floor{"grpcio-status", "1.76.0", "", true},
                         Floor{"googleapis-common-protos", "1.71.0", "", true},
                         Floor{"zstandard", "0.25.0", "", true}};

// Newest first: the first line that is not newer than the release holds. A development version of
// 4.1 belongs to 4.1 already.
constexpr std::array<std::pair<std::string_view, std::span<const Floor>>, 5> kLines{
    {{"4.3.dev0", k43},
     {"4.2.dev0", k42},
     {"4.1.dev0", k41},
     {"4.0.dev0", k40},
     {"3.5.dev0", k35}}};

}  // namespace

std::span<const Floor> floors_of(std::string_view pyspark) {
  const auto release = parse_version(pyspark);
  if (!release) return {};
  for (const auto& [first, floors] : kLines) {
    if (compare_versions(*release, *parse_version(first)) >= 0) return floors;
  }
  return {};
}

}  // namespace sparkwarden::probes::python
