#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/io/score_json.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/exchange_table.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/target_range.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
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
      EXPECT_FALSE(loss.adjustment);
      EXPECT_EQ(loss.points, line.weight_used * (100 - line.score)) << loss.name.view();
    }
    for (const auto& value : e.values) {
      const bool corrects = value.name == e.report.correctors.at(0).name;
      const double marginal = corrects ? e.report.correctors.at(0).marginal
                                       : e.report.component(value.name).marginal_ahead();
      EXPECT_EQ(value.points, marginal * value.step) << value.name.view();
      EXPECT_GE(value.points, 0);
    }
    for (const auto& gap : e.gaps) {
      EXPECT_EQ(gap.weight, e.report.component(gap.name).weight);
    }
  }
}

// What a unit of a shrunk metric is worth is what one more unit that is measured does.
TEST(explanation, of_a_shrunk_component_is_the_worth_of_what_is_measured) {
  struct ticket {
    crm::successes_of resolved;
  };
  const auto card =
      crm::make_scorecard(crm::component("resolved", crm::on(&ticket::resolved, crm::proportion{}),
                                         crm::linear{.5, 1}, 1)
                              .shrunk_by(crm::beta_binomial{.8, 60}));
  const auto of = [&](std::uint64_t x) {
    auto one = card;
    one.update(ticket{{x, 20}});
    return one.result();
  };
  const double difference = (*of(17).total - *of(15).total) / (2. / 20);
  EXPECT_NEAR(difference, 50, 1e-9);
  const auto e = crm::explain(of(16));
  EXPECT_NEAR(e.report.component("resolved").marginal, 200, 1e-9) << "per unit of the drawn value";
  EXPECT_NEAR(e.value_of("resolved").per_unit, .01 * difference, 1e-9);
  EXPECT_NEAR(e.value_of("resolved").points, .01 * difference, 1e-9) << "a percentage point";
  // What is printed as measured is what was measured.
  const auto none = of(0);
  EXPECT_NE(crm::to_text(none).find("0.0 %, drawn to 60.0 % ["), std::string::npos)
      << crm::to_text(none);
  const std::string told = crm::to_text(crm::explain(none));
  EXPECT_NE(told.find("by resolved (0.0 %, drawn to 60.0 %, n = 20)"), std::string::npos) << told;
}

// The slope begins on the floor: a step up is worth points, and only up.
TEST(explanation, on_a_floor_a_step_to_the_better_is_worth_something) {
  const auto at = [](double speed, double quality, auto curve) {
    struct visit {
      crm::figure speed, quality;
    };
    auto card = crm::make_scorecard(
        crm::component("speed", crm::on(&visit::speed, crm::given{}), crm::linear{600, 400}, 1),
        crm::component("quality", crm::on(&visit::quality, crm::given{}), curve, 3));
    card.update(visit{{speed, 10, 1.0}, {quality, 10, 1.0}});
    return crm::explain(card.result());
  };
  const auto e = at(600, 50, crm::linear{50, 100});
  EXPECT_EQ(e.report.component("speed").marginal, 0) << "the delta method stays two-sided";
  EXPECT_EQ(e.value_of("speed").step, -1);
  EXPECT_NEAR(e.value_of("speed").points, .25 * 100 / 200, 1e-12);
  EXPECT_EQ(e.value_of("quality").step, 1);
  EXPECT_NEAR(e.value_of("quality").points, .75 * 2, 1e-12);
  EXPECT_NEAR(*e.exchange("speed", "quality"), .5 / 6, 1e-12);
  EXPECT_NE(crm::to_text(e).find("worth, to first order: 1 more quality 1.500, 1 less speed 0.125"),
            std::string::npos)
      << crm::to_text(e);
  EXPECT_EQ(at(601, 49, crm::linear{50, 100}).value_of("speed").points, 0) << "below it, not yet";
  EXPECT_EQ(at(400, 100, crm::linear{50, 100}).value_of("quality").points, 0) << "on the target";
  EXPECT_EQ(at(400, 50, crm::steps{{50, 80}, {0, 50, 100}}).value_of("quality").points, 0);
  EXPECT_EQ(at(400, 80, crm::target_range{20, 40, 60, 80}).value_of("quality").step, -1)
      << "back into the range";
  EXPECT_EQ(at(400, 20, crm::target_range{20, 40, 60, 80}).value_of("quality").step, 1);
}

