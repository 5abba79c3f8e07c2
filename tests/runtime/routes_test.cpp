// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/routes.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::runtime {
namespace {

Routes some_routes() {
  Routes routes;
  routes.add("/readyz", [](const Request&) { return Answer{.body = "all"}; });
  routes.add("/readyz/", [](const Request& request) { return Answer{.body = request.path}; });
  return routes;
}

Answer get(Routes& routes, std::string path) {
  return routes.answer({.method = "GET", .path = std::move(path), .query = {}, .headers = {}});
}

TEST(Routes, AnExactPathAndATreeBesideIt) {
  Routes routes = some_routes();

  EXPECT_EQ(get(routes, "/readyz").body, "all");
  EXPECT_EQ(get(routes, "/readyz/storage").body, "/readyz/storage");
}

TEST(Routes, AnythingElseIsNotFound) {
  Routes routes = some_routes();

  EXPECT_EQ(get(routes, "/").status, 404u);
  EXPECT_EQ(get(routes, "/readyzz").status, 404u);
}

TEST(Routes, CountsByRouteSoThatInventedPathsAddNothing) {
  Routes routes = some_routes();
  for (int i = 0; i < 10; ++i) (void)get(routes, "/invented/" + std::to_string(i));
  (void)get(routes, "/readyz/storage");

  EXPECT_EQ(routes.counts(), (Routes::Counts{{{"other", 404}, 10}, {{"/readyz/", 200}, 1}}));
}

}  // namespace
}  // namespace sparkwarden::runtime
