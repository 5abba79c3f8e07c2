// SPDX-License-Identifier: Apache-2.0
#include "tests/support/soak_ledger.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <system_error>

#include <poll.h>
#include <unistd.h>

#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {
namespace {

constexpr long kGrowthMaxKib = 8 * 1024;
constexpr std::size_t kBrokenMax = 20;

long rss_kib() {
  std::ifstream file("/proc/self/statm");
  long size = 0;
  long resident = 0;
  file >> size >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

/// The count once it is at most `expected`, or else half a minute later; with 0 once it stands. A
/// proxy closes its side when it hears of the other's end: a moment later.
int settled_descriptors(int expected) {
  int count = count_descriptors();
  for (int i = 0; i < 3'000; ++i) {
    ::poll(nullptr, 0, 10);
    const int again = count_descriptors();
    if (expected != 0 ? again <= expected : again == count) return again;
    count = again;
  }
  return count;
}

/// What they are, by the kernel's names.
std::string descriptors() {
  std::string text;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    text += entry.path().filename().string() + "=" +
            std::filesystem::read_symlink(entry.path(), gone).string() + " ";
  }
  return text;
}

}  // namespace

bool SoakLedger::full() const {
  return result_.broken.size() >= kBrokenMax;
}

bool SoakLedger::is_full(int i) const {
  const auto by = [&](int run) { return static_cast<long>(run) * plan_.full / runs(); };
  return by(i + 1) > by(i);
}

void SoakLedger::begin() {
  result_.children_before = count_children();
  result_.descriptors_before = settled_descriptors(0);
}

void SoakLedger::warm(int i) {
  if (i == runs() / 10) result_.rss_warm_kib = rss_kib();
  if (plan_.progress == nullptr || (i + 1) % std::max(1, runs() / 20) != 0) return;
  *plan_.progress << i + 1 << " of " << runs() << " runs, rss " << rss_kib() << " KiB, "
                  << result_.broken.size() << " broken\n"
                  << std::flush;
}

void SoakLedger::count(const Observed& observed, Verdict verdict, bool full) {
  ++(full ? result_.full : result_.light);
  ++result_.verdicts[std::string(to_string(verdict))];
  for (const std::string& code : codes_of(observed)) ++result_.codes[code];
  for (const std::string& code : unlooked_of(observed)) ++result_.codes["?" + code];
}

void SoakLedger::timed(const Observed& observed, milliseconds took) {
  const milliseconds overrun = took - result_.deadline;
  result_.worst_overrun = std::max(result_.worst_overrun, overrun);
  if (overrun > plan_.overrun_max) broke("a run is late", observed);
}

void SoakLedger::broke(std::string_view what, const Observed& observed) {
  if (full()) return;
  note(std::string(what) + " (run " + std::to_string(result_.light + result_.full) +
       "): " + told(observed));
}

void SoakLedger::end(const std::filesystem::path& backing, std::size_t left) {
  result_.children_after = count_children();
  result_.descriptors_after = settled_descriptors(result_.descriptors_before);
  result_.rss_end_kib = rss_kib();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(backing)) {
    result_.left.push_back(entry.path().lexically_relative(backing).string());
  }
  if (result_.children_after != result_.children_before) note("processes are left");
  if (result_.descriptors_after > result_.descriptors_before) {
    note("descriptors are left: " + descriptors());
  }
  if (result_.left.size() != left ||
      std::find(result_.left.begin(), result_.left.end(), ".sparkwarden") == result_.left.end()) {
    note("files are left");
  }
#ifndef SPARKWARDEN_SANITIZED  // which keep freed memory for a while
  if (result_.rss_end_kib > result_.rss_warm_kib + kGrowthMaxKib) note("memory has grown");
#endif
  int verdicts = 0;
  for (const auto& [name, count] : result_.verdicts) verdicts += count;
  if (verdicts != runs()) note("not one verdict a run");
}

}  // namespace sparkwarden::tests
