// SPDX-License-Identifier: Apache-2.0
#include "probes/config/file_trouble.hpp"

#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/hadoop_refusal.hpp"

namespace sparkwarden::probes::config {
namespace {

Judgement a_finding(const Code& row, const std::string& path, std::string message) {
  Finding finding = found(row, path, std::move(message));
  finding.location = Location{.path = path};
  return {.findings = {std::move(finding)}};
}

const Code& missing_row(FileKind kind) {
  switch (kind) {
    case FileKind::core_site:
      return kCoreSiteMissing;
    case FileKind::spark_defaults:
      return kDefaultsMissing;
    case FileKind::pod_template:
      return kTemplateMissing;
  }
  return kCoreSiteMissing;
}

}  // namespace

Judgement judge(const ExpectedFile& file, const io::FileError& error) {
  const std::string detail = shown_text(error.detail);
  switch (error.trouble) {
    case io::FileTrouble::missing:
      if (!file.required) return {};
      return a_finding(missing_row(file.kind), file.path, file.path + " does not exist");
    case io::FileTrouble::not_regular:
      return a_finding(kFileNotRegular, file.path, file.path + " is " + detail + ", not a file");
    case io::FileTrouble::symlink_loop:
      return a_finding(kFileSymlinkLoop, file.path, file.path + ": " + detail);
    case io::FileTrouble::too_large:
      return a_finding(kFileTooLarge, file.path, file.path + " has " + detail);
    case io::FileTrouble::no_permission:
    case io::FileTrouble::other:
      break;
  }
  return {.unlooked = {
              unlooked(kFileUnreadable, file.path, file.path + " could not be read: " + detail)}};
}

Judgement judge_empty(const ExpectedFile& file) {
  // Spark takes an empty spark-defaults.conf as no defaults.
  if (file.kind == FileKind::spark_defaults) return {};
  Judgement judgement = a_finding(kFileEmpty, file.path, file.path + " is empty");
  judgement.findings.front().effect =
      file.kind == FileKind::core_site
          ? hadoop_refusal(file.path,
                           "org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxEOFException: Unexpected "
                           "EOF in prolog")
          : std::string(kTemplateMalformed.effect);
  return judgement;
}

Judgement judge_network(const ExpectedFile& file, const Mount& mount) {
  return {.unlooked = {unlooked(kFileNetwork,
                                file.path,
                                file.path + " lies on " + shown_text(mount.source) + " (" +
                                    shown_text(mount.fstype) + ") and was not read")}};
}

}  // namespace sparkwarden::probes::config
