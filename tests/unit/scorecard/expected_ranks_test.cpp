#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/expected_ranks.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace {

namespace crm = crmetrics;

// Worked out by somebody else: league_tables.json, expected_rank_normal.
TEST(expected_ranks, of_six_agents) {
  const std::vector<crm::ranked_value> values{{85.44, 2.9}, {84.9, 1.2}, {88.0, 4.0},
                                              {79.5, 1.5},  {83.0, 2.0}, {90.2, 6.0}};
  const double expected[] = {3.170692549286475,  3.356274005388421, 2.3060623063968464,
                             5.8172238709038915, 4.369592847377576, 1.98015442064679};
  const std::vector<double> ranks = crm::expected_ranks(values);
  double sum = 0;
  for (std::size_t i = 0; i != values.size(); ++i) {
    EXPECT_NEAR(ranks[i], expected[i], 1e-12) << i;
    sum += ranks[i];
  }
  EXPECT_NEAR(sum, 21, 1e-12);
}

TEST(expected_ranks, without_errors_are_the_fractional_ranks) {
  const std::vector<crm::ranked_value> values{{70, 0}, {90, 0}, {70, 0}, {60, 0}};
  EXPECT_EQ(crm::expected_ranks(values), (std::vector<double>{2.5, 1, 2.5, 4}));
  EXPECT_EQ(crm::expected_ranks(std::vector<crm::ranked_value>{{1, 5}}), std::vector<double>{1});
  EXPECT_TRUE(crm::expected_ranks({}).empty());
}

TEST(expected_ranks, of_whom_nothing_is_known_is_the_middle) {
  const double unknown = std::numeric_limits<double>::infinity();
  const std::vector<crm::ranked_value> values{{90, 0}, {100, unknown}, {70, 0}};
  EXPECT_EQ(crm::expected_ranks(values), (std::vector<double>{1.5, 2, 2.5}));
  EXPECT_EQ(crm::expected_ranks(std::vector<crm::ranked_value>{{1, unknown}, {2, unknown}}),
            (std::vector<double>{1.5, 1.5}));
}

TEST(ranked_value, of_a_report_is_its_total_with_its_error) {
  const auto r = team_of_totals::results({{"A", 90, 2.5}, {"B", 80, 1.5, false}, {"C", 70}});
  const auto a = crm::ranked_total(*r.find("A"));
  ASSERT_TRUE(a);
  EXPECT_NEAR(a->value, 90, 1e-12);
  EXPECT_NEAR(a->standard_error, 2.5, 1e-12);
  EXPECT_NEAR(crm::ranked_total(*r.find("B"))->standard_error, 1.5, 1e-12);
  EXPECT_FALSE(crm::ranked_total(crm::score_report{}));
}

TEST(ranked_value, an_error_of_0_or_a_component_without_one_is_no_knowledge) {
  const auto r = team_of_totals::results({{"capped", 120, 2}, {"given", 80}});
  ASSERT_EQ(r.find("capped")->uncertainty->standard_error, 0);
  EXPECT_FALSE(crm::ranked_total(*r.find("capped")));
  EXPECT_FALSE(crm::ranked_total(*r.find("given")));
  crm::score_report half = *team_of_totals::results({{"A", 80, 2}}).find("A");
  EXPECT_TRUE(crm::ranked_total(half));
  half.uncertainty->without_error = 1;
  EXPECT_FALSE(crm::ranked_total(half)) << "the error of the total is too small";
}

TEST(ranked_value, what_is_not_finite_is_refused_by_row) {
  const std::vector<crm::ranked_value> values{
      {1, 1}, {std::numeric_limits<double>::quiet_NaN(), 1}, {1, -1}};
  try {
    static_cast<void>(crm::expected_ranks(values));
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()->row, 2u);
  }
}

}  // namespace
