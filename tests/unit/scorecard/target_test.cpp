#include <crmetrics/scorecard/attainment.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/scorecard/target_to_date.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

namespace crm = crmetrics;
using crm::target_state;

crm::estimate share(std::uint64_t x, std::uint64_t n) {
  crm::proportion p;
  p.update(crm::successes_of{x, n});
  return p.result();
}

TEST(target, shares_are_compared_as_integer_counts) {
  const auto res24 = crm::target::at_least(.95);
  // 171 x 100 >= 95 x 180; 1 - 7 / 100 >= 0.93 is false in binary.
  EXPECT_EQ(res24.judge(share(171, 180)).state, target_state::met);
  EXPECT_EQ(res24.judge(share(170, 180)).state, target_state::not_met);
  EXPECT_EQ(crm::target::at_least(.93).judge(share(93, 100)).state, target_state::met);
  crm::error_rate errors;
  errors.update(crm::successes_of{7, 100});
  EXPECT_EQ(crm::target::at_most(.07).judge(errors.result()).state, target_state::met);
  for (std::uint64_t n = 1; n <= 2000; ++n) {
    // Every exact hit is one, and one success fewer is none.
    for (const std::uint64_t percent : {7U, 29U, 57U, 58U, 93U, 95U}) {
      if (percent * n % 100 != 0) continue;
      const auto goal = crm::target::at_least(static_cast<double>(percent) / 100);
      EXPECT_EQ(goal.judge(share(percent * n / 100, n)).state, target_state::met);
      EXPECT_EQ(goal.judge(share(percent * n / 100 - 1, n)).state, target_state::not_met);
    }
  }
}

TEST(target, no_data_and_too_little_are_not_assessed) {
  const auto goal = crm::target::at_most(.1).needing(30);
  EXPECT_EQ(goal.judge(crm::error_rate{}.result()).state, target_state::not_assessed);
  EXPECT_EQ(goal.judge(crm::error_rate{}.result()).absent, crm::absence::missing);
  EXPECT_EQ(goal.judge(share(0, 29)).state, target_state::not_assessed);
  EXPECT_EQ(goal.judge(share(0, 29)).absent, crm::absence::insufficient);
  EXPECT_FALSE(goal.judge(share(0, 29)).short_by.has_value());
  EXPECT_EQ(goal.judge(share(0, 30)).state, target_state::met);
}

TEST(target, says_how_far_and_how_sure) {
  const auto line = crm::target::at_least(.9).judge(share(80, 100));
  EXPECT_NEAR(*line.short_by, .1, 1e-15);
  EXPECT_TRUE(line.sure) << "Wilson [0.711, 0.867] lies below 0.9";
  EXPECT_FALSE(crm::target::at_least(.9).judge(share(87, 100)).sure);
  EXPECT_EQ(*crm::target::at_least(.9).judge(share(95, 100)).short_by, 0);

  // The end of an interval may lie on the threshold, which is on one side of it only.
  EXPECT_FALSE(crm::target::at_most(0).judge(share(0, 3)).sure) << "[0, 0.56]";
  EXPECT_FALSE(crm::target::at_least(1).judge(share(3, 3)).sure) << "[0.44, 1]";
  EXPECT_TRUE(crm::target::below(1).judge(share(1, 30)).sure);
  EXPECT_TRUE(crm::target::above(1).judge(share(3, 3)).sure) << "nothing is above 100 %";
  EXPECT_TRUE(crm::target::at_least(0).judge(share(0, 3)).sure);

  crm::mean seconds;
  for (const double x : {400., 500.}) seconds.update(x);
  const auto at_most = crm::target::at_most(420).judge(seconds.result());
  EXPECT_EQ(at_most.state, target_state::not_met);
  EXPECT_NEAR(*at_most.short_by, 30, 1e-12);
}

TEST(target, a_target_that_is_no_number_is_refused) {
  EXPECT_THROW(static_cast<void>(crm::target::at_least(std::numeric_limits<double>::quiet_NaN())),
               crm::bad_input);
}

struct check {
  std::string agent;
  double score;
  bool late;
};

