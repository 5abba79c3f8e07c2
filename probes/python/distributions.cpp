// SPDX-License-Identifier: Apache-2.0
#include "probes/python/distributions.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "agent/core/python_name.hpp"
#include "agent/core/python_version.hpp"
#include "probes/python/direct_url.hpp"
#include "probes/python/metadata.hpp"
#include "probes/python/record.hpp"
#include "probes/python/zip.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kEntriesMax = 20'000;
constexpr std::size_t kFoundMax = 20'000;
constexpr std::size_t kFirstBytes = 4096;  // name and version stand in the first 53 of real files
constexpr std::size_t kMetadataMax = 1 << 20;
constexpr std::size_t kRecordMax = 16 << 20;
constexpr std::size_t kSmallMax = 64 * 1024;
constexpr std::size_t kNotesMax = 1000;
// `pip list` leaves these out: they came with Python once.
constexpr std::array<std::string_view, 3> kStandardLibrary{"argparse", "python", "wsgiref"};

/// `numpy-1.26.4` or `numpy-1.26.4-py3.11` as name and version.
struct Stem {
  std::string name;
  std::string version;
};

Stem split_stem(std::string_view file_name) {
  const std::string_view stem = file_name.substr(0, file_name.rfind('.'));
  const std::size_t dash = stem.find('-');
  if (dash == std::string_view::npos) return {std::string(stem), {}};
  std::string_view version = stem.substr(dash + 1);
  if (const std::size_t python = version.find("-py"); python != std::string_view::npos) {
    version = version.substr(0, python);
  }
  return {std::string(stem.substr(0, dash)), std::string(version)};
}

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text.substr(0, 64));
}

/// One place where a distribution says who it is, in a directory or in a zip.
struct Candidate {
  std::string file_name = {};  // of the dist-info or egg-info
  std::string info = {};       // its path
  std::string metadata = {};   // the file with the headers, inside `info`; empty: `info` is it
};

class Finder {
 public:
  explicit Finder(const io::Tree& tree) : tree_(tree) {}

  void look_into(const std::string& entry, int origin) {
    origin_ = origin;
    in_this_entry_.clear();
    const auto status = tree_.status(entry);
    if (!status) return miss(status.error());
    if (status->kind == io::EntryKind::file) return look_into_zip(entry);
    if (entry.ends_with(".egg")) {
      look_at({.file_name = base_name(entry), .info = entry + "/EGG-INFO", .metadata = "PKG-INFO"});
    }
    const auto names = tree_.list(entry, kEntriesMax);
    if (!names) return miss(names.error());
    for (const io::DirectoryEntry& item : *names) look_at_item(entry, item);
  }

  [[nodiscard]] Distributions done() {
    std::ranges::sort(found_.installed, {}, &Distribution::name);
    return std::move(found_);
  }

 private:
  static std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  void look_at_item(const std::string& entry, const io::DirectoryEntry& item) {
    const std::string path = entry + "/" + item.name;
    if (item.name.ends_with(".dist-info")) {
      look_at({.file_name = item.name, .info = path, .metadata = "METADATA"});
    } else if (item.name.ends_with(".egg-info")) {
      auto kind = item.kind;
      if (!kind) {
        if (const auto status = tree_.status(path)) kind = status->kind;
      }
      const bool directory = kind == io::EntryKind::directory;
      // Some tools write the newer name.
      const bool newer =
          directory && !tree_.status(path + "/PKG-INFO") && tree_.status(path + "/METADATA");
      look_at({.file_name = item.name,
               .info = path,
               .metadata = !directory ? ""
                           : newer    ? "METADATA"
                                      : "PKG-INFO"});
    }
  }

  void look_into_zip(const std::string& entry) {
    const auto zip = Zip::open(tree_, entry);
    if (!zip) {
      // Python passes over other files on its path; one with such a name was meant to be a zip.
      const bool meant = entry.ends_with(".zip") || entry.ends_with(".egg");
      if (meant || zip.error().trouble != io::FileTrouble::other) miss(zip.error());
      return;
    }
    for (const std::string_view name : zip->names()) {
      const std::size_t slash = name.find('/');
      const std::string_view top = name.substr(0, slash);
      const std::string_view below = slash == std::string_view::npos ? "" : name.substr(slash + 1);
      const bool dist = top.ends_with(".dist-info") && below == "METADATA";
      const bool egg = top.ends_with(".egg-info") && (below == "PKG-INFO" || below.empty());
      const bool whole = entry.ends_with(".egg") && name == "EGG-INFO/PKG-INFO";
      if (!dist && !egg && !whole) continue;
      const auto text = zip->read(tree_, name, kMetadataMax);
      if (!text) {
        miss(text.error());
        continue;
      }
      const Candidate candidate{.file_name = whole ? base_name(entry) : std::string(top),
                                .info = entry + "/" + std::string(top)};
      if (is_leftover(candidate)) continue;
      add(candidate, parse_metadata(*text));
    }
  }

