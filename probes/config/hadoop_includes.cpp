// SPDX-License-Identifier: Apache-2.0
#include "probes/config/hadoop_includes.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

using Kind = IncludeTrouble::Kind;

/// Walks the steps of the outermost file and of what it includes.
class Settling {
 public:
  explicit Settling(const ReadInclude& read) : read_(read) {}

  /// False where Hadoop fails, or where this agent goes no further.
  bool walk(const std::vector<HadoopStep>& steps, const std::string& file) {
    // One include at a time: an inner one ends the outer one, in Hadoop too.
    bool wants_fallback = false;
    bool in_fallback = false;
    Text href;
    for (const HadoopStep& step : steps) {
      switch (step.kind) {
        case HadoopStep::Kind::include:
          if (!step.has_value || !read_) break;
          href = step.property.value;
          if (!include(href, file, wants_fallback)) return false;
          break;
        case HadoopStep::Kind::fallback:
          in_fallback = true;
          break;
        case HadoopStep::Kind::include_end:
          if (wants_fallback && !in_fallback) return trouble({Kind::missing, file, href});
          wants_fallback = in_fallback = false;
          break;
        case HadoopStep::Kind::property:
          if (in_fallback && !wants_fallback) break;
          add(step, file);
      }
    }
    return true;
  }

  Settled done() { return std::move(settled_); }

 private:
  bool trouble(IncludeTrouble what) {
    const bool known = what.kind != Kind::unknown;
    settled_.troubles.push_back(std::move(what));
    return !known;
  }

  bool include(const Text& href, const std::string& file, bool& wants_fallback) {
    const auto unknown = [&](std::string words) {
      return trouble(
          {.kind = Kind::unknown, .file = file, .href = href, .words = std::move(words)});
    };
    const auto too_much = [&](std::string words) {
      unknown(std::move(words));
      return false;
    };
    if (++includes_ > kIncludesMax) return too_much("there are more than 64 includes");
    Included included = read_(href.text);
    if (included.state == Included::State::unknown) return unknown(included.words);
    if (included.state == Included::State::missing) {
      wants_fallback = true;
      return true;
    }
    const std::string& path = included.path;
    if (std::find(chain_.begin(), chain_.end(), path) != chain_.end()) {
      return trouble({Kind::loop, file, href, path});
    }
    if (chain_.size() == kIncludeDepthMax) return too_much("includes are nested more than 16 deep");
    if (included.xml.problem) {
      if (included.xml.problem->kind == XmlProblem::Kind::declined) {
        return unknown(path + ": " + included.xml.problem->reason);
      }
      return trouble({Kind::malformed, file, href, path, *included.xml.problem});
    }
    chain_.push_back(path);
    const bool good = walk(included.xml.steps, path);
    chain_.pop_back();
    return good;
  }

  /// Hadoop ignores a property without a value. One that is final keeps those that follow out all
  /// the same.
  void add(const HadoopStep& step, const std::string& file) {
    const std::string& name = step.property.name.text;
    if (sealed_.contains(name)) return;
    if (!step.has_value) {
      if (step.property.final) sealed_.insert(name);
      return;
    }
    settled_.properties.push_back(step.property);
    settled_.properties.back().file = file;
  }

  const ReadInclude& read_;
  Settled settled_;
  std::vector<std::string> chain_;  // of included files that are open
  std::set<std::string> sealed_;    // final without a value
  int includes_ = 0;
};

}  // namespace

Settled settle(const std::vector<HadoopStep>& steps, const ReadInclude& read) {
  Settling settling(read);
  settling.walk(steps, "");
  return settling.done();
}

}  // namespace sparkwarden::probes::config
