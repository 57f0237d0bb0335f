#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/explanation.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using service_card::counted;
using service_card::measured;
using s = service_card::source;

crm::score_report agent_a(int suggestions = 0) {
  auto card = service_card::make().with(crm::delta{});
  service_card::observe_agent_a_with_errors(card);
  for (int i = 0; i != suggestions; ++i) card.update(service_card::suggestion{});
  return card.result();
}
// Agent C: renewals not assessed; one rating of CSAT missing; 40 checks only.
crm::score_report agent_c() {
  auto card = service_card::make();
  card.update(measured<s::csat>{{4.5, 60}});
  card.update(measured<s::nps>{{42, 50}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{{3, 3}});
  card.update(counted<s::compliance>{{0, 40}});
  return card.result();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

TEST(explanation, contributions_and_adjustments_are_the_total_exactly) {
  for (const auto& r : {agent_a(), agent_a(2), agent_a(7), agent_c()}) {
    const crm::explanation e = crm::explain(r);
    EXPECT_EQ(e.sum(), *r.total);
    EXPECT_EQ(e.parts.size(), r.components.size() + r.adjustments.size());
  }
  const auto parts = crm::explain(agent_a(2)).parts;
  EXPECT_EQ(parts.front().name.view(), "aht");
  EXPECT_NEAR(parts.front().points, 10.8, 1e-12);
  EXPECT_TRUE(parts.back().adjustment);
  EXPECT_EQ(parts.back().points, 2);
}

TEST(explanation, exchange_rates_of_the_worked_agent) {
  const auto e = crm::explain(agent_a(), {.losses = 3, .steps = {{"aht", 10}}});
  const auto& aht = e.value_of("aht");
  EXPECT_NEAR(aht.per_unit, -.06, 1e-12) << "points for a second more";
  EXPECT_EQ(aht.step, -10);
  EXPECT_NEAR(aht.points, .60, 1e-12) << "10 s less";
  const auto& repeat7 = e.value_of("repeat7");
  EXPECT_EQ(repeat7.unit, crm::unit::fraction);
  EXPECT_NEAR(repeat7.per_unit, -.675, 1e-12) << "points for one point of per cent more";
  EXPECT_EQ(repeat7.step, -.01);
  EXPECT_NEAR(repeat7.points, .675, 1e-12);
  EXPECT_NEAR(*e.exchange("aht", "repeat7"), -.01 * .60 / .675, 1e-12) << "10 s for .89 points";
  EXPECT_NEAR(*e.exchange("repeat7", "aht"), -10 * .675 / .60, 1e-9);
  EXPECT_FALSE(e.exchange("aht", "res24").has_value()) << "on its target, worth nothing more";
  EXPECT_THROW(static_cast<void>(e.value_of("compliance")), crm::error);
  EXPECT_EQ(e.values.size(), 8u) << "seven components and the corrector";

  // A negative step is taken by its size; the direction is that which raises the total.
  const auto other = crm::explain(agent_a(), {.losses = 3, .steps = {{"aht", -30}}});
  EXPECT_EQ(other.value_of("aht").step, -30);
}

TEST(explanation, seconds_count_by_ten) {
  auto card =
      crm::make_scorecard(crm::component("time", crm::handle_time{}, crm::linear{600, 400}, 1));
  for (const double x : {400.0, 500.0, 600.0}) card.update(x);
  const auto e = crm::explain(card.result());
  EXPECT_EQ(e.value_of("time").step, -10);
  EXPECT_NEAR(e.value_of("time").points, 5, 1e-12);
  EXPECT_NEAR(e.value_of("time").per_unit, -.5, 1e-12);
}

TEST(explanation, losses_add_up_to_what_is_missing_to_100) {
  const auto r = agent_a();
  const auto all = crm::explain(r, {.losses = 99, .steps = {}});
  double sum = 0;
  for (const auto& loss : all.losses) sum += loss.points;
  EXPECT_NEAR(sum, 100 - *r.composite, 1e-10);
  EXPECT_EQ(all.losses.size(), 6u) << "resolved in 24 h lost nothing";

  const auto three = crm::explain(r).losses;
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(three[0].name.view(), "aht");
  EXPECT_NEAR(three[0].points, .15 * 28, 1e-12);
  EXPECT_EQ(three[1].name.view(), "qa");
  EXPECT_NEAR(three[1].points, .14 * 20, 1e-12);
  EXPECT_EQ(three[2].name.view(), "nps");
  EXPECT_NEAR(three[2].points, .16 * 16, 1e-12);
  EXPECT_EQ(all.losses[4].name.view(), "csat") << "1.5 each: in the order of the names";
  EXPECT_EQ(all.losses[5].name.view(), "knowledge");
}

TEST(explanation, every_number_can_be_computed_again_from_the_report) {
  for (const auto& r : {agent_a(2), agent_c()}) {
    const auto e = crm::explain(r, {.losses = 99, .steps = {}});
    for (const auto& loss : e.losses) {
      const auto& line = e.report.component(loss.name);
      EXPECT_EQ(loss.points, line.weight_used * (100 - line.score)) << loss.name.view();
    }
    for (const auto& value : e.values) {
      const bool corrects = value.name == e.report.correctors.at(0).name;
      const double marginal =
          corrects ? e.report.correctors.at(0).marginal : e.report.component(value.name).marginal;
      EXPECT_EQ(value.points, marginal * value.step) << value.name.view();
      EXPECT_GE(value.points, 0);
    }
    for (const auto& gap : e.gaps) {
      EXPECT_EQ(gap.weight, e.report.component(gap.name).weight);
    }
  }
}

TEST(explanation, says_what_was_not_assessed) {
  const auto gaps = crm::explain(agent_c()).gaps;
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].name.view(), "renewal");
  EXPECT_EQ(gaps[0].why, crm::absence::insufficient);
  EXPECT_NEAR(gaps[0].weight, .1, 1e-12);
  const auto spared = service_card::make().without("renewal");
  EXPECT_EQ(crm::explain(spared.result()).gaps.size(), 6u) << "not applicable is no gap";
}

