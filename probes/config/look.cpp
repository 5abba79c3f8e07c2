// SPDX-License-Identifier: Apache-2.0
#include "probes/config/look.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/manifest.hpp"
#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/declared_storage.hpp"
#include "probes/config/expected_files.hpp"
#include "probes/config/file_trouble.hpp"
#include "probes/config/measures.hpp"
#include "probes/config/mount_of.hpp"
#include "probes/config/mounted.hpp"
#include "probes/config/one_generation.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

// A node with ten thousand mounts has some 2 MiB of them.
constexpr std::size_t kMountinfoBytesMax = 16 << 20;

std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}
std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// 48 bits of a digest, which a metric's value holds exactly: a label would be a new series for
/// each change. Several files are one number.
double as_number(const std::string& digests) {
  constexpr std::size_t kDigits = 64;
  const std::string digest = digests.size() == kDigits ? digests : sha256_hex(digests);
  return static_cast<double>(std::stoull(digest.substr(0, 12), nullptr, 16));
}

// How many keys a file has; nullopt when it could not be parsed to its end.

std::optional<std::size_t> key_count(const HadoopXml& xml) {
  if (xml.problem) return std::nullopt;
  std::set<std::string_view> names;
  for (const HadoopProperty& property : xml.properties) names.insert(property.name.text);
  return names.size();
}

std::optional<std::size_t> key_count(const Properties& properties) {
  using enum PropertiesProblem::Kind;
  if (properties.has(bad_unicode_escape) || properties.has(too_many)) return std::nullopt;
  std::set<std::string_view> keys;
  for (const Property& property : properties.entries) keys.insert(property.key.text);
  return keys.size();
}

std::optional<std::size_t> key_count(const PodTemplate& pod) {
  return pod.problems.empty() ? std::optional(pod.keys) : std::nullopt;
}

std::vector<Mount> mounts_of(const io::FileReader& files, const settings::World& world) {
  const auto mountinfo = files.read(world.paths.mountinfo, kMountinfoBytesMax);
  return mountinfo ? parse_mountinfo(*mountinfo) : std::vector<Mount>();
}

/// One look. Files are taken in turn, because the pod template to read is named in another file.
class Look {
 public:
  Look(const io::FileReader& files,
       const settings::World& world,
       const Settings& settings,
       const RuntimeManifest* spark)
      : files_(files), world_(world), settings_(settings), mounts_(mounts_of(files, world)) {
    if (spark != nullptr) {
      deployment_.spark_version = spark->spark;
      for (const Jar& jar : spark->jars) deployment_.jars.push_back(jar.name);
    }
    if (world_.spark_version) deployment_.spark_version = world_.spark_version->text;
  }

  Observed run() {
    const bool by_role = !settings_.files;
    if (by_role && driver_side(world_.role) && !conf_dir_exists()) return observed();
    for (const ExpectedFile& file : expected_files(world_, settings_)) {
      const bool template_by_role = by_role && file.kind == FileKind::pod_template;
      if (template_by_role) {
        take_template(file);
      } else {
        take(file);
      }
    }
    // Who lists a template in the settings says that it is used.
    if (!by_role) deployment_.template_in_use = deployment_.pod_template.has_value();
    // The driver's pod is there already: whatever settings say of it was taken, or is not read.
    deployment_.may_build_driver = false;
    if (!by_role || world_.role != Role::executor) judgement_.add(judge(deployment_));
    if (by_role) look_for_a_second_core_site();
    if (world_.role != Role::executor) judgement_.add(judge_mounted(mounted_));
    return observed();
  }

 private:
  bool conf_dir_exists() {
    const ExpectedFile directory{.path = conf_dir(world_)};
    if (const Mount* mount = network_mount_under(directory.path)) {
      judgement_.add(judge_network(directory, *mount));
      return false;
    }
    const auto read = files_.read(directory.path, 0);
    if (!read && read.error().trouble == io::FileTrouble::not_regular) {
      if (is_empty_volume(directory.path))
        judgement_.findings.push_back(judge_empty_directory(directory.path));
      return true;
    }
    if (!read && read.error().trouble != io::FileTrouble::missing) {
      judgement_.add(judge(directory, read.error()));
      return false;
    }
    Finding finding =
        found(kDirectoryMissing, directory.path, "there is no directory " + directory.path);
    finding.location = Location{.path = directory.path};
    judgement_.findings.push_back(std::move(finding));
    return false;
  }

