// SPDX-License-Identifier: Apache-2.0
// Which files a role is expected to have, and where: by settings, else by the role and by what the
// files say about one another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/world.hpp"
#include "probes/config/deployment.hpp"
#include "probes/config/settings.hpp"

namespace sparkwarden::probes::config {

/// A file to look at. `judged` is false where only facts are taken from it.
struct ExpectedFile {
  std::string path = {};  // below paths.root
  FileKind kind = FileKind::core_site;
  bool required = false;
  bool judged = true;

  bool operator==(const ExpectedFile&) const = default;
};

/// Where Spark's configuration lies, below paths.root: SPARK_CONF_DIR while paths.spark_conf is at
/// its default, else paths.spark_conf.
[[nodiscard]] std::string conf_dir(const settings::World& world);

/// The files of the settings, or with `files: auto` those of the role; in the order in which they
/// are read. Of several spark-defaults the first that exists counts.
[[nodiscard]] std::vector<ExpectedFile> expected_files(const settings::World& world,
                                                       const Settings& settings);

/// The file that spark.kubernetes.executor.podTemplateFile names, below paths.root.
/// `reason`: why it cannot be looked at from here; `path` is empty then.
struct TemplateReference {
  std::string path = {};
  std::string reason = {};

  bool operator==(const TemplateReference&) const = default;
};

/// nullopt when nothing refers to a template.
[[nodiscard]] std::optional<TemplateReference> template_reference(const Deployment& deployment,
                                                                  const settings::Paths& paths);

/// Where the file lies that an xi:include of the core-site.xml at `including` names, below
/// paths.root. `reason`: why it cannot be looked at from here; `path` is empty then.
/// Source: Configuration.Parser#handleInclude, for a resource of the class path, whose first entry
/// is the conf directory.
struct IncludeReference {
  std::string path = {};
  std::string reason = {};

  bool operator==(const IncludeReference&) const = default;
};
[[nodiscard]] IncludeReference include_reference(const std::string& href,
                                                 const std::string& including,
                                                 const settings::Paths& paths);

}  // namespace sparkwarden::probes::config
