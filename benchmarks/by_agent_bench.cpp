// CSAT and NPS by 10,000 agents over a range of structs, against the hand-written loop on the same
// table; and merging such tables.

#include "data.hpp"

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <benchmark/benchmark.h>

#include <vector>

namespace {

namespace crm = crmetrics;

void items(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(bench::surveys().size()) * state.iterations());
}

// The state of the metrics, row by row the same memory traffic, with the checks that a careful
// author writes: a known agent, a rating on the scale.
struct csat_cell {
  std::uint64_t counts[5];
  std::uint64_t missing;
  std::uint64_t invalid;
};
struct nps_cell {
  std::uint64_t detractors, passives, promoters, missing, invalid;
};

void csat_hand(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<csat_cell> table(bench::agents);
    for (const bench::survey& s : bench::surveys()) {
      if (s.agent >= table.size()) std::abort();
      csat_cell& cell = table[s.agent];
      const unsigned point = s.csat - 1u;
      if (point < 5) {
        ++cell.counts[point];
      } else {
        ++cell.invalid;
      }
    }
    benchmark::DoNotOptimize(table.data());
  }
  items(state);
}
BENCHMARK(csat_hand)->Name("by_agent/csat/hand")->Unit(benchmark::kMillisecond);

void nps_hand(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<nps_cell> table(bench::agents);
    for (const bench::survey& s : bench::surveys()) {
      if (s.agent >= table.size()) std::abort();
      nps_cell& cell = table[s.agent];
      if (s.nps > 10) {
        ++cell.invalid;
      } else {
        ++(s.nps >= 9 ? cell.promoters : s.nps >= 7 ? cell.passives : cell.detractors);
      }
    }
    benchmark::DoNotOptimize(table.data());
  }
  items(state);
}
BENCHMARK(nps_hand)->Name("by_agent/nps/hand")->Unit(benchmark::kMillisecond);

auto csat_by_agent() {
  return crm::by(&bench::survey::agent, crm::on(&bench::survey::csat, crm::csat{}),
                 crm::dense_ids(bench::agents));
}
auto nps_by_agent() {
  return crm::by(&bench::survey::agent, crm::on(&bench::survey::nps, crm::nps{}),
                 crm::dense_ids(bench::agents));
}

// The same with projections that the compiler sees through; the place that a pointer to a member
// gives is known at run time only.
auto csat_by_agent_lambdas() {
  return crm::by([](const bench::survey& s) { return s.agent; },
                 crm::on([](const bench::survey& s) { return s.csat; }, crm::csat{}),
                 crm::dense_ids(bench::agents));
}

template <auto Make>
void bulk(benchmark::State& state) {
  for (auto _ : state) {
    auto table = Make();
    table.update_many(bench::surveys());
    benchmark::DoNotOptimize(table);
  }
  items(state);
}
template <auto Make>
void events(benchmark::State& state) {
  for (auto _ : state) {
    auto table = Make();
    for (const bench::survey& s : bench::surveys()) table.update(s);
    benchmark::DoNotOptimize(table);
  }
  items(state);
}
[[maybe_unused]] const bool registered = [] {
  const auto add = [](const char* name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond);
  };
  add("by_agent/csat/update_many", bulk<csat_by_agent>);
  add("by_agent/csat/update", events<csat_by_agent>);
  add("by_agent/csat/update_many_lambdas", bulk<csat_by_agent_lambdas>);
  add("by_agent/csat/update_lambdas", events<csat_by_agent_lambdas>);
  add("by_agent/nps/update_many", bulk<nps_by_agent>);
  add("by_agent/nps/update", events<nps_by_agent>);
  return true;
}();

void ordered(benchmark::State& state) {
  for (auto _ : state) {
    auto table = crm::by(&bench::survey::agent, crm::on(&bench::survey::csat, crm::csat{}));
    table.update_many(bench::surveys());
    benchmark::DoNotOptimize(table);
  }
  items(state);
}
BENCHMARK(ordered)->Name("by_agent/csat/ordered_keys")->Unit(benchmark::kMillisecond);

void merge_hand(benchmark::State& state) {
  const std::vector<nps_cell> other(bench::agents, nps_cell{1, 2, 3, 4, 5});
  std::vector<nps_cell> table(bench::agents);
  for (auto _ : state) {
    for (std::size_t i = 0; i != table.size(); ++i) {
      table[i].detractors += other[i].detractors;
      table[i].passives += other[i].passives;
      table[i].promoters += other[i].promoters;
      table[i].missing += other[i].missing;
      table[i].invalid += other[i].invalid;
    }
    benchmark::DoNotOptimize(table.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(merge_hand)->Name("merge/10000_nps/hand")->Unit(benchmark::kMicrosecond);

void merge_tables(benchmark::State& state) {
  auto table = nps_by_agent();
  auto other = nps_by_agent();
  other.update_many(
      std::vector<bench::survey>(bench::surveys().begin(), bench::surveys().begin() + 100'000));
  for (auto _ : state) {
    table.merge(other);
    benchmark::DoNotOptimize(table);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(merge_tables)->Name("merge/10000_nps/merge")->Unit(benchmark::kMicrosecond);

}  // namespace
