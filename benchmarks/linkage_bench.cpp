// Linking shuffled contacts, against sorting the same records with std::sort and one pass: 10
// million of them, and 100 million where CRMETRICS_BENCH_LARGE is set (8 GB of memory).

#include "data.hpp"

#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct contact {
  std::uint32_t customer;
  std::uint32_t issue;
  std::int64_t opened;
  std::int64_t resolved;
};

constexpr std::int64_t day = 86'400'000'000;
constexpr crm::instant year_end{366 * day};
constexpr crm::contact_fields fields{.customer = &contact::customer,
                                     .opened = &contact::opened,
                                     .resolved = &contact::resolved,
                                     .issue = &contact::issue};

// A year of contacts, 50 for each customer, about 9 issues; or 1,000 customers with all of them.
enum class keys { many, few };
const std::vector<contact>& contacts(std::size_t n, keys k, bool sorted) {
  static std::vector<contact> held;
  static std::tuple<std::size_t, keys, bool> what{0, keys::many, false};
  if (what == std::tuple(n, k, sorted)) return held;
  held = {};
  held.resize(n);
  std::uint64_t state = 5;
  const std::uint64_t customers = k == keys::many ? n / 50 : 1'000;
  for (contact& c : held) {
    const std::uint64_t x = bench::next(state);
    const std::uint64_t y = bench::next(state);
    c.customer = static_cast<std::uint32_t>(x % customers);
    c.issue = static_cast<std::uint32_t>((x >> 40) % 9);
    c.opened = static_cast<std::int64_t>(y % (365 * day));
    c.resolved = c.opened + static_cast<std::int64_t>((y >> 20) % day);
  }
  if (sorted) {
    std::sort(held.begin(), held.end(),
              [](const contact& a, const contact& b) { return a.opened < b.opened; });
  }
  what = {n, k, sorted};
  return held;
}

std::size_t repeats(const auto& linked) {
  std::size_t sum = 0;
  for (const auto& c : linked) sum += c.repeated() ? 1U : 0U;
  return sum;
}

void link(benchmark::State& state, std::size_t n, keys k, bool sorted, unsigned threads) {
  const std::vector<contact>& rows = contacts(n, k, sorted);
  for (auto _ : state) {
    const auto linked =
        crm::link_contacts(rows, fields, crm::within{}, year_end, {.threads = threads});
    benchmark::DoNotOptimize(linked.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
}
// The copy that is sorted is made outside of the time.
void sort_and_pass(benchmark::State& state, std::size_t n, keys k, bool sorted) {
  const std::vector<contact>& rows = contacts(n, k, sorted);
  std::vector<contact> copy;
  std::size_t sum = 0;
  for (auto _ : state) {
    state.PauseTiming();
    copy = rows;
    state.ResumeTiming();
    std::sort(copy.begin(), copy.end(), [](const contact& a, const contact& b) {
      if (a.customer != b.customer) return a.customer < b.customer;
      if (a.issue != b.issue) return a.issue < b.issue;
      return a.opened < b.opened;
    });
    sum = 0;
    for (std::size_t i = 0; i != n; ++i) {
      const contact& c = copy[i];
      std::size_t j = i + 1;
      const auto same = [&] {
        return j != n && copy[j].customer == c.customer && copy[j].issue == c.issue;
      };
      while (same() && copy[j].opened <= c.resolved) ++j;
      sum += same() && copy[j].opened - c.resolved <= 7 * day ? 1U : 0U;
    }
    benchmark::DoNotOptimize(sum);
  }
  copy = {};
  const auto linked = crm::link_contacts(rows, fields, crm::within{}, year_end);
  if (repeats(linked) != sum) state.SkipWithError("the two do not agree");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
}

const bool registered = [] {
  std::vector<std::pair<std::string, std::size_t>> sizes{{"10m", 10'000'000}};
  if (std::getenv("CRMETRICS_BENCH_LARGE") != nullptr) sizes.emplace_back("100m", 100'000'000);
  for (const auto& [name, n] : sizes) {
    for (const keys k : {keys::many, keys::few}) {
      for (const bool sorted : {false, true}) {
        const std::string what = "linkage/" + name + (k == keys::few ? "_few_keys" : "") +
                                 (sorted ? "_in_order" : "_shuffled");
        const auto add = [&](const std::string& how, auto run) {
          benchmark::RegisterBenchmark((what + how).c_str(), run)
              ->Unit(benchmark::kMillisecond)
              ->UseRealTime();
        };
        add("/link", [=](benchmark::State& s) { link(s, n, k, sorted, 1); });
        add("/link_two_threads", [=](benchmark::State& s) { link(s, n, k, sorted, 2); });
        add("/sort", [=](benchmark::State& s) { sort_and_pass(s, n, k, sorted); });
      }
    }
  }
  return true;
}();

}  // namespace
