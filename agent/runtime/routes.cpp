// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/routes.hpp"

namespace sparkwarden::runtime {

void Routes::add(std::string path, Render render) {
  table_.emplace_back(std::move(path), std::move(render));
}

const std::pair<std::string, Routes::Render>* Routes::find(const std::string& path) const {
  for (const auto& row : table_) {
    const bool tree = row.first.size() > 1 && row.first.ends_with('/');
    if (row.first == path || (tree && path.starts_with(row.first))) return &row;
  }
  return nullptr;
}

Answer Routes::answer(const Request& request) {
  const auto* row = find(request.path);
  Answer answer =
      row == nullptr ? Answer{.status = 404, .body = "404 page not found\n"} : row->second(request);
  ++counts_[{row == nullptr ? "other" : row->first, answer.status}];
  return answer;
}

}  // namespace sparkwarden::runtime