// A corrector that lies on its own floor: the points it costs others may weigh more.
TEST(explanation, a_floor_of_what_corrects_others) {
  struct visit {
    crm::figure speed, quality;
  };
  const auto with = [](double strength) {
    auto card = crm::make_scorecard(
        crm::component("speed", crm::on(&visit::speed, crm::given{}), crm::linear{0, 100}, 1),
        crm::component("quality", crm::on(&visit::quality, crm::given{}), crm::linear{0, 100}, 1)
            .corrected_by("speed", crm::scaled{-50, 50, strength}));
    card.update(visit{{0, 10, 1.0}, {80, 10, 1.0}});
    return crm::explain(card.result()).value_of("speed");
  };
  // Own: .5 a unit up. Quality loses .5 x 80 x strength / 100 a unit.
  EXPECT_NEAR(with(.5).per_unit, .5 - .2, 1e-12);
  EXPECT_EQ(with(.5).step, 1);
  EXPECT_NEAR(with(.5).points, .3, 1e-12);
}

TEST(explanation, under_a_veto_nothing_is_worth_anything_on_a_floor_either) {
  auto card = crm::make_scorecard(crm::component("own", crm::given{}, crm::linear{50, 100}, 1),
                                  crm::component("other", crm::given{}, crm::linear{0, 100}, 1),
                                  crm::veto("low", crm::given{}, crm::below{60}, crm::cap{10}));
  card.update(crm::figure{50, 10, 1.0});
  const auto e = crm::explain(card.result());
  EXPECT_TRUE(e.report.held);
  EXPECT_EQ(e.value_of("own").points, 0);
  // 0 and 50 points make 25, of which the veto leaves 10: less than either component lost.
  ASSERT_EQ(e.losses.size(), 3u);
  EXPECT_EQ(e.losses[0].name.view(), "own");
  EXPECT_EQ(e.losses[2].name.view(), "low");
  EXPECT_TRUE(e.losses[2].adjustment);
  EXPECT_NEAR(e.losses[2].points, 15, 1e-12);
  EXPECT_NE(crm::to_text(e).find("lost 15.00 by veto low (50.00, n = 10): at most 10.00 points\n"),
            std::string::npos)
      << crm::to_text(e);
}

TEST(explanation, a_veto_or_a_deduction_may_be_the_largest_loss) {
  struct event {
    std::optional<crm::figure> quality;
    std::optional<bool> violation;
  };
  auto card = crm::make_scorecard(
      crm::component("quality", crm::on(&event::quality, crm::given{}), crm::linear{0, 100}, 1),
      crm::deduction("violations", crm::on(&event::violation, crm::occurrences{}),
                     {.points = 5, .at_most = 20}),
      crm::veto("breach", crm::on(&event::quality, crm::given{}), crm::above{90}, crm::cap{40}));
  card.update(event{crm::figure{98, 10, 1.0}, {}});
  for (int i = 0; i != 3; ++i) card.update(event{{}, true});
  const auto e = crm::explain(card.result());
  ASSERT_EQ(e.losses.size(), 3u);
  EXPECT_EQ(e.losses[0].name.view(), "breach");
  EXPECT_NEAR(e.losses[0].points, 98 - 15 - 40, 1e-12);
  EXPECT_EQ(e.losses[1].name.view(), "violations");
  EXPECT_NEAR(e.losses[1].points, 15, 1e-12);
  EXPECT_EQ(e.losses[2].name.view(), "quality");
  EXPECT_FALSE(e.losses[2].adjustment);
  const std::string text = crm::to_text(e);
  EXPECT_NE(text.find("lost 43.00 by veto breach (98.00, n = 10): at most 40.00 points\n"
                      "lost 15.00 by deduction violations (3.00, n = 3)\n"),
            std::string::npos)
      << text;

  // No more than there was can be lost.
  auto poor = crm::make_scorecard(
      crm::component("quality", crm::on(&event::quality, crm::given{}), crm::linear{0, 100}, 1),
      crm::deduction("violations", crm::on(&event::violation, crm::occurrences{}),
                     {.points = 5, .at_most = 60}));
  poor.update(event{crm::figure{4, 10, 1.0}, {}});
  for (int i = 0; i != 12; ++i) poor.update(event{{}, true});
  const auto all_gone = crm::explain(poor.result());
  ASSERT_EQ(all_gone.losses.size(), 2u);
  EXPECT_NEAR(all_gone.losses[0].points, 96, 1e-9);
  EXPECT_NEAR(all_gone.losses[1].points, 4, 1e-9) << "of 60 that it would take";

  // What the limit of 100 points cuts was never to be had.
  auto rich = crm::make_scorecard(
      crm::component("quality", crm::on(&event::quality, crm::given{}), crm::linear{0, 100}, 1),
      crm::bonus("ideas", crm::on(&event::violation, crm::occurrences{}),
                 {.points = 50, .at_most = 50}));
  rich.update(event{crm::figure{98, 10, 1.0}, true});
  ASSERT_EQ(crm::explain(rich.result()).losses.size(), 1u);
}

