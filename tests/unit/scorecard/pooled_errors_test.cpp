#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/scorecard/pooled_errors.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/workload/rng.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate share(std::uint64_t successes, std::uint64_t trials) {
  crm::proportion p;
  p.update(crm::successes_of{successes, trials});
  return p.result();
}

TEST(pooled_errors, of_shares_are_those_of_the_common_share) {
  const std::vector<crm::estimate> agents{share(29, 30), share(20, 30), share(41, 60), share(0, 0)};
  const auto pooled = crm::pooled_errors(agents);
  ASSERT_EQ(pooled.size(), 4u);
  EXPECT_NEAR(pooled[0]->value, 29. / 30, 1e-15);
  // 90 of 120: sqrt(.75 x .25 / n)
  EXPECT_NEAR(pooled[0]->standard_error, std::sqrt(.1875 / 30), 1e-15);
  EXPECT_NEAR(pooled[2]->standard_error, std::sqrt(.1875 / 60), 1e-15);
  EXPECT_FALSE(pooled[3]);
}

TEST(pooled_errors, of_means_have_the_mean_variance) {
  crm::mean a, b;
  for (const double x : {1., 2., 3.}) a.update(x);  // variance 1
  for (const double x : {0., 6.}) b.update(x);      // variance 18
  const auto pooled = crm::pooled_errors(std::vector<crm::estimate>{a.result(), b.result()});
  const double variance = (3 * 1. + 2 * 18.) / 5;
  EXPECT_NEAR(pooled[0]->standard_error, std::sqrt(variance / 3), 1e-12);
  EXPECT_NEAR(pooled[1]->standard_error, std::sqrt(variance / 2), 1e-12);

  crm::mean one;
  one.update(4.);
  ASSERT_FALSE(one.result().standard_error());
  const auto with_one =
      crm::pooled_errors(std::vector<crm::estimate>{a.result(), b.result(), one.result()});
  EXPECT_NEAR(with_one[2]->standard_error, std::sqrt(variance), 1e-12) << "from the others";
  EXPECT_FALSE(crm::pooled_errors(std::vector<crm::estimate>{one.result()})[0]);
}

struct contact {
  int agent;
  bool resolved;
};
auto team() {
  return crm::by(
      &contact::agent,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{0, 1}, 1))
          .with(crm::delta{}));
}

TEST(pooled_errors, of_totals_go_through_the_marginal_values) {
  auto agents = team();
  for (int i = 0; i != 30; ++i) {
    agents.update(contact{1, i < 29});
    agents.update(contact{2, i < 16});
  }
  const auto results = agents.result();
  const auto pooled = crm::pooled_total_errors(results);
  ASSERT_EQ(pooled.size(), 2u);
  EXPECT_NEAR(pooled[0]->value, 100 * 29. / 30, 1e-12);
  EXPECT_NEAR(pooled[0]->standard_error, 100 * std::sqrt(.1875 / 30), 1e-12);
  EXPECT_LT(results.find(1)->uncertainty->standard_error, pooled[0]->standard_error / 2)
      << "his own error is what luck made it";
}

// Twenty agents who are all as good, 30 contacts each: the board must say so. The set of whoever
// comes first holds rank 20 in at least 90 % of 1,000 months.
TEST(rank_sets, twenty_equal_agents_are_not_separable) {
  crm::workload::random_stream random(20'251'123);
  int last_rank_open = 0;
  int nothing_separates = 0;
  int by_own_errors = 0;
  const crm::simultaneous how{.level = crm::confidence_level(.9), .draws = 1'000};
  for (int month = 0; month != 1'000; ++month) {
    auto agents = team();
    for (int agent = 0; agent != 20; ++agent) {
      for (int i = 0; i != 30; ++i) agents.update(contact{agent, random.chance(75, 100)});
    }
    const auto results = agents.result(crm::confidence_level::none());
    std::vector<crm::ranked_value> pooled;
    std::vector<crm::ranked_value> own;
    for (const auto& v : crm::pooled_total_errors(results)) pooled.push_back(*v);
    for (const auto& row : results) own.push_back(*crm::ranked_total(row.result));
    const auto sets = crm::rank_sets(pooled, how);
    const auto first = static_cast<std::size_t>(
        std::max_element(pooled.begin(), pooled.end(),
                         [](const auto& a, const auto& b) { return a.value < b.value; }) -
        pooled.begin());
    last_rank_open += sets[first].contains(20) ? 1 : 0;
    nothing_separates += sets.nothing_separates() ? 1 : 0;
    if (month < 200) by_own_errors += crm::rank_sets(own, how).nothing_separates() ? 1 : 0;
  }
  RecordProperty("months_of_1000_with_rank_20_open", last_rank_open);
  RecordProperty("months_of_200_by_own_errors", by_own_errors);
  EXPECT_GE(last_rank_open, 900);
  EXPECT_LE(last_rank_open, 985) << "a level that holds is not one that never speaks";
  EXPECT_EQ(nothing_separates, last_rank_open) << "with equal errors the widest gap decides";
  EXPECT_LT(by_own_errors, 180) << "own errors separate by luck: why they are pooled";
}

}  // namespace
