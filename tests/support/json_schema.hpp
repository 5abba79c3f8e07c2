// SPDX-License-Identifier: Apache-2.0
// As much of JSON Schema as docs/schemas use: type, enum, const, required, properties,
// additionalProperties, items, pattern, minimum, $ref into $defs.
#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

namespace sparkwarden::tests {

/// What of `value` does not follow `schema`, as "path: what", in the order of the schema. A keyword
/// that is not known here is a violation as well, so that nothing passes unchecked.
[[nodiscard]] std::vector<std::string> schema_violations(const boost::json::value& schema,
                                                         const boost::json::value& value);

}  // namespace sparkwarden::tests