TEST(explanation_text, agent_a) {
  EXPECT_EQ(
      crm::to_text(crm::explain(agent_a(2), {.losses = 3, .steps = {{"aht", 10}}})),
      "87.44 points, grade A [77.06, 97.82] (95 % delta method), A or better with probability "
      "0.68\n"
      "= satisfaction 35.94 + efficiency 25.80 + professional 15.70 + relationship 8.00 + "
      "suggestions 2.00\n"
      "lost 4.20 by aht (420.00, n = 100): 72.00 of 100 points, corrected by repeat7 x 0.800, "
      "weight 15.0 %\n"
      "lost 2.80 by qa (88.00, n = 10): 80.00 of 100 points, weight 14.0 %\n"
      "lost 2.56 by nps (42.00, n = 50): 84.00 of 100 points, weight 16.0 %\n"
      "worth, to first order: 1 more csat 15.000, 1 pp less repeat7 0.675, 10 less aht 0.600, "
      "1 more qa 0.400, 1 pp more renewal 0.400, 1 more nps 0.320\n"
      "exchange rate: 10 of aht for 0.89 pp of repeat7\n"
      "veto compliance clear (0.33 %, n = 300)\n"
      "coverage 100.0 %, weight not assessed 0.0 %; rules " +
          std::string(crm::detail::hash_text(agent_a(2).definition).view()) + "\n");
}
TEST(explanation_text, agent_c_says_what_is_not_assessed) {
  const auto lines = lines_of(crm::to_text(crm::explain(agent_c())));
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[0], "86.04 points, grade A");
  // Group shares of .4 / .9 and so on: 39.933, 28.667 and 17.444 make 86.044.
  EXPECT_EQ(lines[1], "= satisfaction 39.93 + efficiency 28.67 + professional 17.44");
  EXPECT_EQ(lines[7], "veto compliance not assessable (0.0 %, n = 40)");
  EXPECT_EQ(lines[8], "not assessed: renewal (insufficient, weight 10.0 %)");
  EXPECT_EQ(lines[9].substr(0, 41), "coverage 90.0 %, weight not assessed 10.0");
}

TEST(explanation_text, at_most_twelve_lines_whatever_there_is) {
  auto card = service_card::make(
      {}, crm::veto("second", service_card::share_of<s::compliance, crm::error_rate>(),
                    crm::above{.1}, crm::drop_bands{1}));
  service_card::observe_agent_a(card);
  for (const auto& r : {agent_a(9), agent_c(), card.result(), card.fresh().result()}) {
    const auto text = crm::to_text(crm::explain(r, {.losses = 9, .steps = {}}));
    EXPECT_LE(lines_of(text).size(), 12u) << text;
  }
  EXPECT_EQ(lines_of(crm::to_text(crm::explain(card.fresh().result()))).front(),
            "no total: missing");
  std::ostringstream out;
  out << crm::explain(agent_c());
  EXPECT_EQ(out.str(), crm::to_text(crm::explain(agent_c())));
}

}  // namespace
