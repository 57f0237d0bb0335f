#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;
using names = std::vector<std::vector<std::string>>;

TEST(team_ranking, tells_ranks_sets_and_who_cannot_be_told_apart) {
  const auto r = results({{"Ann", 90, 2}, {"Bo", 88, 2}, {"Li", 50, 2}, {"Mo", 90, 2}});
  const auto ranking = crm::rank_team(r, {}, crm::rank_errors::own);
  ASSERT_EQ(ranking.lines.size(), 4u);
  EXPECT_EQ(ranking.lines[0].key, "Ann");
  EXPECT_EQ(ranking.lines[1].key, "Mo");
  EXPECT_EQ(*ranking.lines[1].rank, 1u);
  EXPECT_EQ(*ranking.lines[2].rank, 3u);
  EXPECT_EQ(*ranking.lines[0].set, (crm::rank_set{1, 3}));
  EXPECT_EQ(*ranking.lines[2].set, (crm::rank_set{1, 3}));
  EXPECT_EQ(*ranking.lines[3].set, (crm::rank_set{4, 4}));
  EXPECT_NEAR(*ranking.lines[3].expected, 4, 1e-9);
  EXPECT_EQ(ranking.not_separable, (names{{"Ann", "Mo", "Bo"}}));
  EXPECT_FALSE(ranking.nothing_separates);
  EXPECT_GT(ranking.critical_value, 2);
  EXPECT_GT(ranking.critical_value_error, 0);
  EXPECT_EQ(ranking.lines[3].report->total, r.find("Li")->total);
}

TEST(team_ranking, without_an_error_there_is_a_rank_and_no_set) {
  const auto r = results({{"Ann", 90, 2}, {"Bo", 88}, {"Li", 50, 2, false}, {"Mo", 20, 2}});
  const auto ranking = crm::rank_team(r, {}, crm::rank_errors::pooled, .8);
  EXPECT_EQ(*ranking.lines[1].rank, 2u);
  EXPECT_EQ(*ranking.lines[1].set, (crm::rank_set{1, 2})) << "Bo's error comes from the others";
  EXPECT_EQ(ranking.lines[3].key, "Li") << "below the coverage";
  EXPECT_FALSE(ranking.lines[3].rank || ranking.lines[3].set);

  const auto nobody_knows = results({{"Ann", 90}, {"Bo", 88}});
  for (const auto& line : crm::rank_team(nobody_knows).lines) {
    EXPECT_TRUE(line.rank);
    EXPECT_FALSE(line.set) << line.key;
  }
  EXPECT_TRUE(crm::rank_team(results({})).lines.empty());
}

struct contact {
  std::string agent;
  bool resolved;
};

TEST(team_ranking, pools_the_errors_unless_told_otherwise) {
  auto team = crm::by(
      &contact::agent,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{0, 1}, 1)));
  for (int i = 0; i != 30; ++i) {
    team.update(contact{"Ann", i < 29});
    team.update(contact{"Bo", i < 22});
    team.update(contact{"Li", i < 20});
  }
  const auto r = team.result();
  const auto pooled = crm::rank_team(r);
  const auto by_hand = crm::pooled_total_errors(r);
  const auto sets =
      crm::rank_sets(std::vector<crm::ranked_value>{*by_hand[0], *by_hand[1], *by_hand[2]});
  for (std::size_t i = 0; i != 3; ++i) EXPECT_EQ(*pooled.lines[i].set, sets[i]);
  const auto own = crm::rank_team(r, {}, crm::rank_errors::own);
  EXPECT_FALSE(own.lines[0].set) << "this card was not asked for its uncertainty";
}

TEST(team_ranking, without_comparing_there_are_ranks_and_no_sets) {
  const auto all = results({{"Ann", 80, 1}, {"Bo", 60, 1}});
  const auto compared = crm::rank_team(all, {}, crm::rank_errors::own);
  ASSERT_TRUE(compared.lines[0].set);
  const auto plain = crm::rank_team(all, {}, crm::rank_errors::none);
  for (std::size_t i = 0; i != plain.lines.size(); ++i) {
    EXPECT_EQ(plain.lines[i].rank, compared.lines[i].rank);
    EXPECT_FALSE(plain.lines[i].set);
    EXPECT_FALSE(plain.lines[i].expected);
  }
  EXPECT_TRUE(plain.not_separable.empty());
}

}  // namespace