  /// The kubelet makes an empty directory of an optional ConfigMap that does not exist.
  [[nodiscard]] bool is_empty_volume(const std::string& directory) const {
    const std::string any = directory + "/.";
    const MountedFile volume = mounted(mounts_, any, has_data(directory));
    return volume.how == Mounted::config_map && files_.has_entries(directory) == false;
  }

  [[nodiscard]] bool has_data(const std::string& directory) const {
    return files_.link_target(directory + "/..data").has_value();
  }

  /// Where this is no pod, a file without a mount is nothing to speak of.
  void note_mount(const ExpectedFile& file) {
    const MountedFile how = mounted(mounts_, file.path, has_data(directory_of(file.path)));
    const bool of_pods = how.how == Mounted::image || how.how == Mounted::writable;
    if (of_pods && !world_.environment.contains("KUBERNETES_SERVICE_HOST")) return;
    mounted_.push_back(how);
  }

  /// The template of a role: the one that spark-defaults.conf names, else the one that lies there.
  void take_template(const ExpectedFile& lying_there) {
    const auto reference = template_reference(deployment_, world_.paths);
    if (!reference || !driver_side(world_.role)) {
      // Zeppelin's server hands the path on to pods whose files it does not have.
      deployment_.template_in_use = reference && reference->path == lying_there.path;
      take(lying_there);
      return;
    }
    if (reference->path.empty()) {
      judgement_.unlooked.push_back(
          unlooked(kTemplateNotVisible, std::string(kTemplateFileKey), reference->reason));
      return;
    }
    deployment_.template_in_use = true;
    const ExpectedFile named{.path = reference->path, .kind = FileKind::pod_template};
    if (!take(named)) template_missing(named);
  }

  void template_missing(const ExpectedFile& file) {
    const std::string directory = directory_of(file.path);
    if (!visible(directory)) {
      judgement_.unlooked.push_back(
          unlooked(kTemplateNotVisible,
                   file.path,
                   "there is no " + shown_text(directory) +
                       " in this container, so the template cannot be looked at"));
      return;
    }
    const Property& setting = *deployment_.setting(kTemplateFileKey);
    Finding finding = found(kTemplateMissing, file.path, shown_text(file.path) + " does not exist");
    finding.location = locate(deployment_.defaults->path, setting.value.at);
    judgement_.findings.push_back(std::move(finding));
  }

  /// Reads, parses and judges one file; false if it does not exist.
  bool take(const ExpectedFile& file) {
    const bool known = file.kind == FileKind::spark_defaults && deployment_.defaults.has_value();
    if (known && !settings_.files)
      return true;  // spark.properties stands in for spark-defaults.conf
    sources_.push_back(file.path);
    Judgement judgement;
    const auto content = read(file, judgement);
    if (content) {
      const std::string digest = sha256_hex(*content);
      digests_[base_name(file.path)] = digest;
      digests_of_[file.kind] += digest;
      note_mount(file);
      judgement.add(content->empty() ? judge_empty(file) : parse(file, *content));
    }
    if (file.judged) judgement_.add(std::move(judgement));
    return !missing_;
  }

  std::optional<std::string> read(const ExpectedFile& file, Judgement& judgement) {
    missing_ = false;
    if (const Mount* mount = network_mount_under(file.path)) {
      judgement = judge_network(file, *mount);
      return std::nullopt;
    }
    auto content = files_.read(file.path, world_.file_bytes_max);
    if (content) return std::move(*content);
    missing_ = content.error().trouble == io::FileTrouble::missing;
    judgement = judge(file, content.error());
    return std::nullopt;
  }

  Judgement parse(const ExpectedFile& file, const std::string& content) {
    switch (file.kind) {
      case FileKind::core_site:
        return keep(file.kind, deployment_.core_site, with_includes(file.path, content));
      case FileKind::spark_defaults:
        return keep(
            file.kind, deployment_.defaults, DefaultsFile{file.path, parse_properties(content)});
      case FileKind::pod_template:
        return keep(file.kind,
                    deployment_.pod_template,
                    TemplateFile{file.path, parse_pod_template(content)});
    }
    return {};
  }

  /// Judges a parsed file and counts its keys; the first of each kind takes part in what the files
  /// say about one another.
  template <typename File>
  Judgement keep(FileKind kind, std::optional<File>& place, File file) {
    if (const auto count = key_count(file.content)) keys_[kind] += *count;
    Judgement judgement = judge(file);
    if (!place) place = std::move(file);
    return judgement;
  }

