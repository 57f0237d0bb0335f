// Reading, checking and printing a spec file of 200 weighted metrics in 20 groups with two
// versions. Budget: 5 ms to parse.

#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/spec_printer.hpp>

#include <benchmark/benchmark.h>

#include <boost/json/src.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

namespace crm = crmetrics;

const std::string& text() {
  static const std::string all = [] {
    std::string metrics;
    std::string groups;
    for (int g = 0; g != 20; ++g) {
      std::string of;
      for (int i = 0; i != 10; ++i) {
        const std::string id = "metric_" + std::to_string(10 * g + i);
        metrics += (metrics.empty() ? "" : ",\n    ") + ("\"" + id + "\"") +
                   ": { \"use\": \"proportion(item " + id +
                   ")\", \"better\": \"higher\", \"min_n\": 30, \"target\": \">= 95%\",\n"
                   "      \"score\": { \"linear\": { \"floor\": \"70%\", \"target\": \"95%\" } } }";
        of += (i == 0 ? "" : ", ") + ("\"" + id + "\"") + ": 10";
      }
      groups += (g == 0 ? "" : ",\n      ") + ("\"group_" + std::to_string(g)) +
                "\": { \"weight\": 5, \"total\": 100, \"of\": { " + of + " } }";
    }
    return "{ \"spec\": \"scorecard/1\", \"id\": \"large\", \"grain\": \"month\",\n  \"metrics\": "
           "{\n    " +
           metrics +
           " },\n  \"versions\": [\n    { \"from\": \"2025-01-01\", \"to\": \"2025-04-01\", "
           "\"total\": 100, \"groups\": {\n      " +
           groups +
           " },\n      \"bands\": [[\"A\", 85], [\"B\", 60], [\"C\", 0]] },\n"
           "    { \"from\": \"2025-04-01\", \"base\": \"2025-01-01\",\n"
           "      \"set\": { \"groups.group_0.weight\": 6, \"groups.group_1.weight\": 4 } }] }\n";
  }();
  return all;
}

void parse(benchmark::State& state) {
  if (!crm::parse_card_spec(text()).ok()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(crm::parse_card_spec(text()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text().size()));
}
BENCHMARK(parse)->Name("spec/200_leaves/parse")->Unit(benchmark::kMillisecond);

void print(benchmark::State& state) {
  const crm::card_spec spec = crm::card_spec_from(text());
  for (auto _ : state) benchmark::DoNotOptimize(crm::to_spec_text(spec));
}
BENCHMARK(print)->Name("spec/200_leaves/print")->Unit(benchmark::kMillisecond);

}  // namespace
