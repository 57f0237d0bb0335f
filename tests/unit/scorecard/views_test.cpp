#include <crmetrics/io/view_text.hpp>
#include <crmetrics/scorecard/agent_view.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/scorecard/trend.hpp>

#include "team_of_months.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using team_of_months::month;

constexpr crm::instant day(int number) { return {number * 86'400'000'000}; }

crm::group_results<std::string, crm::score_report> results(bool with_errors = false) {
  auto team = crm::by(&month::agent, with_errors ? team_of_months::card().with(crm::delta{})
                                                 : team_of_months::card());
  team.update_many(team_of_months::months());
  return team.result();
}

// ---- manager

// Ann .5 x 80 + .3 x 50 + .2 x 90 = 73; Bo 40 / .. = .5 x 60 + .3 x 100 + .2 x 40 = 68; Cy without
// speed (50 x 70 + 20 x 100) / 70 = 78.57; Di covers 20 %, less than 60.
TEST(team_view, ranks_bottlenecks_and_targets_by_hand) {
  const std::array<crm::followed_target, 3> targets{{{"speed", crm::target::at_most(500)},
                                                     {"satisfaction", crm::target::at_least(75)},
                                                     {crm::label(), crm::target::at_least(70)}}};
  const auto view = crm::view_of_team(team_of_months::team().total().result(), results(), targets,
                                      {}, crm::rank_errors::own);

  ASSERT_EQ(view.ranking.size(), 4u);
  EXPECT_EQ(view.ranking[0].who, "Cy");
  EXPECT_NEAR(*view.ranking[0].report.total, 5500. / 70, 1e-12);
  EXPECT_EQ(view.ranking[1].who, "Ann");
  EXPECT_NEAR(*view.ranking[1].report.total, 73, 1e-12);
  EXPECT_EQ(view.ranking[2].who, "Bo");
  EXPECT_NEAR(*view.ranking[2].report.total, 68, 1e-12);
  EXPECT_EQ(view.ranking[2].rank, 3u);
  EXPECT_EQ(view.ranking[3].who, "Di");
  EXPECT_FALSE(view.ranking[3].rank.has_value());

  // Satisfaction .5 x (20 + 40 + 30), revenue .2 x (10 + 60 + 0 + 50), speed .3 x (50 + 0).
  ASSERT_EQ(view.bottlenecks.size(), 3u);
  EXPECT_EQ(view.bottlenecks[0].component.view(), "satisfaction");
  EXPECT_NEAR(view.bottlenecks[0].points, 45, 1e-12);
  EXPECT_EQ(view.bottlenecks[0].agents, 3u);
  EXPECT_EQ(view.bottlenecks[1].component.view(), "revenue");
  EXPECT_NEAR(view.bottlenecks[1].points, 24, 1e-12);
  EXPECT_EQ(view.bottlenecks[1].agents, 4u);
  EXPECT_NEAR(view.bottlenecks[2].points, 15, 1e-12);

  ASSERT_EQ(view.targets.size(), 3u);
  EXPECT_EQ(view.targets[0].counts, (crm::attainment{2, 0, 2})) << "500 s is met exactly";
  EXPECT_EQ(view.targets[1].counts, (crm::attainment{1, 2, 1}));
  EXPECT_EQ(view.targets[2].counts, (crm::attainment{2, 1, 1}));

  // The team is one state: satisfaction (80 + 60 + 70) / 3 by equal n, speed 450 s, revenue 7.
  EXPECT_NEAR(*view.team.total, .5 * 70 + .3 * 75 + .2 * 70, 1e-10);
  EXPECT_TRUE(view.not_separable.empty());
  EXPECT_FALSE(view.ranking[0].could_be.has_value()) << "no report knows how sure it is";
  const std::array<crm::followed_target, 1> unknown{{{"sped", crm::target::at_most(500)}}};
  EXPECT_THROW(static_cast<void>(crm::view_of_team(crm::score_report{}, results(), unknown)),
               crm::error);
}

TEST(team_view, tells_what_the_ranking_cannot_tell_apart) {
  const auto view = crm::view_of_team(team_of_months::team().total().result(), results(true), {},
                                      {}, crm::rank_errors::own);
  // Standard errors: Ann and Bo 1 from satisfaction, 1 of revenue; 5 x .3 of speed where not on its
  // target: 2.06 and 1.41; Cy 10 x .. of revenue on its cap, 2 x 5 / 7 = 1.43.
  EXPECT_NEAR(view.ranking[1].report.uncertainty->standard_error, std::sqrt(4.25), 1e-12);
  EXPECT_NEAR(view.ranking[2].report.uncertainty->standard_error, std::sqrt(2.), 1e-12);
  EXPECT_NEAR(view.ranking[0].report.uncertainty->standard_error, 10. / 7, 1e-12);
  // Cy and Bo are 10.6 apart, 5.3 standard errors of the difference; Ann is 2.2 and 2.0 from them.
  EXPECT_EQ(view.ranking[0].could_be, (crm::rank_set{1, 2}));
  EXPECT_EQ(view.ranking[1].could_be, (crm::rank_set{1, 3}));
  EXPECT_EQ(view.ranking[2].could_be, (crm::rank_set{2, 3}));
  EXPECT_FALSE(view.ranking[3].could_be.has_value());
  EXPECT_NEAR(*view.ranking[0].expected_rank, 1, .05);
  EXPECT_NEAR(*view.ranking[2].expected_rank, 3, .05);
  ASSERT_EQ(view.not_separable.size(), 2u);
  EXPECT_EQ(view.not_separable[0], (std::vector<std::string>{"Cy", "Ann"}));
  EXPECT_EQ(view.not_separable[1], (std::vector<std::string>{"Ann", "Bo"}));
}

TEST(team_view, text) {
  const std::array<crm::followed_target, 1> targets{{{"speed", crm::target::at_most(500)}}};
  const auto view = crm::view_of_team(team_of_months::team().total().result(), results(true),
                                      targets, {}, crm::rank_errors::own);
  EXPECT_EQ(crm::to_text(view),
            "team: 71.50 points, grade B\n"
            "target speed at most 500: 2 of 2 met (100.0 %), 2 not assessed\n"
            "bottleneck satisfaction: 45.00 points lost by 3 agents\n"
            "then revenue: 24.00 points lost by 4 agents\n"
            "then speed: 15.00 points lost by 2 agents\n"
            "rank        who            points  grade  not assessed\n"
            "1 (1-2)     Cy              78.57  B      30.0 %\n"
            "2 (1-3)     Ann             73.00  B      0.0 %\n"
            "3 (2-3)     Bo              68.00  B      0.0 %\n"
            "-           Di               none  -      80.0 %\n"
            "not separable: Cy, Ann\n"
            "not separable: Ann, Bo\n");
}

// ---- agent

TEST(agent_view, shows_the_own_figures_rank_and_losses) {
  const auto all = results();
  const auto view = crm::view_of_agent(all, std::string("Ann"));
  EXPECT_EQ(view.who, "Ann");
  EXPECT_EQ(view.rank, 2u);
  EXPECT_EQ(view.ranked, 3u);
  EXPECT_FALSE(view.could_be.has_value());
  EXPECT_EQ(view.why.sum(), *all.find(std::string("Ann"))->total);
  ASSERT_EQ(view.why.losses.size(), 3u);
  EXPECT_EQ(view.why.losses[0].name.view(), "speed");
  EXPECT_NEAR(view.why.losses[0].points, 15, 1e-12);
  EXPECT_FALSE(crm::view_of_agent(all, std::string("Di")).rank.has_value());
  EXPECT_THROW(static_cast<void>(crm::view_of_agent(all, std::string("Eve"))), crm::error);

  const auto team =
      crm::view_of_team(crm::score_report{}, results(true), {}, {}, crm::rank_errors::own);
  const auto sure = crm::view_of_agent(team, std::string("Ann"));
  EXPECT_EQ(sure.rank, 2u);
  EXPECT_EQ(sure.ranked, 3u);
  EXPECT_EQ(sure.could_be, (crm::rank_set{1, 3}));
  EXPECT_EQ(crm::to_text(sure).substr(0, 23), "Ann: rank 2 (1-3) of 3\n");
  EXPECT_THROW(static_cast<void>(crm::view_of_agent(team, std::string("Eve"))), crm::error);
}

// ---- perspectives

TEST(perspective_view, the_same_components_and_weights_by_another_mark) {
  const auto all = results();
  const auto lines = crm::by_perspective(*all.find(std::string("Cy")));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].name.view(), "customer");
  EXPECT_NEAR(lines[0].weight, .5, 1e-12);
  EXPECT_NEAR(lines[0].weight_used, 50. / 70, 1e-12);
  EXPECT_NEAR(*lines[0].score, 70, 1e-12);
  EXPECT_NEAR(lines[0].contribution, 50, 1e-12);
  EXPECT_EQ(lines[1].name.view(), "process");
  EXPECT_FALSE(lines[1].score.has_value());
  EXPECT_NEAR(lines[1].not_assessed, .3, 1e-12);
  double sum = 0;
  for (const auto& line : lines) sum += line.contribution;
  EXPECT_NEAR(sum, *all.find(std::string("Cy"))->composite, 1e-12);
  EXPECT_EQ(crm::to_text(lines),
            "perspective       weight    score  contribution  not assessed\n"
            "customer          50.0 %    70.00         50.00  0.0 %\n"
            "process           30.0 %     none          0.00  30.0 %\n"
            "finance           20.0 %   100.00         28.57  0.0 %\n");
}

