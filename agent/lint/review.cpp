// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/review.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "agent/lint/codes.hpp"
#include "agent/lint/suppressions.hpp"

namespace sparkwarden::lint {
namespace {

std::string path_of(const Finding& finding) {
  return finding.location ? finding.location->path : finding.subject;
}

std::string list_of(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + shown_text(code);
  return text;
}

bool lint_finds(std::string_view code) {
  constexpr std::string_view kAreas[] = {"config.", "template.", "zeppelin.", "lint."};
  return std::ranges::any_of(kAreas, [&](std::string_view area) { return code.starts_with(area); });
}

class Review {
 public:
  Review(const std::vector<Source>& sources, const PolicyOf& policy_of, WallTime now)
      : policy_of_(policy_of), now_(now) {
    for (const Source& source : sources) {
      if (!source.recognised()) continue;
      policies_.insert(policy_of(source.path));
      for (InlineSuppression& each : inline_suppressions(source.path, source.text)) {
        comments_[source.path].push_back({std::move(each)});
      }
    }
  }

  Reviewed of(Linted linted) {
    Reviewed reviewed{.name = std::move(linted.name), .unlooked = std::move(linted.unlooked)};
    for (Finding& finding : linted.findings) one(std::move(finding), reviewed);
    return reviewed;
  }

  /// Findings about the suppressions themselves, by file.
  std::vector<Reviewed> about_suppressions() {
    std::map<std::string, Reviewed> files;
    for (const auto& [path, comments] : comments_) {
      for (const Comment& comment : comments) {
        if (auto finding = about(comment)) add(path, std::move(*finding), files);
      }
    }
    for (const FindingPolicy* policy : policies_) {
      for (const Suppression& suppression : policy->suppressions) {
        if (auto finding = about(suppression)) {
          add(suppression.at.path, std::move(*finding), files);
        }
      }
    }
    std::vector<Reviewed> all;
    for (auto& [path, reviewed] : files) all.push_back(std::move(reviewed));
    return all;
  }

 private:
  struct Comment {
    InlineSuppression suppression;
    bool used = false;

    [[nodiscard]] bool in_force(WallTime now) const {
      return !suppression.reason.empty() && (!suppression.expires || now < *suppression.expires);
    }
  };

  void one(Finding finding, Reviewed& reviewed) {
    const FindingPolicy& policy = *policy_of_(path_of(finding));
    if (const Override* change = override_for(policy, finding.code)) {
      if (!*change) return;
      finding.severity = **change;
    }
    if (const Suppression* hidden = suppression_of(policy, finding, now_)) {
      used_.insert(hidden);
      reviewed.suppressed.push_back({std::move(finding), hidden->reason, false});
    } else if (const Comment* comment = comment_on(finding)) {
      reviewed.suppressed.push_back({std::move(finding), comment->suppression.reason, true});
    } else {
      reviewed.findings.push_back(std::move(finding));
    }
  }

  const Comment* comment_on(const Finding& finding) {
    const auto comments = comments_.find(path_of(finding));
    if (comments == comments_.end()) return nullptr;
    const Comment* hides = nullptr;
    for (Comment& comment : comments->second) {
      if (!comment.suppression.covers(finding)) continue;
      // One that has expired is told as that, not as one that matches nothing.
      comment.used = true;
      if (hides == nullptr && comment.in_force(now_)) hides = &comment;
    }
    return hides;
  }

  [[nodiscard]] std::optional<Finding> about(const Comment& comment) const {
    const InlineSuppression& suppression = comment.suppression;
    const std::string codes = list_of(suppression.codes);
    const auto make = [&](const Code& row, const std::string& message) {
      Finding finding = found(row, codes, message);
      finding.location = suppression.at;
      return finding;
    };
    if (suppression.reason.empty()) {
      return make(kSuppressionReason, "ignore[" + codes + "] needs a reason behind the bracket");
    }
    if (suppression.expires && now_ >= *suppression.expires) {
      return make(kSuppressionExpired, "ignore[" + codes + "] has expired");
    }
    if (comment.used) return std::nullopt;
    return make(kSuppressionUnused, "ignore[" + codes + "] matches no finding here");
  }

  [[nodiscard]] std::optional<Finding> about(const Suppression& suppression) const {
    const bool here = !suppression.at.path.empty() && lint_finds(suppression.code);
    if (!here || used_.contains(&suppression)) return std::nullopt;
    const bool expired = suppression.expires && now_ >= *suppression.expires;
    const std::string code = shown_text(suppression.code);
    Finding finding =
        expired
            ? found(kSuppressionExpired, code, "the suppression of " + code + " has expired")
            : found(kSuppressionUnused, code, "the suppression of " + code + " matches no finding");
    finding.location = suppression.at;
    return finding;
  }

  void add(const std::string& path, Finding finding, std::map<std::string, Reviewed>& files) {
    Reviewed& reviewed = files[path];
    reviewed.name = path;
    // Severities apply here too; nothing hides a finding about hiding.
    if (const Override* change = override_for(*policy_of_(path), finding.code)) {
      if (!*change) return;
      finding.severity = **change;
    }
    reviewed.findings.push_back(std::move(finding));
  }

  const PolicyOf& policy_of_;
  WallTime now_;
  std::map<std::string, std::vector<Comment>> comments_;
  std::set<const FindingPolicy*> policies_;
  std::set<const Suppression*> used_;
};

}  // namespace

std::vector<Reviewed> review(std::vector<Linted> linted,
                             const std::vector<Source>& sources,
                             const PolicyOf& policy_of,
                             WallTime now) {
  Review review(sources, policy_of, now);
  std::vector<Reviewed> all;
  all.reserve(linted.size());
  for (Linted& each : linted) all.push_back(review.of(std::move(each)));
  for (Reviewed& each : review.about_suppressions()) {
    if (!each.findings.empty()) all.push_back(std::move(each));
  }
  std::ranges::stable_sort(all, {}, &Reviewed::name);
  return all;
}

}  // namespace sparkwarden::lint