  CoreSiteFile with_includes(const std::string& path, const std::string& content) {
    CoreSiteFile file{.path = path, .content = parse_hadoop_xml(content)};
    if (file.content.problem || !file.content.includes) return file;
    Settled settled =
        settle(file.content.steps, [&](const std::string& href) { return included(href, path); });
    file.content.properties = std::move(settled.properties);
    file.content.includes = !settled.troubles.empty();
    file.troubles = std::move(settled.troubles);
    return file;
  }

  Included included(const std::string& href, const std::string& including) {
    using State = Included::State;
    const IncludeReference reference = include_reference(href, including, world_.paths);
    if (reference.path.empty()) return {.state = State::unknown, .words = reference.reason};
    const ExpectedFile file{.path = reference.path};
    Judgement trouble;
    const auto content = read(file, trouble);
    if (content) {
      sources_.push_back(file.path);
      digests_[base_name(file.path)] = sha256_hex(*content);
      return {.state = State::read, .path = file.path, .xml = parse_hadoop_xml(*content)};
    }
    // In a directory that is not mounted here it may be there for Spark.
    if (missing_ && visible(directory_of(file.path))) return {.state = State::missing};
    return {.state = State::unknown,
            .words = shown_text(file.path) + " cannot be read in this container"};
  }

  /// The start scripts of Spark put the conf directory before HADOOP_CONF_DIR on the class path,
  /// and Hadoop loads the first core-site.xml that it finds there.
  void look_for_a_second_core_site() {
    const auto variable = world_.environment.find("HADOOP_CONF_DIR");
    const bool set = variable != world_.environment.end() && variable->second.starts_with('/');
    if (!set || !deployment_.core_site) return;
    const std::string directory = world_.paths.under_root(canonical(variable->second));
    const std::string path = directory + "/core-site.xml";
    if (path == deployment_.core_site->path || network_mount_under(path) != nullptr) return;
    const auto content = files_.read(path, world_.file_bytes_max);
    if (!content) return;
    judgement_.add(judge_shadowed(*deployment_.core_site, {path, parse_hadoop_xml(*content)}));
  }

  [[nodiscard]] bool visible(const std::string& directory) const {
    const auto read = files_.read(directory, 0);
    return !read && read.error().trouble == io::FileTrouble::not_regular;
  }

  [[nodiscard]] const Mount* network_mount_under(const std::string& path) const {
    return network_mount(
        mounts_, path, [&](const std::string& link) { return files_.link_target(link); });
  }

  Observed observed() {
    Observed observed{.findings = grouped(std::move(judgement_.findings)),
                      .unlooked = std::move(judgement_.unlooked)};
    for (const auto& [kind, keys] : keys_) {
      observed.measurements.push_back({.spec = &kKeys,
                                       .labels = {settings::Codec<FileKind>::show(kind)},
                                       .value = static_cast<double>(keys)});
    }
    for (const auto& [kind, digests] : digests_of_) {
      observed.measurements.push_back({.spec = &kDigest,
                                       .labels = {settings::Codec<FileKind>::show(kind)},
                                       .value = as_number(digests)});
    }
    observed.facts.declared_storage = declared_storage(deployment_, std::move(sources_));
    observed.facts.config_digests = std::move(digests_);
    return observed;
  }

  const io::FileReader& files_;
  const settings::World& world_;
  const Settings& settings_;
  std::vector<Mount> mounts_;
  Deployment deployment_;
  Judgement judgement_;
  std::vector<std::string> sources_;
  std::map<std::string, std::string> digests_;
  std::map<FileKind, std::string> digests_of_;  // one after the other, where there are several
  std::vector<MountedFile> mounted_;
  std::map<FileKind, std::size_t> keys_;
  bool missing_ = false;
};

}  // namespace

Observed look(const io::FileReader& files,
              const settings::World& world,
              const Settings& settings,
              const RuntimeManifest* spark) {
  // The kubelet swaps a volume once a minute at most; a look takes milliseconds.
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const OneGeneration generation(files);
    Observed observed = Look(generation, world, settings, spark).run();
    if (!generation.outdated()) return observed;
  }
  return {.unlooked = {unlooked(kFileChanging,
                                conf_dir(world),
                                conf_dir(world) + " was replaced while it was read, three times")}};
}

bool may_touch(const io::FileReader& files, const settings::World& world, const std::string& path) {
  const auto link_target = [&](const std::string& link) { return files.link_target(link); };
  return network_mount(mounts_of(files, world), path, link_target) == nullptr;
}

}  // namespace sparkwarden::probes::config
