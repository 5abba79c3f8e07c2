// SPDX-License-Identifier: Apache-2.0
// `make test-long`: 10,000 light and 1,000 full runs of the storage probe under faults, half of
// them over version 3, half over version 4; then half as many of a driver and an executor whose
// common mount misbehaves. Usage: storage_soak [SHARE [SEED]]; SHARE 20 is a twentieth.
#include "tests/support/storage_soak.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/mount_soak.hpp"

int main(int argc, char** argv) {
  using namespace sparkwarden::tests;
  if (const std::string why = why_no_ganesha(); !why.empty()) {
    std::cerr << "storage_soak: " << why << "\n";
    return 3;
  }
  if (const std::string why = why_no_hanging_fs(); !why.empty()) {
    std::cerr << "storage_soak: " << why << "\n";
    return 3;
  }
  const int share = std::max(1, argc > 1 ? std::atoi(argv[1]) : 1);
  const std::uint64_t seed =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device{}();
  std::cout << "seed " << seed << "\n";
  bool held = true;
  for (const int version : {3, 4}) {
    const SoakResult result = soak({.version = version,
                                    .light = 5'000 / share,
                                    .full = 500 / share,
                                    .seed = seed,
                                    .progress = &std::cout});
    std::cout << "\nversion " << version << "\n";
    print(result, std::cout);
    std::cout << "\n";
    held = held && result.broken.empty();
  }
  const SoakResult mounts = mount_soak({.light = 5'000 / share,
                                        .full = 500 / share,
                                        .seed = seed,
                                        .overrun_max = std::chrono::milliseconds(700),
                                        .progress = &std::cout});
  std::cout << "\nmounts and tokens\n";
  print(mounts, std::cout);
  held = held && mounts.broken.empty();
  return held ? 0 : 1;
}
