// SPDX-License-Identifier: Apache-2.0
// Rules about core-site.xml with what it includes, as Hadoop's Configuration loads it.
#include <cctype>
#include <string>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/hadoop_refusal.hpp"
#include "probes/config/hadoop_variables.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

Finding found_at(
    const Code& row, const std::string& path, Place at, std::string subject, std::string message) {
  Finding finding = found(row, std::move(subject), std::move(message));
  finding.location = locate(path, at);
  return finding;
}

/// `loaded` is the file that Hadoop was loading: `path`, or one that includes it.
Finding malformed(const std::string& path, const XmlProblem& problem, const std::string& loaded) {
  Finding finding =
      found_at(kCoreSiteMalformed, path, problem.at, path, shown_text(problem.reason));
  const std::string at = std::to_string(problem.at.line) + "," + std::to_string(problem.at.column);
  finding.effect =
      hadoop_refusal(loaded,
                     "org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxParsingException: " +
                         shown_text(problem.words) + " at [row,col,system-id]: [" + at +
                         ",\"file:...\"] (Hadoop 2 says SAXParseException)");
  return finding;
}

// --- xi:include ---

Finding include_missing(const IncludeTrouble& trouble,
                        const std::string& from,
                        const std::string& loaded) {
  const std::string href = shown_text(trouble.href.text);
  Finding finding = found_at(kCoreSiteIncludeMissing,
                             from,
                             trouble.href.at,
                             href,
                             "the included file " + href + " does not exist");
  finding.effect =
      hadoop_refusal(loaded,
                     "java.io.IOException: Fetch fail on include for '" + href +
                         "' with no fallback while loading '" + hadoop_name(loaded) + "'");
  // Hadoop also looks in the rest of the class path and in the working directory of the JVM.
  if (!trouble.href.text.starts_with('/') && !trouble.href.text.starts_with("file:"))
    finding.severity = Severity::warning;
  return finding;
}

void judge_include(const IncludeTrouble& trouble, const CoreSiteFile& file, Judgement& judgement) {
  const std::string& from = trouble.file.empty() ? file.path : trouble.file;
  switch (trouble.kind) {
    case IncludeTrouble::Kind::missing:
      judgement.findings.push_back(include_missing(trouble, from, file.path));
      break;
    case IncludeTrouble::Kind::malformed: {
      Finding finding = malformed(trouble.path, trouble.problem, file.path);
      finding.related.push_back({locate(from, trouble.href.at), "included here"});
      judgement.findings.push_back(std::move(finding));
      break;
    }
    case IncludeTrouble::Kind::loop:
      judgement.findings.push_back(
          found_at(kCoreSiteIncludeLoop,
                   from,
                   trouble.href.at,
                   shown_text(trouble.path),
                   shown_text(trouble.path) + " includes itself, directly or through others"));
      break;
    case IncludeTrouble::Kind::unknown:
      judgement.unlooked.push_back(
          unlooked(kFileNotJudged,
                   file.path,
                   "what " + from + ":" + std::to_string(trouble.href.at.line) +
                       " includes was not looked at: " + shown_text(trouble.words)));
      break;
  }
}

// --- values ---

/// The name of a shell variable. No key of Hadoop's own files is like that: each has a dot or a
/// hyphen.
bool shell_name(std::string_view name) {
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return !name.empty();
}

Finding undefined(const CoreSiteFile& file,
                  const HadoopProperty& property,
                  const std::string& name) {
  const std::string variable = shown_text(name);
  Finding finding = found_at(kCoreSiteUndefined,
                             file.path_of(property),
                             property.value.at,
                             shown_text(property.name.text),
                             "Hadoop knows nothing named " + variable + " and leaves ${" +
                                 variable + "} in the value as it is");
  finding.fix = "write ${env." + variable + "} for the environment variable, or the value itself";
  return finding;
}

// A thousand values that each double twenty times would be expanded for minutes.
constexpr std::size_t kExpansionCostMax = 8 << 20;

void judge_values(const CoreSiteFile& file, Judgement& judgement) {
  static const Surroundings kSurroundings = unseen_jvm();
  const HadoopValues values(file.content);
  std::size_t cost = 0;
  for (const HadoopProperty& property : file.content.properties) {
    if (property.value.text.find("${") == std::string::npos) continue;
    if (values.find(property.name.text) != &property) continue;  // another one is in force
    const Expansion expansion = expand(property.value.text, values, kSurroundings);
    cost += expansion.cost;
    if (cost > kExpansionCostMax) {
      judgement.unlooked.push_back(unlooked(kFileNotJudged,
                                            file.path,
                                            "from line " + std::to_string(property.value.at.line) +
                                                " on the variables of " + file.path +
                                                " expand to too much, and were not looked at"));
      return;
    }
    const std::string name = shown_text(property.name.text);
    const bool certain = !file.content.includes;  // else an include may define it
    if (expansion.state == Expansion::State::too_deep) {
      judgement.findings.push_back(
          found_at(kCoreSiteTooDeep,
                   file.path_of(property),
                   property.value.at,
                   name,
                   "the variables in the value of " + name + " are not done after " +
                       std::to_string(kSubstitutionsMax) + " substitutions"));
    } else if (expansion.state == Expansion::State::stays && certain &&
               shell_name(expansion.variable)) {
      judgement.findings.push_back(undefined(file, property, expansion.variable));
    }
  }
}

}  // namespace

Judgement judge(const CoreSiteFile& file) {
  Judgement judgement;
  if (const auto& problem = file.content.problem) {
    if (problem->kind == XmlProblem::Kind::malformed) {
      judgement.findings.push_back(malformed(file.path, *problem, file.path));
    } else {
      judgement.unlooked.push_back(
          unlooked(kFileNotJudged,
                   file.path,
                   file.path + " was not looked at: " + shown_text(problem->reason)));
    }
    return judgement;
  }
  for (const IncludeTrouble& trouble : file.troubles) judge_include(trouble, file, judgement);
  judge_values(file, judgement);
  judgement.add(blanks_that_hadoop_keeps(file));
  return judgement;
}

std::vector<Finding> judge_shadowed(const CoreSiteFile& first, const CoreSiteFile& second) {
  constexpr std::size_t kRelatedMax = 5;
  if (first.content.problem || first.content.includes || second.content.problem) return {};
  const HadoopValues read(first.content);
  const HadoopValues shadowed(second.content);
  std::vector<Span> lost;
  for (const HadoopProperty& property : second.content.properties) {
    if (shadowed.find(property.name.text) != &property || lost.size() == kRelatedMax) continue;
    const HadoopProperty* in_force = read.find(property.name.text);
    if (in_force != nullptr && in_force->value.text == property.value.text) continue;
    lost.push_back({locate(second.path, property.name.at),
                    shown_text(property.name.text) +
                        (in_force == nullptr ? " is not set" : " has another value") +
                        " in the file that is read"});
  }
  if (lost.empty()) return {};
  Finding finding = found(kCoreSiteShadowed,
                          second.path,
                          second.path + " is not read: " + first.path +
                              " stands before it on the class path, and they differ");
  finding.location = lost.front().location;
  finding.related = std::move(lost);
  return {std::move(finding)};
}

}  // namespace sparkwarden::probes::config
