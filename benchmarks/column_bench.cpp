// NPS and CSAT on columns of bytes and of wider numbers, against the loop that one would write,
// Boost.Accumulators and the speed at which the machine can read the column at all.

#include "data.hpp"

#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <benchmark/benchmark.h>

#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <cstring>

namespace {

namespace crm = crmetrics;
namespace acc = boost::accumulators;

void bytes_read(benchmark::State& state, std::size_t each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(each) * state.iterations());
}

void column_read(benchmark::State& state) {
  const auto& column = bench::nps_column();
  for (auto _ : state) {
    // Four sums side by side, written out: -O2 does not unroll, and one chain of additions would be
    // slower than the memory.
    std::uint64_t a = 0, b = 0, c = 0, d = 0;
    for (const std::uint8_t *p = column.data(), *end = p + column.size(); p != end; p += 32) {
      std::uint64_t w[4];
      std::memcpy(w, p, sizeof w);
      a += w[0], b += w[1], c += w[2], d += w[3];
    }
    std::uint64_t sums = a + b + c + d;
    benchmark::DoNotOptimize(sums);
  }
  bytes_read(state, column.size());
}
BENCHMARK(column_read)->Name("column/read")->Unit(benchmark::kMillisecond);

void nps_hand(benchmark::State& state) {
  const auto& column = bench::nps_column();
  for (auto _ : state) {
    std::uint64_t promoters = 0;
    std::uint64_t detractors = 0;
    for (const std::uint8_t x : column) {
      promoters += x >= 9;
      detractors += x <= 6;
    }
    benchmark::DoNotOptimize(promoters);
    benchmark::DoNotOptimize(detractors);
  }
  bytes_read(state, column.size());
}
BENCHMARK(nps_hand)->Name("column/nps/hand")->Unit(benchmark::kMillisecond);

// The same scores as other tools hold them: whole numbers of 32 bits, real ones.
template <class T>
const std::vector<T>& wide_column() {
  static const std::vector<T> column = [] {
    const auto& bytes = bench::nps_column();
    return std::vector<T>(bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 8));
  }();
  return column;
}
template <class T>
void wide_hand(benchmark::State& state) {
  const auto& column = wide_column<T>();
  for (auto _ : state) {
    std::uint64_t promoters = 0;
    std::uint64_t detractors = 0;
    for (const T x : column) {
      promoters += x >= 9;
      detractors += x <= 6;
    }
    benchmark::DoNotOptimize(promoters);
    benchmark::DoNotOptimize(detractors);
  }
  bytes_read(state, column.size() * sizeof(T));
}
template <class T>
void wide_bulk(benchmark::State& state) {
  for (auto _ : state) {
    crm::nps m;
    m.update_many(wide_column<T>());
    benchmark::DoNotOptimize(m);
  }
  bytes_read(state, wide_column<T>().size() * sizeof(T));
}

using column_source = const std::vector<std::uint8_t>& (*)();

template <class Metric, column_source Column>
void bulk(benchmark::State& state) {
  for (auto _ : state) {
    Metric m;
    m.update_many(Column());
    benchmark::DoNotOptimize(m);
  }
  bytes_read(state, Column().size());
}
template <class Metric, column_source Column>
void events(benchmark::State& state) {
  for (auto _ : state) {
    Metric m;
    for (const std::uint8_t x : Column()) m.update(x);
    benchmark::DoNotOptimize(m);
  }
  bytes_read(state, Column().size());
}
template <class Feature, column_source Column>
void accumulators(benchmark::State& state) {
  for (auto _ : state) {
    acc::accumulator_set<std::uint8_t, acc::stats<Feature>> set;
    for (const std::uint8_t x : Column()) set(x);
    benchmark::DoNotOptimize(set);
  }
  bytes_read(state, Column().size());
}

void csat_hand(benchmark::State& state) {
  const auto& column = bench::csat_column();
  for (auto _ : state) {
    std::uint64_t counts[5] = {};
    for (const std::uint8_t x : column) ++counts[x - 1];
    benchmark::DoNotOptimize(counts);
  }
  bytes_read(state, column.size());
}
BENCHMARK(csat_hand)->Name("column/csat/hand")->Unit(benchmark::kMillisecond);

[[maybe_unused]] const bool registered = [] {
  const auto add = [](const char* name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond);
  };
  using bench::csat_column;
  using bench::nps_column;
  add("column/nps/update_many", bulk<crm::nps, nps_column>);
  add("column/nps/update", events<crm::nps, nps_column>);
  add("column/nps/boost_accumulators", accumulators<crm::tag::nps, nps_column>);
  add("column/nps_32_bits/hand", wide_hand<std::int32_t>);
  add("column/nps_32_bits/update_many", wide_bulk<std::int32_t>);
  add("column/nps_real/hand", wide_hand<double>);
  add("column/nps_real/update_many", wide_bulk<double>);
  add("column/csat/update_many", bulk<crm::csat, csat_column>);
  add("column/csat/update", events<crm::csat, csat_column>);
  add("column/csat/boost_accumulators", accumulators<crm::tag::csat, csat_column>);
  add("column/boost_mean", accumulators<acc::tag::mean, csat_column>);
  return true;
}();

}  // namespace