// The weight of a geometric mean does not say what a point is worth.
TEST(explanation_text, other_means_say_what_a_point_moves) {
  struct visit {
    crm::figure a, b;
  };
  auto card = crm::make_scorecard(
      crm::aggregated_by(crm::geometric{}),
      crm::component("a", crm::on(&visit::a, crm::given{}), crm::linear{0, 100}, 1),
      crm::component("b", crm::on(&visit::b, crm::given{}), crm::linear{0, 100}, 1));
  card.update(visit{{25, 10, 1.0}, {100, 10, 1.0}});
  // 50 = sqrt(25 x 100); a point of a moves it by 50 / (2 x 25).
  const std::string text = crm::to_text(crm::explain(card.result()));
  EXPECT_NE(text.find("lost 37.50 by a (25.00, n = 10): 25.00 of 100 points, weight 50.0 %, a "
                      "point moves the total by 1.000\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(crm::to_text(crm::explain(agent_a())).find("moves"), std::string::npos);
}

TEST(exchange_table, all_pairs_as_text_and_json) {
  const auto e = crm::explain(agent_a(), {.losses = 3, .steps = {{"aht", 10}}});
  const auto table = crm::exchange_rates(e);
  ASSERT_EQ(table.metrics.size(), 8u);
  EXPECT_EQ(table.definition, e.report.definition);
  for (std::size_t i = 0; i != 8; ++i) {
    for (std::size_t j = 0; j != 8; ++j) {
      EXPECT_EQ(table.rate(i, j),
                e.exchange(table.metrics[i].value.name, table.metrics[j].value.name));
    }
  }
  const std::string text = crm::to_text(table);
  const auto lines = lines_of(text);
  ASSERT_EQ(lines.size(), 10u) << "a heading, seven that are worth something, res24, the rules";
  EXPECT_EQ(lines[0].substr(0, 51), "worth as much as               points          csat") << text;
  EXPECT_EQ(lines[3],
            "10 less aht (n = 100)           0.600          0.04          1.87             -"
            "          1.50          4.00       1.50 pp       0.89 pp");
  EXPECT_EQ(lines[8], "worth nothing at what was measured: res24");
  EXPECT_EQ(lines[9], "rules " + std::string(crm::detail::hash_text(table.definition).view()));
  EXPECT_EQ(text.find("nan"), std::string::npos);

  const std::string json = crm::to_json(table);
  EXPECT_EQ(json.rfind("{\"schema\":\"crmetrics/exchange-rates/1\",\"rules\":\"", 0), 0u);
  EXPECT_NE(json.find("\"name\":\"aht\",\"unit\":\"number\",\"per_unit\":-0.06"), std::string::npos)
      << json;
  EXPECT_NE(json.find(",\"n\":100}"), std::string::npos) << json;
  EXPECT_NE(json.find("\"rates\":[["), std::string::npos);
  EXPECT_NE(json.find("[null,null,null,null,null,null,null,null]"), std::string::npos)
      << "res24 is on its target";

  const auto nothing = crm::exchange_rates(crm::explain(service_card::make().result()));
  EXPECT_EQ(crm::to_text(nothing).rfind("rules ", 0), 0u) << "nothing was assessed";
}

TEST(explanation, says_what_was_not_assessed) {
  const auto gaps = crm::explain(agent_c()).gaps;
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].name.view(), "renewal");
  EXPECT_EQ(gaps[0].why, crm::absence::insufficient);
  EXPECT_NEAR(gaps[0].weight, .1, 1e-12);
  const auto spared = service_card::make().without("renewal");
  const auto spared_gaps = crm::explain(spared.result()).gaps;
  ASSERT_EQ(spared_gaps.size(), 7u) << "not applicable is no gap";
  EXPECT_EQ(spared_gaps[6].name.view(), "repeat7") << "what corrects is seen too";
  EXPECT_EQ(spared_gaps[6].weight, 0);
}

TEST(explanation_text, agent_a) {
  EXPECT_EQ(
      crm::to_text(crm::explain(agent_a(2), {.losses = 3, .steps = {{"aht", 10}}})),
      "87.44 points, grade A [77.06, 97.82] (95 % delta method, 1 error not known, near the target "
      "of nps, "
      "the target of renewal, the target of res24), A or better with probability 0.68 by the "
      "errors "
      "that are known\n"
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
