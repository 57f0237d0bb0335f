#include <crmetrics/scorecard/fractional_ranking.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;
using team_of_totals::text;

// Rule R11 of the worked scorecard: 1, 2, 3.5, 3.5, 5.
TEST(fractional_ranking, tied_totals_share_their_places) {
  const auto r = results({{"A", 90}, {"B", 80}, {"C", 70}, {"D", 70}, {"E", 60}});
  EXPECT_EQ(text(crm::fractional_ranking(r)), "A 1.0, B 2.0, C 3.5, D 3.5, E 5.0");
  const auto three = results({{"A", 70}, {"B", 70}, {"C", 70}, {"D", 1}});
  EXPECT_EQ(text(crm::fractional_ranking(three)), "A 2.0, B 2.0, C 2.0, D 4.0");
}

TEST(fractional_ranking, below_the_coverage_there_is_no_rank) {
  const auto r = results({{"A", 90, {}, false}, {"B", 80}, {"C", 80}});
  EXPECT_EQ(text(crm::fractional_ranking(r, .8)), "B 1.5, C 1.5, A -");
  const auto nobody = results({});
  EXPECT_TRUE(crm::fractional_ranking(nobody).empty());
}

}  // namespace
