// SPDX-License-Identifier: Apache-2.0
// Codes about core-site.xml and what is loaded like it.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

inline constexpr Code kCoreSiteMissing{
    "config.core-site.missing",
    Severity::error,
    "core-site.xml is required by the settings and does not exist",
    "Hadoop says nothing and uses its defaults: no S3A endpoint, fs.defaultFS=file:///",
    "add the key core-site.xml to the mounted ConfigMap, or remove it from `probes.config.files`"};
inline constexpr Code kCoreSiteMalformed{
    "config.core-site.malformed",
    Severity::error,
    "core-site.xml, or another file of Hadoop's, is not well-formed XML",
    "ERROR Configuration: error parsing conf ...; Spark does not start, or its first job fails",
    "correct the XML at the place shown and replace the ConfigMap"};

inline constexpr Code kCoreSiteIncludeMissing{
    "config.core-site.include-missing",
    Severity::error,
    "a file of Hadoop's includes one that does not exist, without a fallback",
    "java.io.IOException: Fetch fail on include for '...' with no fallback",
    "add the file to the ConfigMap, or give the xi:include an xi:fallback"};
inline constexpr Code kCoreSiteIncludeLoop{
    "config.core-site.include-loop",
    Severity::error,
    "a file of Hadoop's includes one that includes itself",
    "java.lang.StackOverflowError at the first use of the Hadoop configuration",
    "remove the xi:include that leads back"};
inline constexpr Code kCoreSiteTooDeep{
    "config.core-site.expansion-depth",
    Severity::error,
    "the ${variables} of a value in Hadoop's configuration never come to an end",
    "java.lang.IllegalStateException: Variable substitution depth too large: 20",
    "write out the values that refer to one another"};
inline constexpr Code kCoreSiteUndefined{
    "config.core-site.undefined-variable",
    Severity::warning,
    "a value in Hadoop's configuration uses a ${variable} that Hadoop does not know",
    "Hadoop passes the text on as it is, `${...}` included, without a word",
    "write ${env.NAME} for an environment variable"};
inline constexpr Code kCoreSiteBlanks{
    "config.core-site.blanks",
    Severity::warning,
    "a value that Hadoop does not trim begins or ends with blanks",
    "Hadoop takes the blanks for a part of the value",
    "write the value on one line, right between <value> and </value>; `sparkwarden lint --fix` "
    "does "
    "it in files of their own"};
inline constexpr Code kCoreSiteShadowed{
    "config.core-site.shadowed",
    Severity::warning,
    "there are two different core-site.xml, and Hadoop reads the first only",
    "settings of the second file, in HADOOP_CONF_DIR, are not in force, and nothing says so",
    "keep one core-site.xml, or make both the same"};

}  // namespace sparkwarden::probes::config
