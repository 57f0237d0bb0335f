// Scorecards of 30 components in three groups, one for each of 10,000 agents with 40 records each:
// evaluating them all, explaining them, and simulating 4,000 months of each on two threads.

#include "data.hpp"

#include <crmetrics/crmetrics.hpp>
#include <crmetrics/scorecard/evaluate_each.hpp>
#include <crmetrics/scorecard/explanation.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

constexpr std::size_t agents = 10'000;
constexpr int records = 40;

// What is measured in one group.
template <int I>
struct observed {
  bool solved;
  double points;
};

template <int I>
auto shares(crm::label a, crm::label b, crm::label c, crm::label d, crm::label e) {
  const auto one = [](crm::label name) {
    return crm::component(name, crm::on(&observed<I>::solved, crm::proportion{}),
                          crm::linear{.2, .9}, 1);
  };
  return std::tuple(one(a), one(b), one(c), one(d), one(e));
}
template <int I>
auto means(crm::label a, crm::label b, crm::label c, crm::label d, crm::label e) {
  const auto one = [](crm::label name) {
    return crm::component(name, crm::on(&observed<I>::points, crm::mean{}), crm::linear{0, 100}, 2);
  };
  return std::tuple(one(a), one(b), one(c), one(d), one(e));
}
auto card() {
  const auto in_group = [](crm::label name, double weight, auto first, auto second) {
    return std::apply([&](auto... part) { return crm::group(name, weight, part...); },
                      std::tuple_cat(first, second));
  };
  return crm::make_scorecard(in_group("satisfaction", 40, shares<0>("a0", "a1", "a2", "a3", "a4"),
                                      means<0>("a5", "a6", "a7", "a8", "a9")),
                             in_group("efficiency", 30, shares<1>("b0", "b1", "b2", "b3", "b4"),
                                      means<1>("b5", "b6", "b7", "b8", "b9")),
                             in_group("professional", 30, shares<2>("c0", "c1", "c2", "c3", "c4"),
                                      means<2>("c5", "c6", "c7", "c8", "c9")))
      .graded({{"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}});
}

const auto& team() {
  static const auto all = [] {
    std::vector cards(agents, card());
    std::uint64_t state = 3;
    for (auto& one : cards) {
      for (int i = 0; i != records; ++i) {
        const std::uint64_t x = bench::next(state);
        const auto points = static_cast<double>(x % 101);
        one.update(observed<0>{(x >> 20 & 3) != 0, points});
        one.update(observed<1>{(x >> 22 & 3) != 0, points});
        one.update(observed<2>{(x >> 24 & 3) != 0, points});
      }
    }
    return cards;
  }();
  return all;
}

void evaluate(benchmark::State& state) {
  static_cast<void>(team());
  for (auto _ : state) {
    double sum = 0;
    for (const auto& one : team()) sum += *one.result(crm::confidence_level::none()).total;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(agents) * state.iterations());
}
BENCHMARK(evaluate)->Name("scorecard/10000_agents_30_leaves")->Unit(benchmark::kMillisecond);

void evaluate_with_intervals(benchmark::State& state) {
  static_cast<void>(team());
  for (auto _ : state) {
    double sum = 0;
    for (const auto& one : team()) sum += *one.result().total;
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(evaluate_with_intervals)
    ->Name("scorecard/10000_agents_30_leaves/with_intervals")
    ->Unit(benchmark::kMillisecond);

void evaluate_with_delta(benchmark::State& state) {
  std::vector cards = team();
  for (auto& one : cards) one = std::move(one).with(crm::delta{});
  for (auto _ : state) {
    double sum = 0;
    for (const auto& one : cards) {
      sum += one.result(crm::confidence_level::none()).uncertainty->standard_error;
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(evaluate_with_delta)
    ->Name("scorecard/10000_agents_30_leaves/delta")
    ->Unit(benchmark::kMillisecond);

void explain_each(benchmark::State& state) {
  std::vector<crm::score_report> reports;
  for (const auto& one : team()) reports.push_back(one.result(crm::confidence_level::none()));
  for (auto _ : state) {
    double sum = 0;
    for (const auto& report : reports) sum += crm::explain(report).losses.front().points;
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(explain_each)
    ->Name("scorecard/10000_agents_30_leaves/explain")
    ->Unit(benchmark::kMillisecond);

void simulate(benchmark::State& state) {
  std::vector cards = team();
  for (auto& one : cards) one = std::move(one).with(crm::monte_carlo{4'000, 7});
  for (auto _ : state) {
    const auto reports = crm::evaluate_each(cards, static_cast<unsigned>(state.range(0)),
                                            crm::confidence_level::none());
    benchmark::DoNotOptimize(reports.data());
  }
}
BENCHMARK(simulate)
    ->Name("scorecard/10000_agents_30_leaves/4000_draws/threads")
    ->Arg(2)
    ->Iterations(1)
    ->Repetitions(1)  // it takes the best part of a minute
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
