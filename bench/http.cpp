// SPDX-License-Identifier: Apache-2.0
// A scrape of the agent beside prometheus-cpp's own server with the same series, and beside
// prometheus-node-exporter: CPU time and latency per request. The servers are asked in turn, so
// that whatever else the machine does hits all of them. Usage: http AGENT EXPOSER NODE_EXPORTER
// [ROUNDS]
#include <map>
#include <memory>

#include "bench/server_under_load.hpp"

namespace {

using namespace bench;

constexpr int kRequests = 400;  // of one server in one turn
constexpr int kSlowRequests = 40;

struct Way {
  std::string name;
  std::string headers;
  bool keep_alive = true;
};

struct Turn {
  std::vector<double> cpu_us;   // per request, one value a turn
  std::vector<double> took_ms;  // every request
  std::size_t bytes = 0;
};

void take_turn(Server& server, const Way& way, int requests, Turn& turn) {
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n" + way.headers +
                              (way.keep_alive ? "" : "Connection: close\r\n") + "\r\n";
  int fd = -1;
  const double before = server.cpu_seconds();
  for (int i = 0; i < requests; ++i) {
    const Clock::time_point begin = Clock::now();
    if (fd < 0) fd = connect_to(server.port());
    const std::string answer = exchange(fd, request);
    if (!answer.starts_with("HTTP/1.1 200")) give_up("no good answer: " + answer.substr(0, 200));
    if (!way.keep_alive || answer.find("Connection: close") != std::string::npos) {
      ::close(fd);
      fd = -1;
    }
    turn.took_ms.push_back(seconds_since(begin) * 1e3);
    turn.bytes = answer.size();
  }
  if (fd >= 0) ::close(fd);
  ::usleep(20'000);  // what follows the last answer
  turn.cpu_us.push_back((server.cpu_seconds() - before) * 1e6 / requests);
}

std::size_t count_series(const std::string& page) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < page.size(); at = page.find('\n', at) + 1) {
    if (page[at] != '#') ++count;
  }
  return count;
}

void row(const std::string& name, double ours, double exposer, double node) {
  std::printf("%-34s %11.3f %11.3f %7.2f %11.3f %7.2f\n",
              name.c_str(),
              ours,
              exposer,
              ours / exposer,
              node,
              ours / node);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) give_up("usage: http AGENT EXPOSER NODE_EXPORTER [ROUNDS]");
  const int rounds = argc > 4 ? std::atoi(argv[4]) : 15;
  const std::filesystem::path work =
      std::filesystem::temp_directory_path() / ("sparkwarden-bench." + std::to_string(::getpid()));
  std::filesystem::create_directories(work);
  const std::uint16_t port = free_port();
  ::setenv("SPARKWARDEN_LISTEN_PORT", std::to_string(port).c_str(), 1);
  ::setenv("SPARKWARDEN_PATHS_RUN_DIR", work.c_str(), 1);
  Server ours({argv[1], "run", "--role", "driver"}, port);
  ::sleep(2);  // every probe has reported
  (void)get(port, "/readyz");
  (void)get(port, "/livez");
  (void)get(port, "/metrics");
  const std::string page = body_of(get(port, "/metrics"));
  std::ofstream(work / "page") << page;
  const std::uint16_t exposer_port = free_port();
  Server exposer({argv[2], std::to_string(exposer_port), work / "page"}, exposer_port);
  const std::uint16_t node_port = free_port();
  Server node({argv[3], "--web.listen-address=127.0.0.1:" + std::to_string(node_port)}, node_port);

  const std::string prometheus =
      "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version="
      "0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\nAccept-Encoding: gzip\r\n"
      "User-Agent: Prometheus/2.42.0\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n";
  const std::vector<Way> ways{{"plain, kept alive", "", true},
                              {"as Prometheus: gzip, kept alive", prometheus, true},
                              {"plain, a connection each", "", false}};
  std::printf(
      "%zu series for sparkwarden, %zu for the exposer; medians of %d turns of %d requests\n",
      count_series(page),
      count_series(body_of(get(exposer_port, "/metrics"))),
      rounds,
      kRequests);
  std::printf("%-34s %11s %11s %7s %11s %7s\n",
              "",
              "sparkwarden",
              "exposer",
              "ratio",
              "node_exp.",
              "ratio");
  for (const Way& way : ways) {
    Turn a;
    Turn b;
    Turn c;
    for (int round = 0; round < rounds; ++round) {
      take_turn(ours, way, kRequests, a);
      take_turn(exposer, way, kRequests, b);
      take_turn(node, way, kSlowRequests, c);
    }
    std::printf("%s (%zu, %zu, %zu bytes)\n", way.name.c_str(), a.bytes, b.bytes, c.bytes);
    row("  CPU per request, us", median(a.cpu_us), median(b.cpu_us), median(c.cpu_us));
    row("  median, ms", median(a.took_ms), median(b.took_ms), median(c.took_ms));
    row("  p99, ms",
        quantile(a.took_ms, 0.99),
        quantile(b.took_ms, 0.99),
        quantile(c.took_ms, 0.99));
  }
  std::filesystem::remove_all(work);
  return 0;
}
