// SPDX-License-Identifier: Apache-2.0
// What configuration files say beside those of the driver.
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::size_t kDigestShown = 12;  // enough to tell two files apart

}  // namespace

std::vector<Finding> judge_differences(std::span<const Difference> differences) {
  std::vector<Finding> findings;
  for (const Difference& difference : differences) {
    if (difference.kind != DifferenceKind::config_file) continue;
    Finding finding = found(kFileDiffers,
                            difference.subject,
                            difference.subject + " is not the one that the driver has");
    finding.expected = "sha256 " + difference.driver.substr(0, kDigestShown);
    finding.actual = "sha256 " + difference.executor.substr(0, kDigestShown);
    findings.push_back(std::move(finding));
  }
  return grouped(std::move(findings));
}

}  // namespace sparkwarden::probes::config
