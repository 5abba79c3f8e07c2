// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/includes.hpp"

#include <map>
#include <optional>
#include <utility>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::Included;
using probes::config::IncludeTrouble;
using probes::config::Settled;
using probes::config::SparkPath;

// In all: each file that includes another one has a copy of its properties.
constexpr std::size_t kPropertiesMax = 1'000'000;

/// What Hadoop looks up below a directory; nullopt where the container or the network decides.
std::optional<std::string> relative_name(const std::string& href) {
  const SparkPath path = probes::config::parse_spark_path(href);
  if (!path.scheme.empty() || path.path.empty() || path.path.starts_with('/')) return std::nullopt;
  std::string name = normal_path(path.path);
  if (name == "." || name == ".." || name.starts_with("../")) return std::nullopt;
  return name;
}

/// All pieces, and the ConfigMaps that each of them is a key of.
class Places {
 public:
  explicit Places(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      if (source.piece) add(*source.piece);
      for (const Piece& piece : source.manifest.pieces) add(piece);
      for (const ConfigMap& map : source.manifest.config_maps) {
        for (const DataEntry& entry : map.entries) maps_[entry.path].push_back(&map);
      }
    }
  }

  /// In the order of their paths.
  [[nodiscard]] const std::map<std::string, const Piece*>& all() const { return pieces_; }

  /// Whether `name` beside `piece` leads to one place, which is where.
  [[nodiscard]] std::optional<std::string> beside(const Piece& piece,
                                                  const std::string& name) const {
    const auto maps = maps_.find(piece.path);
    if (maps == maps_.end()) return normal_path(directory_of(piece.path) + "/" + name);
    std::optional<std::string> only;
    for (const ConfigMap* map : maps->second) {
      const std::string* path = entry_of(*map, name);
      if (path == nullptr || (only && *only != *path)) return std::nullopt;
      only = *path;
    }
    return only;
  }

  [[nodiscard]] const Piece* at(const std::string& path) const {
    const auto piece = pieces_.find(path);
    return piece == pieces_.end() ? nullptr : piece->second;
  }

 private:
  void add(const Piece& piece) { pieces_.emplace(piece.path, &piece); }

  static const std::string* entry_of(const ConfigMap& map, const std::string& key) {
    for (const DataEntry& entry : map.entries) {
      if (entry.key == key) return &entry.path;
    }
    return nullptr;
  }

  std::map<std::string, const Piece*> pieces_;
  std::map<std::string, std::vector<const ConfigMap*>> maps_;
};

}  // namespace

Includes::Includes(const std::vector<Source>& sources) {
  const Places places(sources);
  std::size_t properties = 0;
  for (const auto& [path, piece] : places.all()) {
    const auto* file = piece->as<CoreSiteFile>();
    if (file == nullptr || !file->content.includes || file->content.problem) continue;
    std::set<const Piece*> read;
    const auto follow = [&](const std::string& href) -> Included {
      const auto name = relative_name(href);
      const auto beside = name ? places.beside(*piece, *name) : std::nullopt;
      const Piece* found = beside ? places.at(*beside) : nullptr;
      const auto* other = found == nullptr ? nullptr : found->as<CoreSiteFile>();
      if (other == nullptr) return {};
      properties += other->content.steps.size();
      if (properties > kPropertiesMax) {
        return {.words = "more than " + std::to_string(kPropertiesMax) + " properties in all"};
      }
      if (found != piece) read.insert(found);
      return {.state = Included::State::read, .path = found->path, .xml = other->content};
    };
    Settled settled = probes::config::settle(file->content.steps, follow);
    CoreSiteFile whole = *file;
    whole.content.properties = std::move(settled.properties);
    whole.content.includes = !settled.troubles.empty();
    std::erase_if(settled.troubles, [](const IncludeTrouble& trouble) {
      return trouble.kind == IncludeTrouble::Kind::unknown && trouble.words.empty();
    });
    whole.troubles = std::move(settled.troubles);
    followed_.emplace(piece, std::move(whole));
    // Of two that include one another the first one is whole.
    if (!parts_.contains(piece)) parts_.insert(read.begin(), read.end());
  }
}

const CoreSiteFile& Includes::of(const Piece& piece) const {
  const auto followed = followed_.find(&piece);
  return followed == followed_.end() ? *piece.as<CoreSiteFile>() : followed->second;
}

}  // namespace sparkwarden::lint
