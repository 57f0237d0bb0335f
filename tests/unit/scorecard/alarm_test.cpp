#include <crmetrics/scorecard/alarm.hpp>
#include <crmetrics/scorecard/control_charts.hpp>
#include <crmetrics/scorecard/control_limits.hpp>
#include <crmetrics/scorecard/review.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::alarm_state;

crm::estimate errors(std::uint64_t x, std::uint64_t n, crm::confidence_level level = {}) {
  crm::error_rate e;
  e.update(crm::successes_of{x, n});
  return e.result(level);
}
crm::estimate complaints(std::int64_t x, std::int64_t contacts) {
  crm::rate r(crm::per{1'000, "contacts"});
  r.update(crm::rate_pair{x, contacts});
  return r.result();
}

// Reference values: scipy 1.17 stats.binom, stats.poisson (cdf, sf, ppf), stats.norm.

TEST(p_chart, limits_are_exact_binomial_ones_and_state_their_false_alarms) {
  const auto l = crm::p_chart{.02, crm::confidence_level{.95}}.limits(300);
  EXPECT_NEAR(l.low, 2. / 300, 1e-15) << "0.67 %";
  EXPECT_NEAR(l.high, 11. / 300, 1e-15) << "3.67 %";
  EXPECT_NEAR(l.false_alarm_low, 0.016613152614592716, 1e-14);
  EXPECT_NEAR(l.false_alarm_high, 0.01896939796268944, 1e-14);
  EXPECT_NEAR(l.average_run_length(), 1 / (0.016613152614592716 + 0.01896939796268944), 1e-10);

  const auto three_sigma = crm::p_chart{.02}.limits(300);
  EXPECT_EQ(three_sigma.low_count, 0u);
  EXPECT_EQ(three_sigma.high_count, 14u);
  EXPECT_EQ(three_sigma.false_alarm_low, 0);
  EXPECT_NEAR(three_sigma.false_alarm_high, 0.0012283747252805797, 1e-15);
}

TEST(p_chart, shewharts_limits_have_other_false_alarms_than_they_say) {
  const auto l = crm::p_chart{.02}.normal_limits(300);
  EXPECT_EQ(l.low, 0);
  EXPECT_NEAR(l.high, 0.04424871130596428, 1e-15);
  EXPECT_EQ(l.high_count, 13u);
  EXPECT_NEAR(l.false_alarm_rate(), 0.0032729783910492192, 1e-14) << "not 0.0027";
}

TEST(p_chart, a_share_of_1_or_0_in_control_leaves_one_count) {
  const auto all = crm::p_chart{1}.limits(50);
  EXPECT_EQ(all.low_count, 50u);
  EXPECT_EQ(all.high_count, 50u);
  EXPECT_EQ(all.low, 1);
  EXPECT_EQ(all.false_alarm_rate(), 0);
  EXPECT_EQ(all.judge_count(49), crm::control_signal::too_low);
  EXPECT_EQ(all.judge_count(50), crm::control_signal::inside);
  const auto none = crm::p_chart{0}.limits(50);
  EXPECT_EQ(none.judge_count(1), crm::control_signal::too_high);
  EXPECT_EQ(none.judge_count(0), crm::control_signal::inside);
}

TEST(control_charts, settings_that_cannot_be_have_no_limits) {
  EXPECT_THROW(static_cast<void>(crm::p_chart{2}.limits(100)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::p_chart{2}.normal_limits(100)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::p_chart{std::nan("")}.limits(100)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::u_chart{-1}.limits(100)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::u_chart{1, 0}.limits(100)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::xmr_chart(0, 0).limits()), crm::bad_input);
}

TEST(p_chart, holds_its_level_for_every_n) {
  for (std::uint64_t n = 1; n <= 400; n += 7) {
    for (const double p : {.001, .02, .3, .5, .9}) {
      for (const double level : {.8, .95, .9973}) {
        const auto l = crm::p_chart{p, crm::confidence_level{level}}.limits(n);
        ASSERT_LE(l.false_alarm_rate(), 1 - level + 1e-12);
        ASSERT_LE(l.low, l.high);
        ASSERT_LT(l.low - 1. / static_cast<double>(n), p);
        ASSERT_GT(l.high + 1. / static_cast<double>(n), p);
        ASSERT_GE(l.low, 0);
        ASSERT_LE(l.high, 1);
      }
    }
  }
}

TEST(p_chart, tails_keep_their_precision_for_large_n) {
  const auto d = crm::detail::count_distribution::binomial(1'000'000, .5);
  EXPECT_NEAR(d.below(498'500), 0.0013454639783653305, 1e-14);
  const auto e = crm::detail::count_distribution::poisson(1e5);
  EXPECT_NEAR(e.above(100'949), 0.0013571130544166772, 1e-14);
  EXPECT_EQ(crm::detail::count_distribution::binomial(5, 0).above(0), 0);
  EXPECT_EQ(crm::detail::count_distribution::binomial(5, 1).below(5), 0);
}

TEST(u_chart, limits_of_a_rate_per_thousand) {
  const crm::u_chart chart{.rate = 2.8, .per = 1'000, .level = crm::confidence_level{.95}};
  const auto l = chart.limits(4'300);
  EXPECT_NEAR(l.low, 6 / 4.3, 1e-14);
  EXPECT_NEAR(l.high, 19 / 4.3, 1e-14);
  EXPECT_NEAR(l.false_alarm_low, 0.01983730815280607, 1e-14);
  EXPECT_NEAR(l.false_alarm_high, 0.02193280450438815, 1e-14);

  EXPECT_EQ(chart.judge(complaints(19, 4'300), l), crm::control_signal::inside);
  EXPECT_EQ(chart.judge(complaints(20, 4'300), l), crm::control_signal::too_high);
  EXPECT_EQ(chart.judge(complaints(5, 4'300), l), crm::control_signal::too_low);
  EXPECT_EQ(chart.judge(complaints(0, 4'300), l), crm::control_signal::too_low);
  EXPECT_NEAR(chart.limits(complaints(12, 4'300)).high, l.high, 1e-15);
  const crm::u_chart wrong{.rate = 2.8, .per = 100};
  EXPECT_THROW(static_cast<void>(wrong.limits(complaints(12, 4'300))), crm::error);
  EXPECT_THROW(static_cast<void>(chart.limits(errors(1, 100))), crm::error);
}

// Moving ranges 2, 3, 1, 4 (mean 2.5), mean 51: limits 51 -+ 3 sqrt(pi) / 2 x 2.5, where the usual
// table rounds 3 sqrt(pi) / 2 to 2.66.
TEST(xmr_chart, limits_from_moving_ranges) {
  const std::vector<double> history{50, 52, 49, 50, 54};
  const auto chart = crm::xmr_chart::of(history);
  const auto l = chart.limits();
  EXPECT_NEAR(l.centre, 51, 1e-13);
  EXPECT_NEAR(l.high, 51 + 2.658680776358274 * 2.5, 1e-12);
  EXPECT_NEAR(l.low, 51 - 2.658680776358274 * 2.5, 1e-12);
  EXPECT_NEAR(l.false_alarm_rate(), 0.0026997960632601866, 1e-15);
  EXPECT_NEAR(l.average_run_length(), 370.3983473449592, 1e-8);
  EXPECT_THROW(static_cast<void>(crm::xmr_chart::of(std::vector<double>{1})), crm::bad_input);
}

TEST(alarm, a_fixed_rule_states_how_often_chance_alone_raises_it) {
  const crm::alarm a("errors", crm::fixed(crm::above{.005}, .003));
  const auto quiet = a.judge(errors(1, 300));
  EXPECT_EQ(quiet.state, alarm_state::quiet);
  const auto raised = a.judge(errors(2, 300));
  EXPECT_EQ(raised.state, alarm_state::raised);
  EXPECT_EQ(raised.limit, .005);
  EXPECT_TRUE(raised.above_limit);
  // Fires from 2 errors on: P(X >= 2), Binomial(300, .003).
  EXPECT_NEAR(*raised.false_alarm_rate, 0.22746232881904965, 1e-13);
  EXPECT_EQ(quiet.false_alarm_rate, raised.false_alarm_rate);
  EXPECT_FALSE(crm::alarm("errors", crm::fixed(crm::above{.005}))
                   .judge(errors(2, 300))
                   .false_alarm_rate.has_value());
}

TEST(alarm, evidence_lowers_the_false_alarms_and_they_are_still_stated) {
  const crm::surely_above rule{.005, crm::confidence_level{.95}};
  const crm::alarm a("errors", crm::fixed(rule, .005));
  // Wilson's lower end passes 0.5 % at 4 of 300: P(X >= 4), Binomial(300, .005), not 2.5 %.
  EXPECT_EQ(a.judge(errors(3, 300)).state, alarm_state::quiet);
  EXPECT_EQ(a.judge(errors(4, 300)).state, alarm_state::raised);
  EXPECT_NEAR(*a.judge(errors(4, 300)).false_alarm_rate, 0.0651701835786873, 1e-13);
  EXPECT_THROW(static_cast<void>(a.judge(errors(4, 300, crm::confidence_level{.9}))), crm::error);
  EXPECT_THROW(static_cast<void>(a.judge(errors(4, 300, crm::confidence_level::none()))),
               crm::error);
}

TEST(alarm, an_allowance_of_events_is_a_rule_too) {
  const crm::alarm a("errors", crm::fixed(crm::more_than{3}, .005));
  EXPECT_EQ(a.judge(errors(3, 300)).state, alarm_state::quiet);
  const auto line = a.judge(errors(4, 300));
  EXPECT_EQ(line.state, alarm_state::raised);
  EXPECT_NEAR(line.limit, .01, 1e-15);
  EXPECT_NEAR(*line.false_alarm_rate, 0.0651701835786873, 1e-13) << "P(X >= 4) as above";
}

TEST(alarm, evidence_without_an_interval_is_not_assessable) {
  crm::given g;
  g.update(crm::figure{.9, 40});
  const crm::alarm a("score", crm::fixed(crm::surely_above{.5}));
  EXPECT_EQ(a.judge(g.result()).state, alarm_state::not_assessable);
  const crm::alarm point("score", crm::fixed(crm::above{.5}));
  EXPECT_EQ(point.judge(g.result()).state, alarm_state::raised);
}

TEST(alarm, by_control_limits_on_any_metric) {
  const crm::alarm a("errors", crm::p_chart{.02, crm::confidence_level{.95}});
  EXPECT_EQ(a.judge(errors(11, 300)).state, alarm_state::quiet);
  const auto high = a.judge(errors(12, 300));
  EXPECT_EQ(high.state, alarm_state::raised);
  EXPECT_NEAR(high.limit, 11. / 300, 1e-15);
  const auto low = a.judge(errors(1, 300));
  EXPECT_EQ(low.state, alarm_state::raised) << "too good to be true is worth a look";
  EXPECT_FALSE(low.above_limit);
  EXPECT_NEAR(low.limit, 2. / 300, 1e-15);

  crm::nps nps;
  for (int i = 0; i != 20; ++i) nps.update(i < 4 ? 9 : 3);
  EXPECT_THROW(static_cast<void>(a.judge(nps.result())), crm::error);
  const crm::alarm x("nps", crm::xmr_chart{.4, .1});
  EXPECT_EQ(x.judge(nps.result()).state, alarm_state::raised) << "-0.6 is ten sigma below 0.4";
}

TEST(alarm, too_little_is_not_assessable_and_opens_nothing) {
  const auto a = crm::alarm("errors", crm::p_chart{.02}).at_least(50);
  const auto few = a.judge(errors(9, 10));
  EXPECT_EQ(few.state, alarm_state::not_assessable);
  EXPECT_EQ(few.absent, crm::absence::insufficient);
  EXPECT_EQ(a.judge(errors(0, 0)).absent, crm::absence::missing);
  EXPECT_FALSE(crm::review_of("Bo", few, crm::instant{0}).has_value());
}

TEST(alarm, a_rule_that_cannot_be_is_refused) {
  EXPECT_THROW(crm::alarm("errors", crm::p_chart{1.2}), crm::bad_input);
  EXPECT_THROW(crm::alarm("errors", crm::fixed(crm::above{std::nan("")})), crm::bad_input);
  EXPECT_THROW(crm::alarm("errors", crm::fixed(crm::above{.1}, 2.)), crm::bad_input);
  EXPECT_THROW(crm::alarm("time", crm::xmr_chart{400, 0}), crm::bad_input);
  EXPECT_THROW(crm::alarm("", crm::p_chart{.1}), crm::bad_input);
}

// nhs-r-community/FunnelPlotR, tests/testthat/test-aggregate_fun.R (MIT): a team is the ratio of
// sums, not the mean of ratios (1.060804).
TEST(alarm, a_group_is_watched_by_the_ratio_of_its_sums) {
  crm::ratio group;
  for (const auto& [x, e] : {std::pair<int, int>{100, 102}, {150, 135}, {180, 165}}) {
    group.update(crm::ratio_pair{x, e});
  }
  EXPECT_NEAR(group.result().value(), 1.069652, 5e-7);
}

TEST(review, a_breach_opens_one_and_a_person_closes_it) {
  const crm::alarm a("errors", crm::p_chart{.02, crm::confidence_level{.95}});
  const crm::instant monday{1'000'000};
  auto r = *crm::review_of("Bo", a.judge(errors(14, 300)), monday);
  EXPECT_EQ(r.state, crm::review_state::open);
  EXPECT_EQ(r.raw.n(), 300u);
  EXPECT_NEAR(*r.false_alarm_rate, 0.016613152614592716 + 0.01896939796268944, 1e-14);
  EXPECT_THROW(r.close(crm::review_state::open, monday, ""), crm::error);
  EXPECT_THROW(r.close(crm::review_state::confirmed, crm::instant{0}, ""), crm::error);
  r.close(crm::review_state::confirmed, crm::instant{2'000'000}, "new form not yet trained");
  EXPECT_EQ(r.state, crm::review_state::confirmed);
  EXPECT_EQ(r.closed, (crm::instant{2'000'000}));
  EXPECT_THROW(r.close(crm::review_state::false_alarm, crm::instant{3'000'000}, ""), crm::error);

  std::vector<crm::review> all{r, r, *crm::review_of("Li", a.judge(errors(14, 300)), monday)};
  all[1].state = crm::review_state::false_alarm;
  EXPECT_EQ(crm::review_tally::of(all, "errors"), (crm::review_tally{1, 1, 1}));
  EXPECT_EQ(crm::review_tally::of(all, "other"), crm::review_tally{});
}

}  // namespace
