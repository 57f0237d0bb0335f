// A scorecard of four components, a corrector and a veto over 1,000 agents: taking a million events
// and evaluating all cards, against a hand-written table of the same counts and sums.

#include "data.hpp"

#include <crmetrics/crmetrics.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;

constexpr std::uint32_t agents = 1'000;

struct call {
  std::uint32_t agent;
  std::int32_t seconds;
  bool came_back;
};
struct check {
  std::uint32_t agent;
  bool failed;
};

auto card() {
  return crm::make_scorecard(
             crm::component("csat", crm::on(&bench::survey::csat, crm::csat{}), crm::linear{.2, .6},
                            30),
             crm::component("nps", crm::on(&bench::survey::nps, crm::nps{}), crm::linear{-.6, 0},
                            20),
             crm::component("handle time", crm::on(&call::seconds, crm::handle_time{}),
                            crm::linear{900, 300}, 30)
                 .corrected_by("came back", crm::scaled{.08, .18, .5}),
             crm::component("quality", crm::on(&check::failed, crm::error_rate{}),
                            crm::linear{.2, 0}, 20),
             crm::corrector("came back", crm::on(&call::came_back, crm::error_rate{})),
             crm::veto("compliance", crm::on(&check::failed, crm::error_rate{}), crm::above{.05},
                       crm::cap{59.9}))
      .graded({{"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}});
}

struct events {
  std::vector<bench::survey> surveys;
  std::vector<call> calls;
  std::vector<check> checks;
};
const events& input() {
  static const events all = [] {
    events e;
    std::uint64_t state = 3;
    for (std::size_t i = 0; i != 400'000; ++i) {
      bench::survey s = bench::surveys()[i];
      s.agent %= agents;
      e.surveys.push_back(s);
      const std::uint64_t x = bench::next(state);
      e.calls.push_back({static_cast<std::uint32_t>(x % agents),
                         static_cast<std::int32_t>(x >> 20 & 1023), (x >> 40) % 10 == 0});
      if (i % 2 == 0) {
        e.checks.push_back({static_cast<std::uint32_t>((x >> 10) % agents), (x >> 50) % 30 == 0});
      }
    }
    return e;
  }();
  return all;
}

auto team() {
  return crm::by([](const auto& e) { return e.agent; }, card(), crm::dense_ids(agents));
}

struct hand_cell {
  std::uint64_t csat[5] = {}, nps[3] = {}, calls = 0, back = 0, checks = 0, failed = 0;
  __extension__ __int128 sum = 0;
  __extension__ unsigned __int128 squares = 0;
};
std::vector<hand_cell> hand_table() {
  std::vector<hand_cell> table(agents);
  for (const auto& s : input().surveys) {
    if (s.csat - 1u < 5) ++table[s.agent].csat[s.csat - 1];
    if (s.nps <= 10) ++table[s.agent].nps[s.nps >= 9 ? 2 : s.nps >= 7 ? 1 : 0];
  }
  for (const auto& c : input().calls) {
    hand_cell& cell = table[c.agent];
    const std::int64_t us = std::int64_t{c.seconds} * 1'000'000;
    ++cell.calls;
    cell.back += c.came_back;
    cell.sum += us;
    cell.squares += static_cast<std::uint64_t>(us) * static_cast<std::uint64_t>(us);
  }
  for (const auto& c : input().checks) {
    ++table[c.agent].checks;
    table[c.agent].failed += c.failed;
  }
  return table;
}

void update_hand(benchmark::State& state) {
  static_cast<void>(input());
  for (auto _ : state) {
    auto table = hand_table();
    benchmark::DoNotOptimize(table.data());
  }
  state.SetItemsProcessed(1'000'000 * state.iterations());
}
BENCHMARK(update_hand)->Name("card/1000_agents/take_events/hand")->Unit(benchmark::kMillisecond);

void update_card(benchmark::State& state) {
  static_cast<void>(input());
  for (auto _ : state) {
    auto t = team();
    t.update_many(input().surveys);
    t.update_many(input().calls);
    t.update_many(input().checks);
    benchmark::DoNotOptimize(t);
  }
  state.SetItemsProcessed(1'000'000 * state.iterations());
}
BENCHMARK(update_card)
    ->Name("card/1000_agents/take_events/update_many")
    ->Unit(benchmark::kMillisecond);

// Point values, points, weights, veto; no intervals, no reasons, no report.
double hand_total(const hand_cell& c) {
  const auto clamp = [](double x) { return x < 0 ? 0 : x > 1 ? 1.0 : x; };
  double n = 0;
  for (auto k : c.csat) n += static_cast<double>(k);
  const double csat = static_cast<double>(c.csat[3] + c.csat[4]) / n;
  const double answers = static_cast<double>(c.nps[0] + c.nps[1] + c.nps[2]);
  const double nps = (static_cast<double>(c.nps[2]) - static_cast<double>(c.nps[0])) / answers;
  const double aht = static_cast<double>(c.sum) / static_cast<double>(c.calls) / 1e6;
  const double back = static_cast<double>(c.back) / static_cast<double>(c.calls);
  const double errors = static_cast<double>(c.failed) / static_cast<double>(c.checks);
  const double total = .3 * 100 * clamp((csat - .2) / .4) + .2 * 100 * clamp((nps + .6) / .6) +
                       .3 * 100 * clamp((aht - 900) / -600) * (1 - .5 * clamp((back - .08) / .1)) +
                       .2 * 100 * clamp((errors - .2) / -.2);
  return errors > .05 ? std::fmin(total, 59.9) : total;
}

void evaluate_hand(benchmark::State& state) {
  const auto table = hand_table();
  for (auto _ : state) {
    double sum = 0;
    for (const auto& cell : table) sum += hand_total(cell);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(agents * state.iterations());
}
BENCHMARK(evaluate_hand)->Name("card/1000_agents/evaluate/hand")->Unit(benchmark::kMicrosecond);

void evaluate_card(benchmark::State& state) {
  auto t = team();
  t.update_many(input().surveys);
  t.update_many(input().calls);
  t.update_many(input().checks);
  for (auto _ : state) {
    const auto results = t.result();
    benchmark::DoNotOptimize(results.rows.data());
  }
  state.SetItemsProcessed(agents * state.iterations());
}
BENCHMARK(evaluate_card)->Name("card/1000_agents/evaluate/result")->Unit(benchmark::kMicrosecond);

}  // namespace
