// SPDX-License-Identifier: Apache-2.0
// Rules about the images that settings and the template name.
#include <array>
#include <string>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/image.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::array<std::string_view, 3> kImageKeys{"spark.kubernetes.container.image",
                                                     "spark.kubernetes.driver.container.image",
                                                     "spark.kubernetes.executor.container.image"};

}  // namespace

std::vector<Finding> floating_images(const Deployment& deployment) {
  std::vector<Finding> findings;
  for (const std::string_view key : kImageKeys) {
    const Property* property = deployment.setting(key);
    if (property == nullptr || is_placeholder(property->value.text)) continue;
    const Image image = image_from(property->value.text);
    if (!image.floats()) continue;
    findings.push_back(found_in_settings(
        kImageFloats,
        deployment,
        *property,
        shown_text(property->value.text) + (image.tag.empty() ? " has no tag" : " can change")));
  }
  return findings;
}

std::vector<Finding> differing_images(const Deployment& deployment) {
  const Property* driver = SparkPod(deployment, Side::driver).image();
  const Property* executor = SparkPod(deployment, Side::executor).image();
  if (driver == nullptr || executor == nullptr || driver == executor) return {};
  if (is_placeholder(driver->value.text) || is_placeholder(executor->value.text)) return {};
  const Image one = image_from(driver->value.text);
  const Image other = image_from(executor->value.text);
  // Two images for two purposes are common; two builds of one image are a slip.
  if (one.repository != other.repository || one == other) return {};
  Finding finding = found_in_settings(kImageDiffers,
                                      deployment,
                                      *executor,
                                      "executors run " + shown_text(executor->value.text) +
                                          ", the driver " + shown_text(driver->value.text));
  finding.related.push_back(span_of(deployment, *driver, "the driver's image"));
  return {std::move(finding)};
}

}  // namespace sparkwarden::probes::config