  /// `~ip-23.0.dist-info`: pip passes over names that are none.
  bool is_leftover(const Candidate& candidate) {
    if (is_valid_name(split_stem(candidate.file_name).name)) return false;
    note(NoteKind::leftover, candidate.file_name, candidate.info);
    return true;
  }

  void look_at(const Candidate& candidate) {
    if (is_leftover(candidate)) return;
    const std::string path =
        candidate.metadata.empty() ? candidate.info : candidate.info + "/" + candidate.metadata;
    auto text = tree_.read_part(path, 0, kFirstBytes);
    if (!text) {
      if (text.error().trouble == io::FileTrouble::missing) {
        const Stem stem = split_stem(candidate.file_name);
        if (candidate.file_name.ends_with(".egg")) return;  // no egg after all
        note(NoteKind::no_metadata, normalized_name(stem.name), candidate.info);
      } else {
        miss(text.error());
      }
      return;
    }
    Metadata metadata = parse_metadata(*text);
    if (!metadata.whole && text->size() == kFirstBytes) {
      const auto all = tree_.read(path, kMetadataMax);
      if (!all) return miss(all.error());
      metadata = parse_metadata(*all);
    }
    add(candidate, metadata);
  }

  void add(const Candidate& candidate, const Metadata& metadata) {
    const Stem stem = split_stem(candidate.file_name);
    if (!is_valid_name(metadata.name) || metadata.version.empty()) {
      note(NoteKind::no_metadata, normalized_name(stem.name), candidate.info);
      return;
    }
    const std::string name = normalized_name(metadata.name);
    if (std::ranges::find(kStandardLibrary, name) != kStandardLibrary.end()) return;
    if (found_.installed.size() + found_.shadowed.size() == kFoundMax) {
      found_.incomplete.push_back("more than 20000 distributions");
      return;
    }
    judge(candidate, metadata, stem, name);
    if (const auto here = in_this_entry_.find(name); here != in_this_entry_.end()) {
      if (differs_in(here->second, metadata.version) != VersionPart::none) {
        note(NoteKind::duplicate, name, here->second + " and " + metadata.version);
      }
    } else {
      in_this_entry_.emplace(name, metadata.version);
    }
    if (!seen_.emplace(name, true).second) {
      found_.shadowed.push_back({.name = name, .version = metadata.version, .origin = origin_});
      return;
    }
    Distribution distribution{
        .name = name, .raw_name = metadata.name, .version = metadata.version, .origin = origin_};
    if (candidate.metadata == "METADATA") read_the_rest(candidate.info, distribution);
    found_.installed.push_back(std::move(distribution));
  }

  void judge(const Candidate& candidate,
             const Metadata& metadata,
             const Stem& stem,
             const std::string& name) {
    // An older builder may have left a `-` in the name, and then the first one divides nothing.
    if (candidate.file_name == metadata.name + "-" + metadata.version + ".dist-info") {
      if (!parse_version(metadata.version)) note(NoteKind::invalid_version, name, metadata.version);
      return;
    }
    const bool other_name = normalized_name(stem.name) != name;
    // Builders write `-` of a version as `_` in directory names.
    std::string version = stem.version;
    std::ranges::replace(version, '_', '-');
    const bool other_version = !stem.version.empty() &&
                               differs_in(version, metadata.version) != VersionPart::none &&
                               differs_in(stem.version, metadata.version) != VersionPart::none;
    if (candidate.file_name.ends_with(".dist-info") && (other_name || other_version)) {
      note(NoteKind::version_conflict,
           name,
           candidate.file_name + " says " + metadata.name + " " + metadata.version);
    }
    if (!parse_version(metadata.version)) note(NoteKind::invalid_version, name, metadata.version);
  }

  /// Files that need not be there.
  void read_the_rest(const std::string& info, Distribution& distribution) {
    if (const auto installer = tree_.read(info + "/INSTALLER", kSmallMax)) {
      distribution.installer = first_line(*installer);
    }
    if (const auto direct = tree_.read(info + "/direct_url.json", kSmallMax)) {
      distribution.direct_url = parse_direct_url(*direct, distribution.installer);
    }
    if (const auto record = tree_.read(info + "/RECORD", kRecordMax)) {
      distribution.record_sha256 = digest_of_record(*record);
    }
  }

  void note(NoteKind kind, std::string subject, std::string detail) {
    if (found_.notes.size() == kNotesMax) return;
    found_.notes.push_back({kind, std::move(subject), std::move(detail)});
  }

  void miss(const io::FileError& error) {
    if (found_.incomplete.size() == kNotesMax) return;
    found_.incomplete.push_back(error.path + ": " + error.detail);
  }

  const io::Tree& tree_;
  int origin_ = 0;
  Distributions found_;
  std::map<std::string, bool> seen_;
  std::map<std::string, std::string> in_this_entry_;
};

}  // namespace

Distributions find_distributions(const io::Tree& tree, const std::vector<std::string>& entries) {
  Finder finder(tree);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    finder.look_into(entries[i], static_cast<int>(i));
  }
  return finder.done();
}

}  // namespace sparkwarden::probes::python
