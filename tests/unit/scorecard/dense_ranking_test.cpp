#include <crmetrics/scorecard/dense_ranking.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;
using team_of_totals::text;

// Rule R11 of the worked scorecard: 1, 2, 3, 3, 4.
TEST(dense_ranking, counts_the_different_better_totals) {
  const auto r = results({{"A", 90}, {"B", 80}, {"C", 70}, {"D", 70}, {"E", 60}});
  EXPECT_EQ(text(crm::dense_ranking(r)), "A 1, B 2, C 3, D 3, E 4");
}

TEST(dense_ranking, ties_are_decided_on_the_grid) {
  const auto r = results({{"A", 70 + 1e-11}, {"B", 70}, {"C", 70 - 1e-8}});
  EXPECT_EQ(text(crm::dense_ranking(r)), "A 1, B 1, C 2");
}

TEST(dense_ranking, below_the_coverage_there_is_no_rank) {
  const auto r = results({{"A", 90, {}, false}, {"B", 80}, {"C", 70}});
  EXPECT_EQ(text(crm::dense_ranking(r)), "A 1, B 2, C 3");
  EXPECT_EQ(text(crm::dense_ranking(r, .75)), "A 1, B 2, C 3") << "exactly three quarters";
  EXPECT_EQ(text(crm::dense_ranking(r, .8)), "B 1, C 2, A -");
  const auto nobody = results({});
  EXPECT_TRUE(crm::dense_ranking(nobody).empty());
}

}  // namespace
