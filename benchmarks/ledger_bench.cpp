// A subscription ledger of 10 million rows of 2 million customers, shuffled: putting it in order
// and asking it for one month, against std::sort of the same rows and one pass over them.

#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/time/period.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace {

namespace crm = crmetrics;

struct row {
  std::uint64_t customer = 0;
  std::int64_t at = 0;
  std::int64_t level = 0;
};
constexpr crm::ledger_fields fields{
    .customer = &row::customer, .at = &row::at, .level = &row::level};
constexpr std::int64_t day = 86'400'000'000;
const crm::period month({500 * day}, {530 * day});

/// Customers are numbers from 0 (dense) or 64-bit numbers without an order (sparse).
const std::vector<row>& rows(bool dense) {
  static std::map<bool, std::vector<row>> made;
  std::vector<row>& all = made[dense];
  if (!all.empty()) return all;
  std::uint64_t state = 1;
  const auto next = [&](std::uint64_t below) {  // splitmix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % below;
  };
  all.resize(10'000'000);
  for (row& r : all) {
    r.customer = next(2'000'000) * (dense ? 1 : 0x9e3779b97f4a7c15);
    r.at = static_cast<std::int64_t>(next(1'000 * std::uint64_t{day}));
    r.level = static_cast<std::int64_t>(next(4) * 1'000);
  }
  return all;
}

void ledger_read(benchmark::State& state) {
  const std::vector<row>& data = rows(state.range(0) != 0);
  for (auto _ : state) {
    const auto ledger = crm::read_ledger(data, fields);
    crm::churn churn;
    churn.update_many(ledger.in(month));
    benchmark::DoNotOptimize(churn.result().value());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
}
BENCHMARK(ledger_read)->ArgName("dense")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);

void ledger_read_by_hand(benchmark::State& state) {
  const std::vector<row>& data = rows(state.range(0) != 0);
  for (auto _ : state) {
    std::vector<row> sorted = data;
    std::sort(sorted.begin(), sorted.end(), [](const row& a, const row& b) {
      return a.customer != b.customer ? a.customer < b.customer : a.at < b.at;
    });
    std::uint64_t at_start = 0;
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i != sorted.size();) {
      std::int64_t start = 0;
      std::int64_t end = 0;
      const std::uint64_t customer = sorted[i].customer;
      for (; i != sorted.size() && sorted[i].customer == customer; ++i) {
        if (sorted[i].at < month.from().microseconds) start = sorted[i].level;
        if (sorted[i].at < month.to().microseconds) end = sorted[i].level;
      }
      at_start += start > 0 ? 1 : 0;
      lost += start > 0 && end == 0 ? 1 : 0;
    }
    benchmark::DoNotOptimize(static_cast<double>(lost) / static_cast<double>(at_start));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
}
BENCHMARK(ledger_read_by_hand)->ArgName("dense")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);

template <class M>
void ledger_month(benchmark::State& state) {
  const auto ledger = crm::read_ledger(rows(true), fields);
  for (auto _ : state) {
    M metric;
    metric.update_many(ledger.in(month));
    benchmark::DoNotOptimize(metric);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(ledger.customers()));
}
BENCHMARK(ledger_month<crm::churn>)->Unit(benchmark::kMillisecond);
BENCHMARK(ledger_month<crm::basic_churn<crm::churn_by_day>>)->Unit(benchmark::kMillisecond);
BENCHMARK(ledger_month<crm::revenue_movements>)->Unit(benchmark::kMillisecond);

}  // namespace
