// SPDX-License-Identifier: Apache-2.0
// Rules about how the configuration files came into this container. What is legal and merely worth
// knowing is info: configuration in an image is nobody's mistake.
#include <map>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

Finding found_on(const Code& row, const std::string& path, std::string message) {
  Finding finding = found(row, path, std::move(message));
  finding.location = Location{.path = path};
  return finding;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// The files that are mounted alike at one place, as one finding.
Finding judge_group(Mounted how, const std::string& at, const std::string& names) {
  if (how == Mounted::image) {
    return found_on(
        kDirectoryImage,
        at,
        names + " in " + at +
            " lie on no volume: they are part of the image, or were written into the container");
  }
  return found_on(
      kDirectoryWritable,
      at,
      names + " lie on a volume, mounted read-write at " + at + ", that follows no ConfigMap");
}

}  // namespace

std::vector<Finding> judge_mounted(const std::vector<MountedFile>& files) {
  std::vector<Finding> findings;
  std::map<std::pair<Mounted, std::string>, std::string> groups;
  for (const MountedFile& file : files) {
    switch (file.how) {
      case Mounted::stale:
        findings.push_back(found_on(kFileStale,
                                    file.path,
                                    file.path +
                                        " is an old version: its ConfigMap was changed after the "
                                        "container had started"));
        break;
      case Mounted::sub_path:
        findings.push_back(
            found_on(kFileSubPath, file.path, file.path + " is mounted with subPath"));
        break;
      case Mounted::image:
      case Mounted::writable: {
        std::string& names = groups[{file.how, file.at}];
        names += (names.empty() ? "" : ", ") + shown_text(base_name(file.path));
        break;
      }
      case Mounted::config_map:
      case Mounted::volume:
        break;
    }
  }
  for (const auto& [key, names] : groups) {
    findings.push_back(judge_group(key.first, key.second, names));
  }
  return findings;
}

Finding judge_empty_directory(const std::string& directory) {
  return found_on(kDirectoryEmpty, directory, directory + " is a mounted volume without files");
}

}  // namespace sparkwarden::probes::config
