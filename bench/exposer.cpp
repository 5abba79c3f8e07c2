// SPDX-License-Identifier: Apache-2.0
// prometheus-cpp's own server with the series of a page of metrics: the peer of bench/http.cpp.
// Usage: exposer PORT PAGE
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace {

using Labels = std::map<std::string, std::string>;

struct Line {
  std::string name;
  Labels labels;
  double value = 0;
};

Line parse(const std::string& text) {
  Line line;
  std::size_t at = text.find_first_of("{ ");
  line.name = text.substr(0, at);
  if (text[at] == '{') {
    ++at;
    while (text[at] != '}') {
      const std::size_t equals = text.find('=', at);
      const std::size_t end = text.find('"', equals + 2);
      line.labels[text.substr(at, equals - at)] = text.substr(equals + 2, end - equals - 2);
      at = end + 1;
      if (text[at] == ',') ++at;
    }
    ++at;
  }
  line.value = std::atof(text.c_str() + at);
  return line;
}

struct Histogram {
  Labels labels;
  std::vector<double> bounds;
};

/// A histogram's bounds are known only after all of its lines.
struct Page {
  std::map<std::string, std::string> types;
  std::map<std::string, std::string> helps;
  std::vector<Line> singles;
  std::map<std::pair<std::string, Labels>, std::vector<double>> histograms;
};

Page read(const std::string& path) {
  Page page;
  std::ifstream file(path);
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with("# ")) {
      const std::size_t name = 7;
      const std::size_t end = text.find(' ', name);
      auto& into = text.starts_with("# TYPE ") ? page.types : page.helps;
      into[text.substr(name, end - name)] = text.substr(end + 1);
      continue;
    }
    Line line = parse(text);
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
      if (!line.name.ends_with(suffix)) continue;
      const std::string family = line.name.substr(0, line.name.size() - suffix.size());
      const auto type = page.types.find(family);
      if (type == page.types.end() || type->second != "histogram") continue;
      if (suffix == "_bucket" && line.labels["le"] != "+Inf") {
        const double bound = std::atof(line.labels["le"].c_str());
        line.labels.erase("le");
        page.histograms[{family, line.labels}].push_back(bound);
      }
      line.name.clear();
      break;
    }
    if (!line.name.empty()) page.singles.push_back(std::move(line));
  }
  return page;
}

void fill(prometheus::Registry& registry, const Page& page) {
  std::map<std::string, prometheus::Family<prometheus::Counter>*> counters;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges;
  std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms;
  const auto help = [&](const std::string& name) { return page.helps.at(name); };
  for (const Line& line : page.singles) {
    if (page.types.at(line.name) == "counter") {
      auto*& family = counters[line.name];
      if (family == nullptr) {
        family =
            &prometheus::BuildCounter().Name(line.name).Help(help(line.name)).Register(registry);
      }
      family->Add(line.labels).Increment(line.value);
    } else {
      auto*& family = gauges[line.name];
      if (family == nullptr) {
        family = &prometheus::BuildGauge().Name(line.name).Help(help(line.name)).Register(registry);
      }
      family->Add(line.labels).Set(line.value);
    }
  }
  for (const auto& [key, bounds] : page.histograms) {
    auto*& family = histograms[key.first];
    if (family == nullptr) {
      family =
          &prometheus::BuildHistogram().Name(key.first).Help(help(key.first)).Register(registry);
    }
    family->Add(key.second, prometheus::Histogram::BucketBoundaries(bounds)).Observe(0.01);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto registry = std::make_shared<prometheus::Registry>();
  fill(*registry, read(argv[2]));
  // Two threads are its default. Keep-alive is off by default and helps it; without TCP_NODELAY
  // each answer would then wait 40 ms for the client's acknowledgement.
  prometheus::Exposer exposer(std::vector<std::string>{"listening_ports",
                                                       std::string("127.0.0.1:") + argv[1],
                                                       "num_threads",
                                                       "2",
                                                       "enable_keep_alive",
                                                       "yes",
                                                       "tcp_nodelay",
                                                       "1",
                                                       "keep_alive_timeout_ms",
                                                       "10000"});
  exposer.RegisterCollectable(registry);
  while (true) ::pause();
}
