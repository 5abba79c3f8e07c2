// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/lint.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "agent/lint/applications.hpp"
#include "agent/lint/deployment_of.hpp"
#include "agent/lint/includes.hpp"
#include "agent/lint/parallel.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::Judgement;

constexpr std::size_t kAllBytesMax = std::size_t{256} << 20;

auto place_of(const Finding& finding) {
  const Location at = finding.location.value_or(Location{});
  return std::tuple(at.path, at.line, at.column, finding.code);
}

/// `own`: origins of this application alone; they lead to texts that `origins` knows.
Linted tidy(std::string name, Judgement judgement, const Origins& own, const Origins& origins) {
  Linted linted{.name = std::move(name), .unlooked = std::move(judgement.unlooked)};
  for (Finding& finding : judgement.findings) {
    linted.findings.push_back(origins.original(own.original(std::move(finding))));
  }
  std::ranges::stable_sort(linted.findings, {}, place_of);
  return linted;
}

/// `pieces`: those whose own findings belong to this application.
Linted judge(const Application& application,
             const std::vector<const Piece*>& pieces,
             BuiltDeployment built,
             const Includes& includes,
             const Origins& origins) {
  Judgement judgement;
  for (const Piece* piece : pieces) {
    if (includes.is_part(*piece)) continue;
    const bool may_include = piece->as<CoreSiteFile>() != nullptr && !piece->empty;
    judgement.add(may_include ? probes::config::judge(includes.of(*piece)) : lint::judge(*piece));
  }
  if (built.arguments) judgement.add(probes::config::judge(*built.arguments));
  judgement.add(probes::config::judge(built.deployment));
  judgement.add(std::move(built.judgement));
  return tidy(application.name, std::move(judgement), built.origins, origins);
}

/// A finding that two applications share (they mount one ConfigMap), or that two rules tell, is
/// told once.
void drop_repeated(std::vector<Linted>& all) {
  std::set<std::tuple<std::string, std::string, int, int, std::string, std::string>> told;
  for (Linted& linted : all) {
    std::erase_if(linted.findings, [&](const Finding& finding) {
      const Location at = finding.location.value_or(Location{});
      return !told.emplace(
                      finding.code, at.path, at.line, at.column, finding.subject, finding.message)
                  .second;
    });
  }
}

}  // namespace

std::vector<Source> read_sources(const std::vector<InputFile>& inputs,
                                 const io::FileReader& files,
                                 std::size_t bytes_max) {
  std::vector<Source> sources(inputs.size());
  std::atomic<std::size_t> bytes{0};
  for_each_index(inputs.size(), [&](std::size_t i) {
    const std::size_t left = kAllBytesMax - std::min<std::size_t>(bytes, kAllBytesMax);
    sources[i] = read_source(inputs[i], files, std::min(bytes_max, left));
    bytes += sources[i].text.size();
  });
  return sources;
}

std::vector<Linted> lint(const std::vector<Source>& sources, const SameOf& same_of) {
  const std::vector<Application> applications = lint::applications(sources);
  Origins origins;
  for (const Source& source : sources) origins.merge(source.manifest.origins);

  std::vector<std::vector<const Piece*>> own(applications.size());
  std::set<const Piece*> judged;
  for (std::size_t i = 0; i < applications.size(); ++i) {
    for (const Piece* piece : applications[i].pieces) {
      if (judged.insert(piece).second) own[i].push_back(piece);
    }
  }
  const PodSecurity security = pod_security(sources);
  const Includes includes(sources);
  std::vector<Linted> all(applications.size());
  std::vector<std::vector<Said>> said(applications.size());
  for_each_index(applications.size(), [&](std::size_t i) {
    BuiltDeployment built = deployment_of(applications[i], security, includes);
    if (same_of) said[i] = said_by(applications[i].name, built, origins, same_of);
    all[i] = judge(applications[i], own[i], std::move(built), includes, origins);
  });
  std::vector<Said> of_all;
  for (std::vector<Said>& some : said) std::ranges::move(some, std::back_inserter(of_all));
  Linted across{.name = "all applications", .findings = differences(of_all)};
  if (!across.findings.empty()) all.push_back(std::move(across));
  for (const Source& source : sources) {
    Judgement judgement = source.manifest.judgement;
    judgement.add(source.trouble);
    if (judgement == Judgement{}) continue;
    all.push_back(tidy(source.path, std::move(judgement), {}, origins));
  }
  std::ranges::stable_sort(all, {}, &Linted::name);
  drop_repeated(all);
  return all;
}

}  // namespace sparkwarden::lint