TEST(attainment, counts_those_who_met_and_those_who_were_assessed) {
  const auto card = crm::make_scorecard(
      crm::component("score", crm::on(&check::score, crm::mean{}), crm::linear{0, 100}, 1),
      crm::component("late", crm::on(&check::late, crm::error_rate{}), crm::linear{.5, 0}, 0)
          .at_least(2));
  auto team = crm::by(&check::agent, card);
  team.update(check{"a", 60, false});
  team.update(check{"a", 60, false});
  team.update(check{"b", 59.999, true});
  team.update(check{"b", 59.999, false});
  team.update(check{"c", 90, false});
  const auto results = team.result();

  const auto totals = crm::attainment_of(results, crm::target::at_least(60));
  EXPECT_EQ(totals, (crm::attainment{2, 1, 0}));
  EXPECT_EQ(totals.assessed(), 3u);
  EXPECT_NEAR(*totals.value(), 2. / 3, 1e-15);
  const auto in_time = crm::attainment_of(results, "late", crm::target::at_most(.5));
  EXPECT_EQ(in_time, (crm::attainment{2, 0, 1})) << "c has one observation, the card asks for 2";
  EXPECT_EQ(crm::attainment_of(results, "late", crm::target::at_most(.1)),
            (crm::attainment{1, 1, 1}));
  EXPECT_TRUE(in_time.rate().compare(1.) >= 0);

  auto both = totals;
  both.merge(in_time);
  EXPECT_EQ(both, (crm::attainment{4, 1, 1}));
  EXPECT_FALSE(crm::attainment{}.value().has_value()) << "nobody assessed is no rate, not 0 %";
  EXPECT_THROW(static_cast<void>(crm::attainment_of(results, "lat", crm::target::at_most(.1))),
               crm::error);
}

// The exact 60 of this card comes out as 59.99999999999999 in binary.
TEST(attainment, totals_are_compared_on_the_grid) {
  const auto goal = crm::target::at_least(60);
  crm::score_report r;
  r.coverage = 1;
  r.total = 59.99999999999999;
  EXPECT_EQ(goal.judge(r).state, target_state::met);
  r.total = 59.99999;
  EXPECT_EQ(goal.judge(r).state, target_state::not_met);
  r.total.reset();
  EXPECT_EQ(goal.judge(r).state, target_state::not_assessed);
  EXPECT_EQ(goal.judge(r).absent, crm::absence::low_coverage);
}

struct tally {
  crm::successes_of counts;
};

TEST(target, sees_what_was_measured_not_what_was_drawn_to_a_prior) {
  const crm::beta_binomial prior{.mean = .5, .strength = 20};
  for (std::uint64_t n = 20; n <= 400; n += 20) {
    auto card = crm::make_scorecard(
        crm::component("share", crm::on(&tally::counts, crm::proportion{}), crm::linear{0, 1}, 1)
            .shrunk_by(prior));
    card.update(tally{{n * 95 / 100, n}});
    const auto line = card.result().component("share");
    ASSERT_LT(line.raw.value(), .95);
    EXPECT_EQ(crm::target::at_least(.95).judge(line).state, target_state::met);
    EXPECT_EQ(crm::target::at_least(.951).judge(line).state, target_state::not_met);
  }
}

// Rules R1 to R12: 171 of 180 within 24 hours, compliance 1 of 300.
TEST(target, the_worked_agent_meets_24_hours_and_misses_none) {
  auto card = service_card::make();
  using s = service_card::source;
  card.update(service_card::counted<s::res24>{{171, 180}});
  card.update(service_card::counted<s::renewal>{{3, 4}});
  const auto r = card.result();
  EXPECT_EQ(crm::target::at_least(.95).judge(r.component("res24")).state, target_state::met);
  const auto renewal = crm::target::at_least(.7).judge(r.component("renewal"));
  EXPECT_EQ(renewal.state, target_state::not_assessed) << "the card asks for five";
  EXPECT_EQ(renewal.absent, crm::absence::insufficient);
}

TEST(target, above_and_below_are_not_met_on_the_threshold) {
  const auto above = crm::target::above(.95);
  EXPECT_TRUE(above.strict());
  EXPECT_EQ(above.judge(share(171, 180)).state, target_state::not_met);
  EXPECT_EQ(above.judge(share(172, 180)).state, target_state::met);
  EXPECT_EQ(*above.judge(share(171, 180)).short_by, 0);
  const auto below = crm::target::below(.07).needing(50);
  EXPECT_EQ(below.judge(share(7, 100)).state, target_state::not_met);
  EXPECT_EQ(below.judge(share(6, 100)).state, target_state::met);
  EXPECT_EQ(below.judge(share(0, 49)).state, target_state::not_assessed);
  EXPECT_TRUE(below.judge(share(6, 100)).strict);
  EXPECT_FALSE(above == crm::target::at_least(.95));
  const auto hash = [](const crm::target& t) {
    crm::detail::definition_hash h;
    t.describe(h);
    return h.value();
  };
  EXPECT_NE(hash(above), hash(crm::target::at_least(.95)));
  EXPECT_EQ(crm::detail::threshold_words(above.better(), true), "above");
  EXPECT_EQ(crm::detail::threshold_words(below.better(), true), "below");
  EXPECT_EQ(crm::detail::threshold_words(below.better(), false), "at most");
  // 90 % of 100: 45 of the remaining 50 meet "at least 90 %" after 45 of 50, 46 "above 90 %".
  EXPECT_EQ(crm::to_date(crm::target::at_least(.9), share(45, 50), 50).needed, 45u);
  EXPECT_EQ(crm::to_date(crm::target::above(.9), share(45, 50), 50).needed, 46u);
  EXPECT_EQ(crm::to_date(crm::target::below(.1), share(5, 50), 50).needed, 4u);
}

}  // namespace
