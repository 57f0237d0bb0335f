#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/scorecard/veto.hpp>
#include <crmetrics/workload/rng.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
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
  const auto nobody = results({});
  EXPECT_TRUE(crm::rank_team(nobody).lines.empty());
}

struct contact {
  std::string agent;
  bool resolved;
};

struct check {
  std::string agent;
  bool failed;
};
const auto agent_of = [](const auto& e) { return e.agent; };

// 400, 330 and 270 of 400 at 60 % to 90 %: Ann is so far beyond the end of the curve that the delta
// method sees no error. That is no certainty: she can be told from nobody.
TEST(team_ranking, who_is_at_the_end_of_the_curve_is_told_from_nobody_by_own_errors) {
  auto team = crm::by(
      &contact::agent,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{.6, .9}, 1))
          .with(crm::delta{}));
  for (int i = 0; i != 400; ++i) {
    team.update(contact{"Ann", true});
    team.update(contact{"Bo", i < 330});
    team.update(contact{"Cy", i < 270});
  }
  const auto r = team.result();
  const auto ranking = crm::rank_team(r, {}, crm::rank_errors::own);
  EXPECT_EQ(*ranking.lines[0].set, (crm::rank_set{1, 3}));
  EXPECT_EQ(*ranking.lines[1].set, (crm::rank_set{1, 2}));
  EXPECT_EQ(*ranking.lines[2].set, (crm::rank_set{2, 3}));
  EXPECT_FALSE(ranking.lines[0].expected);
  EXPECT_NEAR(*ranking.lines[1].expected, 1.5, 1e-3) << "above or below Ann: even chances";
  EXPECT_EQ(ranking.not_separable, (names{{"Ann", "Bo"}})) << "neighbours; Ann and Cy are not";
  EXPECT_FALSE(ranking.nothing_separates);

  // The team shows what the curve does where she might have been.
  const auto pooled = crm::rank_team(r);
  EXPECT_EQ(*pooled.lines[0].set, (crm::rank_set{1, 1}));
  EXPECT_EQ(*pooled.lines[1].set, (crm::rank_set{2, 2}));
  EXPECT_TRUE(pooled.lines[0].expected);
}

TEST(team_ranking, a_vetoed_agent_keeps_a_place_in_the_sets_of_the_others) {
  auto team = crm::by<std::string>(
      agent_of,
      crm::make_scorecard(crm::component("given", crm::on(&team_of_totals::first::f, crm::given{}),
                                         crm::linear{0, 100}, 1),
                          crm::veto("breach", crm::on(&check::failed, crm::error_rate{}),
                                    crm::above{.005}, crm::cap{59.9})));
  const auto add = [&](const char* who, double points, bool failed) {
    team.update(team_of_totals::first{who, {points, 30, 2.0}});
    team.update(check{who, failed});
  };
  add("Ann", 90, true), add("Bo", 75, false), add("Cy", 40, false), add("Di", 20, false);
  const auto r = team.result();
  const auto ranking = crm::rank_team(r);
  EXPECT_EQ(ranking.lines[0].key, "Bo");
  EXPECT_EQ(*ranking.lines[0].set, (crm::rank_set{1, 2}));
  EXPECT_EQ(ranking.lines[1].key, "Ann") << "vetoed: 59.9";
  EXPECT_EQ(*ranking.lines[1].set, (crm::rank_set{1, 4}));
  EXPECT_EQ(*ranking.lines[2].set, (crm::rank_set{2, 3}));
  EXPECT_EQ(*ranking.lines[3].set, (crm::rank_set{3, 4}));
  EXPECT_FALSE(ranking.nothing_separates);
}

// Whatever holds a total, a rank lies in its set, and the sets of a team with one leave it a place.
TEST(team_ranking, a_rank_always_lies_in_its_set) {
  crm::workload::random_stream random(7);
  int with_sets = 0;
  for (int round = 0; round != 300; ++round) {
    auto team = crm::by<std::string>(
        agent_of, crm::make_scorecard(
                      crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                     crm::linear{.6, .9}, 2),
                      crm::component("given", crm::on(&team_of_totals::first::f, crm::given{}),
                                     crm::linear{0, 50}, 1),
                      crm::veto("breach", crm::on(&check::failed, crm::error_rate{}),
                                crm::above{.005}, crm::cap{59.9}))
                      .with(crm::delta{}));
    const auto agents = random.between(2, 9);
    for (std::int64_t a = 0; a != agents; ++a) {
      const std::string who(1, static_cast<char>('A' + a));
      const auto n = random.between(5, 200);
      const auto percent = random.below(2) == 0 ? 100 : 50 + random.below(50);
      for (std::int64_t i = 0; i != n; ++i) team.update(contact{who, random.chance(percent, 100)});
      if (random.below(3) != 0) {
        const auto points = static_cast<double>(random.below(100));
        const bool knows = random.below(8) != 0;
        team.update(team_of_totals::first{
            who,
            {points, 20,
             knows ? std::optional(static_cast<double>(random.below(4))) : std::nullopt}});
      }
      team.update(check{who, random.below(4) == 0});
    }
    const auto r = team.result();
    for (const auto errors : {crm::rank_errors::pooled, crm::rank_errors::own}) {
      const auto ranking = crm::rank_team(r, {.draws = 200}, errors);
      for (const auto& line : ranking.lines) {
        if (!line.set) continue;
        ++with_sets;
        EXPECT_TRUE(line.set->contains(*line.rank))
            << line.key << " " << *line.rank << " [" << line.set->first << ", " << line.set->last
            << "] in round " << round;
        EXPECT_LE(line.set->last, ranking.lines.size());
      }
    }
  }
  EXPECT_GT(with_sets, 1000);
}

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
