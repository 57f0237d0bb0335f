#include <crmetrics/scorecard/ranking.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;
using team_of_totals::text;

// Rule R11 of the worked scorecard: 1, 2, 3, 3, 5.
TEST(competition_ranking, counts_who_is_strictly_better) {
  const auto r = results({{"A", 90}, {"B", 80}, {"C", 70}, {"D", 70}, {"E", 60}});
  EXPECT_EQ(text(crm::competition_ranking(r)), "A 1, B 2, C 3, D 3, E 5");
}

TEST(competition_ranking, below_the_coverage_there_is_no_rank) {
  const auto r = results({{"A", 90, {}, false}, {"B", 80}, {"C", 80}, {"D", 1}});
  EXPECT_EQ(text(crm::competition_ranking(r)), "A 1, B 2, C 2, D 4");
  EXPECT_EQ(text(crm::competition_ranking(r, .75)), "A 1, B 2, C 2, D 4");
  EXPECT_EQ(text(crm::competition_ranking(r, .8)), "B 1, C 1, D 3, A -");
}

}  // namespace
