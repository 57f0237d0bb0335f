#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/dense_ranking.hpp>
#include <crmetrics/scorecard/expected_ranks.hpp>
#include <crmetrics/scorecard/fractional_ranking.hpp>
#include <crmetrics/scorecard/james_stein.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>
#include <crmetrics/scorecard/ordinal_ranking.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include "laws/for_all.hpp"
#include "laws/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// L17 (ranks of every kind), L18 (shrinkage) and L19 (doubt).
namespace crmetrics::laws {
namespace {

void require(bool holds, std::string_view law) {
  if (!holds) throw law_broken(std::string(law));
}
bool between(double x, double a, double b) {
  const double slack = 1e-12 * (std::abs(a) + std::abs(b));
  return std::min(a, b) - slack <= x && x <= std::max(a, b) + slack;
}

struct answer {
  int agent;
  figure f;
};
auto empty_team() {
  return by(&answer::agent,
            make_scorecard(component("f", on(&answer::f, given{}), linear{0, 100}, 1).at_least(2)));
}

void every_kind_of_rank_counts_who_is_better(tape t) {
  const auto n = static_cast<std::size_t>(t.whole(0, 12));
  auto team = empty_team();
  std::map<int, double> grid;  // of those who are ranked, in whole steps of 1e-9 points
  for (std::size_t i = 0; i != n; ++i) {
    const auto agent = static_cast<int>(i);
    const double points = t.whole(0, 5) * 20 + (t.chance(3) ? 1e-11 : 0);
    const std::uint64_t observed = t.chance(4) ? 1 : 5;
    team.update(answer{agent, {points, observed}});
    if (observed != 1) grid[agent] = std::round(points * 1e9);
  }
  const auto results = team.result();
  const auto dense = dense_ranking(results);
  const auto fractional = fractional_ranking(results);
  const auto ordinal = ordinal_ranking(results);
  require(dense.size() == n && fractional.size() == n && ordinal.size() == n, "L17 all are listed");
  double sum = 0;
  std::set<std::size_t> used;
  for (std::size_t i = 0; i != n; ++i) {
    require(dense[i].key == fractional[i].key && dense[i].key == ordinal[i].key, "L17 one order");
    const auto own = grid.find(dense[i].key);
    require((own != grid.end()) == dense[i].rank.has_value(), "L17 no total, no rank");
    require((own != grid.end()) == fractional[i].rank.has_value(), "L17 no total, no rank");
    if (own == grid.end()) continue;
    std::set<double> better;
    double above = 0;
    double tied = 0;
    for (const auto& [agent, points] : grid) {
      if (points > own->second) better.insert(points), above += 1;
      if (points == own->second) tied += 1;
    }
    require(*dense[i].rank == better.size() + 1, "L17 dense");
    require(*fractional[i].rank == above + (tied + 1) / 2, "L17 fractional");
    require(*ordinal[i].rank == i + 1 && used.insert(*ordinal[i].rank).second, "L17 ordinal");
    sum += *fractional[i].rank;
  }
  const auto ranked = static_cast<double>(grid.size());
  require(sum == ranked * (ranked + 1) / 2, "L17 fractional ranks add up to n (n + 1) / 2");
}

std::vector<ranked_value> draw_values(tape& t) {
  std::vector<ranked_value> values(static_cast<std::size_t>(t.whole(1, 9)));
  for (ranked_value& v : values) v = {t.whole(0, 20) * 5., t.chance(5) ? 0 : t.real(.1, 10)};
  return values;
}

void expected_ranks_add_up_and_follow_their_owners(tape t) {
  std::vector<ranked_value> values = draw_values(t);
  const std::vector<double> ranks = expected_ranks(values);
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (std::size_t i = 0; i != values.size(); ++i) {
    sum += ranks[i];
    require(1 <= ranks[i] && ranks[i] <= n, "L17 an expected rank is a place");
  }
  require_near(sum, n * (n + 1) / 2, 1e-10, "L17 expected ranks add up to n (n + 1) / 2");
  std::vector<ranked_value> reversed(values.rbegin(), values.rend());
  const std::vector<double> other = expected_ranks(reversed);
  for (std::size_t i = 0; i != values.size(); ++i) {
    require_near(ranks[i], other[values.size() - 1 - i], 1e-10, "L17 in another order");
  }
}

void rank_sets_hold_the_rank_and_follow_their_owners(tape t) {
  const std::vector<ranked_value> values = draw_values(t);
  simultaneous how{.level = confidence_level(.9), .draws = 200, .seed = t.next()};
  const rank_set_table sets = rank_sets(values, how);
  how.threads = 3;
  std::vector<ranked_value> reversed(values.rbegin(), values.rend());
  const rank_set_table other = rank_sets(reversed, how);
  for (std::size_t i = 0; i != values.size(); ++i) {
    std::size_t better = 0;
    std::size_t worse = 0;
    for (const ranked_value& v : values) {
      better += v.value > values[i].value ? 1U : 0U;
      worse += v.value < values[i].value ? 1U : 0U;
    }
    require(sets[i].first <= better + 1 && values.size() - worse <= sets[i].last,
            "L17 a rank set holds the ranks that were observed");
    require(sets[i] == other[values.size() - 1 - i], "L17 threads and order change no set");
    for (std::size_t j = 0; j != values.size(); ++j) {
      if (values[i] == values[j]) require(sets[i] == sets[j], "L19 identical members");
      require(!sets.is_above(i, j) || values[i].value > values[j].value, "L17 above is above");
    }
  }
  require(sets.top(values.size()).size() == values.size(), "L17 the top n are all");
}

void shrinkage_lies_between(tape t) {
  const auto trials = static_cast<std::uint64_t>(t.whole(1, 300));
  const auto successes = static_cast<std::uint64_t>(t.whole(0, static_cast<int>(trials)));
  const double mean = t.real(0, 1);
  const double strength = t.real(0, 200);
  const auto share_of = [](std::uint64_t x, std::uint64_t n) {
    proportion p;
    p.update(successes_of{x, n});
    return p.result();
  };
  const estimate raw = share_of(successes, trials);
  const beta_binomial prior{mean, strength};
  const double shrunk = prior.shrink(raw).value();
  require(between(shrunk, raw.value(), mean), "L18 between what was measured and the mean");
  const std::uint64_t many = 1'000'000'000;
  require_near(prior.shrink(share_of(successes * many, trials * many)).value(), raw.value(), 1e-6,
               "L18 of very many: what was measured");
  if (strength > 0) {
    require_near(prior.shrink(proportion{}.result()).value(), mean, 1e-12, "L18 of none: the mean");
  }
  const double more = prior.shrink(share_of(successes * 10, trials * 10)).value();
  require(between(shrunk, more, mean), "L18 more observations are drawn less");

  const auto figure_of = [](double value, double error) {
    given g;
    g.update(figure{value, 10, error});
    return g.result();
  };
  const double value = t.real(-50, 50);
  const double error = t.real(.1, 20);
  const normal_normal normal{.mean = t.real(-50, 50), .between = t.real(0, 20)};
  const estimate drawn = normal.shrink(figure_of(value, error));
  require(between(drawn.value(), value, normal.mean), "L18 normal: between");
  require(*drawn.standard_error() <= std::max(error, normal.between) + 1e-12,
          "L18 normal: never less sure than either");
  if (normal.between > .1) {
    require_near(normal.shrink(figure_of(value, 1e-9)).value(), value, 1e-6, "L18 normal: sure");
  }
  require_near(normal.shrink(given{}.result()).value(), normal.mean, 0, "L18 normal: none");
  const james_stein one_factor{normal.mean, t.real(0, 1)};
  require(between(one_factor.shrink(figure_of(value, error)).value(), value, normal.mean),
          "L18 James-Stein: between");
}

// The delta method on a card of one share off its kinks: four times the observations, half the
// doubt; and the bounds of every interval stay in range.
void doubt_falls_as_observations_come(tape t) {
  const auto trials = static_cast<std::uint64_t>(t.whole(2, 200));
  const auto successes = static_cast<std::uint64_t>(t.whole(1, static_cast<int>(trials) - 1));
  const auto evaluated = [&](std::uint64_t times) {
    auto card = make_scorecard(component("share", proportion{}, linear{0, 1}, 1)).with(delta{});
    card.update(successes_of{successes * times, trials * times});
    return *card.result().uncertainty;
  };
  const score_uncertainty few = evaluated(1);
  const score_uncertainty more = evaluated(4);
  require_near(more.standard_error * 2, few.standard_error, 1e-10, "L19 half the error");
  require(more.interval.width() <= few.interval.width(), "L19 a narrower interval");
  require(0 <= few.interval.low && few.interval.high <= 100, "L19 in range");
}

class ranks_law : public testing::Test {
 public:
  ranks_law(int cases, void (*law)(tape)) : cases_(cases), law_(law) {}
  void TestBody() override {
    const std::string counterexample = for_all_tapes(cases_, 60, law_);
    EXPECT_TRUE(counterexample.empty()) << counterexample;
  }

 private:
  int cases_;
  void (*law_)(tape);
};

bool enter_law(const char* name, void (*law)(tape)) {
  const auto test = [&](const char* suite, int cases) {
    testing::RegisterTest(suite, name, nullptr, nullptr, __FILE__, __LINE__,
                          [cases, law]() -> testing::Test* { return new ranks_law(cases, law); });
  };
  test("ranks_laws", 1'000);
  test("slow_ranks_laws", 20'000);
  return true;
}

[[maybe_unused]] const bool laws_entered =
    enter_law("L17_every_kind_of_rank", every_kind_of_rank_counts_who_is_better) &&
    enter_law("L17_expected_ranks", expected_ranks_add_up_and_follow_their_owners) &&
    enter_law("L17_rank_sets", rank_sets_hold_the_rank_and_follow_their_owners) &&
    enter_law("L18_shrinkage", shrinkage_lies_between) &&
    enter_law("L19_doubt_falls", doubt_falls_as_observations_come);

}  // namespace
}  // namespace crmetrics::laws
