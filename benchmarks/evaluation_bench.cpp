// Tables of 5 million rows for 5 metrics of 10,000 agents, in the order of time: scored by a spec
// in columns, against the cards of the same spec that take each row as an event and are evaluated.

#include "data.hpp"

#include <crmetrics/io/evaluation_json.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/scorecard/evaluate_each.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace crm = crmetrics;

constexpr std::uint32_t agents = 10'000;
constexpr std::size_t rows = 1'000'000;  // of each table
constexpr std::int64_t all_rows = 5'000'000;
constexpr std::string_view metrics[] = {"csat", "nps", "res24", "aht", "errors"};

const crm::card_spec& spec() {
  static const crm::card_spec all = crm::card_spec_from(R"spec({
    "spec": "scorecard/1", "id": "bench",
    "metrics": {
      "csat":  { "use": "csat", "score": { "linear": { "floor": "10%", "target": "90%" } } },
      "nps":   { "use": "nps", "score": { "linear": { "floor": "-50", "target": "+50" } } },
      "res24": { "use": "resolved_in(24h)", "score": { "linear": { "floor": "10%", "target": "90%" } } },
      "aht":   { "use": "aht.mean", "score": { "linear": { "floor": "900s", "target": "300s" } } },
      "errors": { "use": "error_rate" } },
    "versions": [ { "from": "2025-01-01",
      "groups": { "voice": { "weight": 60, "of": { "csat": 60, "nps": 40 } },
                  "speed": { "weight": 40, "of": { "res24": 50, "aht": 50 } } },
      "veto": [ { "metric": "errors", "above": "50%", "effect": { "cap": 40 } } ],
      "bands": [ ["A", 70], ["B", 40], ["C", 0] ] } ] })spec");
  return all;
}

struct table {
  std::string name;
  std::vector<std::uint32_t> owners;
  std::vector<std::int64_t> instants;
  std::vector<double> values;
};
struct input {
  std::vector<table> tables;
  std::vector<std::string> names;
  std::vector<crm::listed_agent> agents;
};
const input& data() {
  static const input all = [] {
    input in;
    for (std::uint32_t i = 0; i != agents; ++i) {
      in.names.push_back("agent-" + std::to_string(i));
      in.agents.push_back({in.names.back(), "", i % 2 == 0 ? "east" : "west", ""});
    }
    const crm::period quarter = crm::calendar_quarter(2025, 1);
    const std::int64_t length = quarter.to().microseconds - quarter.from().microseconds;
    std::uint64_t state = 11;
    for (const std::string_view metric : metrics) {
      table& t = in.tables.emplace_back();
      t.name = metric;
      for (std::size_t i = 0; i != rows; ++i) {
        const std::uint64_t x = bench::next(state);
        t.owners.push_back(static_cast<std::uint32_t>(x % agents));
        t.instants.push_back(quarter.from().microseconds + length /
                                                               static_cast<std::int64_t>(rows) *
                                                               static_cast<std::int64_t>(i));
        const std::uint64_t y = x >> 32U;
        t.values.push_back(static_cast<double>(metric == "csat"     ? 1 + y % 5
                                               : metric == "nps"    ? y % 11
                                               : metric == "errors" ? y % 16 / 15
                                               : metric == "aht"    ? 200 + y % 700
                                                                    : y % 150'000));
      }
    }
    return in;
  }();
  return all;
}

void in_columns(benchmark::State& state) {
  const input& in = data();
  std::vector<crm::observation_table> tables;
  for (const table& t : in.tables) {
    crm::observation_table view;
    view.name = t.name;
    view.owners = t.owners;
    view.owner_names = in.names;
    view.instants = t.instants;
    view.columns = {{t.name, "value", t.values}};
    tables.push_back(std::move(view));
  }
  crm::evaluation_settings settings;
  settings.threads = static_cast<unsigned>(state.range(0));
  settings.rank_sets_up_to = 0;  // the loops do not rank
  const crm::spec_evaluation scoring(spec(), crm::calendar_quarter(2025, 1), settings);
  for (auto _ : state) {
    const auto e = scoring.evaluate(in.agents, tables);
    if (e.units.size() != 2) std::abort();
    benchmark::DoNotOptimize(e);
  }
  state.SetItemsProcessed(state.iterations() * all_rows);
}
BENCHMARK(in_columns)
    ->Name("evaluation/5m_rows/columns")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

std::vector<crm::dynamic_scorecard> empty_cards() {
  std::vector<crm::dynamic_scorecard> cards;
  for (const auto& a : data().agents) {
    const std::string who = "team:" + a.team;
    if (cards.size() < 2) {
      cards.push_back(crm::card_from_spec(spec().versions[0].rules, {.who = who}));
    } else {
      cards.push_back(cards[cards.size() % 2]);
    }
  }
  return cards;
}

// Cards by the number of their owner: the least that a loop over events can do.
void by_number(benchmark::State& state) {
  const input& in = data();
  const crm::period quarter = crm::calendar_quarter(2025, 1);
  for (auto _ : state) {
    auto cards = empty_cards();
    for (const table& t : in.tables) {
      const crm::label metric = crm::interned(t.name);
      for (std::size_t i = 0; i != rows; ++i) {
        if (!quarter.contains({t.instants[i]})) continue;
        cards[t.owners[i]].update({metric, t.values[i]});
      }
    }
    benchmark::DoNotOptimize(crm::evaluate_each(cards, 1));
  }
  state.SetItemsProcessed(state.iterations() * all_rows);
}
BENCHMARK(by_number)
    ->Name("evaluation/5m_rows/events_by_number")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// Cards by the name of their owner, as a table of texts has it.
void by_name(benchmark::State& state) {
  const input& in = data();
  const crm::period quarter = crm::calendar_quarter(2025, 1);
  for (auto _ : state) {
    auto cards = empty_cards();
    std::map<std::string_view, crm::dynamic_scorecard*, std::less<>> of;
    for (std::size_t i = 0; i != cards.size(); ++i) of.emplace(in.names[i], &cards[i]);
    for (const table& t : in.tables) {
      const crm::label metric = crm::interned(t.name);
      for (std::size_t i = 0; i != rows; ++i) {
        if (!quarter.contains({t.instants[i]})) continue;
        of.find(in.names[t.owners[i]])->second->update({metric, t.values[i]});
      }
    }
    benchmark::DoNotOptimize(crm::evaluate_each(cards, 1));
  }
  state.SetItemsProcessed(state.iterations() * all_rows);
}
BENCHMARK(by_name)
    ->Name("evaluation/5m_rows/events_by_name")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