TEST(perspective_view, groups_hand_their_mark_down_and_two_parts_make_a_mean) {
  const auto part = [](crm::label name, auto member, double weight) {
    return crm::component(name, crm::on(member, crm::given{}), crm::linear{0, 100}, weight);
  };
  auto card = crm::make_scorecard(
      crm::group("g", 60, part("a", &month::satisfaction, 3), part("b", &month::speed, 1))
          .in("customer"),
      part("c", &month::revenue, 40));
  card.update(month{"", {{80, 9}}, {{40, 9}}, {{30, 9}}});
  const auto lines = crm::by_perspective(card.result());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NEAR(*lines[0].score, 70, 1e-12);
  EXPECT_NEAR(lines[0].weight, .6, 1e-12);
  EXPECT_EQ(lines[0].components, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(lines[1].name, crm::label());
}

// ---- periods

template <class Card>
auto year(Card card) {
  auto months = crm::over(crm::calendar_months{}, &month::at, std::move(card));
  months.update(month{"", {{80, 40, 2.0}}, {{500, 90, 10.0}}, {{9, 12, .5}}, day(5)});
  months.update(month{"", {{84, 40, 2.0}}, {{480, 90, 10.0}}, {{9, 12, .5}}, day(35)});
  months.update(month{"", {{60, 40, 2.0}}, {{480, 90, 10.0}}, {{9, 12, .5}}, day(65)});
  months.update(month{"", {}, {}, {{9, 12, .5}}, day(95)});
  return months.result();
}

// January .5 x 80 + .3 x 50 + .2 x 90 = 73, February 42 + 18 + 18 = 78, March 66.
TEST(trend, changes_with_their_doubt_and_who_made_them) {
  const auto lines = crm::trend(year(team_of_months::card().with(crm::delta{})));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_FALSE(lines[0].change.has_value());
  EXPECT_NEAR(lines[1].change->value(), 5, 1e-12);
  // Each month: 1 + (.15 x 10)^2 + (2 x .5)^2 = 4.25.
  EXPECT_NEAR(*lines[1].change->standard_error(), std::sqrt(8.5), 1e-12);
  EXPECT_FALSE(lines[1].separable()) << "5 points, and 1.96 x 2.92 of doubt";
  EXPECT_TRUE(lines[2].separable()) << "12 points";
  ASSERT_EQ(lines[1].parts.size(), 3u);
  EXPECT_NEAR(lines[1].parts[0].points, 2, 1e-12);
  EXPECT_NEAR(lines[1].parts[1].points, 3, 1e-12);
  EXPECT_NEAR(lines[1].parts[2].points, 0, 1e-12);
  EXPECT_FALSE(lines[3].total.has_value());
  EXPECT_FALSE(lines[3].change.has_value());
  EXPECT_EQ(crm::to_text(lines),
            "1970-01-01  73.00 B\n"
            "1970-02-01  78.00 B  +5.00 [-0.71, +10.71], within chance; most: speed +3.00\n"
            "1970-03-01  66.00 B  -12.00 [-17.71, -6.29]; most: satisfaction -12.00\n"
            "1970-04-01  none; not assessed 80.0 %\n");
}

// Two changes with p = .03 and .04 alone: each is "more than chance", together (Holm: .06, .06)
// neither is.
TEST(trend, changes_are_corrected_for_their_number) {
  crm::window_results<crm::score_report> rows;
  crm::score_report r;
  r.definition = 7;
  r.uncertainty.emplace();
  const auto month = [&](unsigned m, double total) {
    r.total = total;
    r.uncertainty->standard_error = 1 / std::sqrt(2.);  // of a change: 1
    rows.rows.push_back({crm::calendar_month(2026, m), r});
  };
  month(1, 50), month(2, 50 + 2.1700903775845606),
      month(3, 50 + 2.1700903775845606 - 2.053748910631823);
  auto lines = crm::trend(rows);
  EXPECT_FALSE(lines[0].adjusted_p);
  EXPECT_NEAR(*lines[1].change->p_value(), .03, 1e-12);
  EXPECT_NEAR(*lines[1].adjusted_p, .06, 1e-12);
  EXPECT_NEAR(*lines[2].change->p_value(), .04, 1e-12);
  EXPECT_NEAR(*lines[2].adjusted_p, .06, 1e-12);
  EXPECT_TRUE(lines[1].separable());
  EXPECT_FALSE(lines[1].differs());
  EXPECT_TRUE(lines[1].differs(.07));
  EXPECT_EQ(lines[2].definition, 7u);
  std::string text = crm::to_text(lines);
  EXPECT_NE(text.find("+2.17 [+0.21, +4.13], within chance as one of 2 changes"), std::string::npos)
      << text;
  rows.rows.pop_back();
  lines = crm::trend(rows);
  EXPECT_NEAR(*lines[1].adjusted_p, .03, 1e-12) << "one change is not corrected";
  text = crm::to_text(lines);
  EXPECT_EQ(text.find("within chance"), std::string::npos) << text;
  rows.rows[1].result.uncertainty.reset();
  EXPECT_FALSE(crm::trend(rows)[1].adjusted_p) << "no error, no p-value";
}

TEST(trend, other_rules_are_not_compared) {
  crm::window_results<crm::score_report> rows;
  const auto add = [&](int from, const crm::score_report& report) {
    rows.rows.push_back({crm::period(day(from), day(from + 30)), report});
  };
  const auto old_rules = team_of_months::card();
  const auto new_rules = old_rules.reweighted({{"speed", 60}});
  const auto with_month = [](auto card) {
    card.update(month{"", {{80, 40}}, {{500, 90}}, {{9, 12}}});
    return card.result();
  };
  add(0, with_month(old_rules));
  add(30, with_month(new_rules));
  add(60, with_month(new_rules));
  const auto lines = crm::trend(rows);
  EXPECT_FALSE(lines[0].other_rules);
  EXPECT_TRUE(lines[1].other_rules);
  EXPECT_FALSE(lines[1].change.has_value());
  EXPECT_TRUE(lines[1].parts.empty());
  EXPECT_FALSE(lines[2].other_rules);
  EXPECT_EQ(lines[2].change->value(), 0);
  EXPECT_FALSE(lines[2].change->interval().has_value());
  EXPECT_FALSE(lines[2].separable());
}

TEST(agent_view, all_views_of_a_team_are_those_of_its_agents) {
  const auto team =
      crm::view_of_team(crm::score_report{}, results(true), {}, {}, crm::rank_errors::own);
  const auto all = crm::views_of_agents(team);
  ASSERT_EQ(all.size(), 4u);
  for (std::size_t i = 0; i != all.size(); ++i) {
    EXPECT_EQ(all[i].who, team.ranking[i].who);
    EXPECT_EQ(crm::to_text(all[i]), crm::to_text(crm::view_of_agent(team, all[i].who)));
  }
  // Who was assessed on less than all is not ranked.
  const auto strict =
      crm::view_of_team(crm::score_report{}, results(), {}, {}, crm::rank_errors::none, .9);
  EXPECT_EQ(crm::views_of_agents(strict).front().ranked, 2u);
  EXPECT_FALSE(crm::view_of_agent(strict, std::string("Cy")).rank);
}

TEST(team_view, a_target_above_says_so) {
  const std::array<crm::followed_target, 2> targets{
      {{"speed", crm::target::below(500)}, {crm::label(), crm::target::above(70)}}};
  const std::string text = crm::to_text(crm::view_of_team(crm::score_report{}, results(), targets));
  EXPECT_NE(text.find("target speed below 500: "), std::string::npos) << text;
  EXPECT_NE(text.find("target total above 70: "), std::string::npos) << text;
}

}  // namespace
