#include <crmetrics/scorecard/ordinal_ranking.hpp>
#include <crmetrics/scorecard/ranking.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;
using team_of_totals::text;

const auto coverage = [](const crm::score_report& r) { return r.coverage; };
const auto observations = [](const crm::score_report& r) { return r.component("first").raw.n(); };

TEST(ordinal_ranking, gives_every_rank_once) {
  const auto r = results({{"A", 70}, {"C", 90}, {"B", 70}, {"D", 60}});
  EXPECT_EQ(text(crm::ordinal_ranking(r)), "C 1, A 2, B 3, D 4") << "by name where all else is one";
  EXPECT_EQ(text(crm::competition_ranking(r)), "C 1, A 2, B 2, D 4");
}

TEST(ordinal_ranking, keys_break_ties_of_the_total_one_after_the_other) {
  const auto r = results({{"A", 70, {}, false}, {"B", 70}, {"C", 70}, {"D", 71, {}, false}});
  EXPECT_EQ(text(crm::ordinal_ranking(r, coverage)), "D 1, B 2, C 3, A 4");
  const auto last_letter = [](const crm::score_report& report) {
    return report.component("second").raw.n();
  };
  EXPECT_EQ(text(crm::ordinal_ranking(r, observations, coverage)), "D 1, B 2, C 3, A 4")
      << "the first key tells nobody apart";
  EXPECT_EQ(text(crm::ordinal_ranking(r, last_letter)), "D 1, B 2, C 3, A 4");
}

TEST(ordinal_ranking, keys_that_are_no_whole_numbers_are_compared_on_the_grid) {
  const auto r = results({{"A", 70}, {"B", 70}});
  int call = 0;
  const auto nearly_equal = [&call](const crm::score_report&) { return .5 + 1e-13 * ++call; };
  EXPECT_EQ(text(crm::ordinal_ranking(r, nearly_equal)), "A 1, B 2");
}

TEST(ordinal_ranking, below_the_coverage_there_is_no_rank) {
  const auto r = results({{"A", 90, {}, false}, {"B", 80}, {"C", 80}});
  EXPECT_EQ(text(crm::ordinal_ranking(r, .8)), "B 1, C 2, A -");
  EXPECT_EQ(text(crm::ordinal_ranking(r, .8, observations)), "B 1, C 2, A -");
}

}  // namespace
