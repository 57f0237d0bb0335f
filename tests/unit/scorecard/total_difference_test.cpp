#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/total_difference.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/workload/rng.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using team_of_totals::results;

TEST(total_difference, of_two_agents) {
  const auto r = results({{"A", 85, 4}, {"B", 75, 3}});
  const crm::difference d = crm::total_difference(*r.find("A"), *r.find("B"));
  EXPECT_TRUE(d.ok());
  EXPECT_NEAR(d.value(), 10, 1e-12);
  EXPECT_NEAR(*d.standard_error(), 5, 1e-12);
  EXPECT_NEAR(d.interval()->low, 10 - 1.959963984540054 * 5, 1e-9);
  EXPECT_NEAR(d.interval()->high, 10 + 1.959963984540054 * 5, 1e-9);
  EXPECT_NEAR(*d.p_value(), .0455002638963584, 1e-12) << "two standard errors";
  const auto back = crm::total_difference(*r.find("B"), *r.find("A"), crm::confidence_level(.5));
  EXPECT_NEAR(back.value(), -10, 1e-12);
  EXPECT_NEAR(back.interval()->high, -10 + .6744897501960817 * 5, 1e-9);
}

TEST(total_difference, is_clipped_to_what_totals_can_be) {
  const auto r = results({{"A", 99, 4}, {"B", 1, 3}});
  EXPECT_EQ(crm::total_difference(*r.find("A"), *r.find("B")).interval()->high, 100);
}

TEST(total_difference, no_total_and_no_error_are_a_status) {
  const auto r = results({{"A", 85, 4}});
  crm::score_report none = *r.find("A");
  none.total.reset();
  EXPECT_EQ(crm::total_difference(*r.find("A"), none).status(), crm::status::no_data);
  crm::score_report unknown = *r.find("A");
  unknown.uncertainty.reset();
  const auto d = crm::total_difference(*r.find("A"), unknown);
  EXPECT_EQ(d.status(), crm::status::insufficient_data);
  EXPECT_EQ(d.value(), 0);
  EXPECT_FALSE(d.interval());
}

// An error of 0 is a flat curve, a cap or luck, and a component without an error makes that of the
// total too small: neither makes a difference sure.
TEST(total_difference, without_knowledge_has_no_interval) {
  const auto r = results({{"A", 85, 4}, {"capped", 120, 3}, {"given", 75}});
  for (const char* other : {"capped", "given"}) {
    const crm::difference d = crm::total_difference(*r.find("A"), *r.find(other));
    EXPECT_EQ(d.status(), crm::status::insufficient_data) << other;
    EXPECT_NE(d.value(), 0) << other;
    EXPECT_FALSE(d.interval() || d.p_value() || d.standard_error()) << other;
  }
}

struct ticket {
  std::string agent;
  bool ok;
};
// 27, 26 and 20 of 30 on a curve of steps: its slope is 0 everywhere, but 26 could well have
// been 27.
TEST(total_differences, on_a_curve_of_steps_are_not_sure) {
  auto team = crm::by(
      &ticket::agent,
      crm::make_scorecard(crm::component("fcr", crm::on(&ticket::ok, crm::proportion{}),
                                         crm::steps{{.70, .80, .90}, {0, 40, 70, 100}}, 100))
          .with(crm::delta{}));
  for (int i = 0; i != 30; ++i) {
    team.update(ticket{"Ann", i < 27});
    team.update(ticket{"Bo", i < 26});
    team.update(ticket{"Cy", i < 20});
  }
  const auto pairs = crm::total_differences(team.result());
  ASSERT_EQ(pairs.size(), 3u);
  for (const auto& pair : pairs) {
    EXPECT_GT(*pair.difference.standard_error(), 20) << "a step of the interval's reach";
    EXPECT_TRUE(pair.difference.interval()->contains(0) || pair.a + pair.b == "AnnCy");
    EXPECT_FALSE(pair.differs());
  }
}

TEST(total_difference, points_by_two_rules_do_not_compare) {
  const auto r = results({{"A", 85, 4}, {"B", 75, 3}});
  crm::score_report other = *r.find("B");
  other.definition += 1;
  EXPECT_THROW(static_cast<void>(crm::total_difference(*r.find("A"), other)),
               crm::definition_mismatch);
}

TEST(total_differences, p_values_are_corrected_for_their_number) {
  const auto r = results({{"A", 90, 3}, {"B", 80, 4}, {"C", 50, 3}, {"D", 79, 3}});
  const auto pairs = crm::total_differences(r);
  ASSERT_EQ(pairs.size(), 6u);
  EXPECT_EQ(pairs[0].a + pairs[0].b, "AB");
  // |z| = 2 (AB), 9.4 (AC), 2.59 (AD), 6 (BC), .2 (BD), 6.8 (CD): AB and AD are the fourth and the
  // fifth of six.
  EXPECT_NEAR(*pairs[0].adjusted_p, 2 * .0455002638963584, 1e-12);
  const double ad = std::erfc(11 / std::sqrt(18.) / std::sqrt(2.));
  EXPECT_NEAR(*pairs[2].adjusted_p, 3 * ad, 1e-12);
  EXPECT_FALSE(pairs[0].differs());
  EXPECT_TRUE(pairs[1].differs());
  EXPECT_TRUE(pairs[2].differs());
  EXPECT_FALSE(pairs[2].differs(.01));
  EXPECT_FALSE(pairs[4].differs());
  EXPECT_LE(*pairs[0].difference.p_value(), .05) << "alone it would pass";
}

TEST(total_differences, those_without_a_total_take_no_part) {
  auto r = results({{"A", 90, 3}, {"B", 80, 4}, {"C", 50, 3}});
  r.rows[1].result.total.reset();
  ASSERT_EQ(crm::total_differences(r).size(), 1u);
  EXPECT_EQ(crm::total_differences(r)[0].b, "C");
}

struct survey {
  int customer;
  int rating;
};
auto monthly() {
  return crm::bootstrap(&survey::customer,
                        crm::make_scorecard(crm::component(
                            "csat", crm::on(&survey::rating, crm::csat{}), crm::linear{0, 1}, 1)),
                        {.replicates = 400, .seed = 3});
}

// 200 customers who nearly all say the same in both months: what they have in common must not be
// taken for doubt about the change.
TEST(total_difference, of_the_same_customers_in_two_months_is_paired) {
  auto january = monthly();
  auto february = monthly();
  for (int c = 0; c != 200; ++c) {
    january.update(survey{c, c % 2 == 0 ? 5 : 2});
    february.update(survey{c, c % 2 == 0 || c % 20 == 1 ? 5 : 2});
  }
  const auto paired = crm::total_difference(february, january);
  const auto unpaired = crm::total_difference(february.result(), january.result());
  EXPECT_NEAR(paired.value(), 5, 1e-12);
  EXPECT_NEAR(unpaired.value(), 5, 1e-12);
  // Of 200 customers 10 changed: sqrt(.05 x .95 / 200) = 1.54 points against
  // sqrt(2 x .25 / 200) = 5.
  EXPECT_NEAR(*paired.standard_error(), 1.54, .25);
  EXPECT_NEAR(*unpaired.standard_error(), 5, .7);
  EXPECT_GT(paired.interval()->low, 0);
  EXPECT_LT(unpaired.interval()->low, 0);
  EXPECT_LT(*paired.p_value(), .05);

  auto other_seed = crm::bootstrap(&survey::customer, january.metric(), {.replicates = 400});
  EXPECT_THROW(static_cast<void>(crm::total_difference(february, other_seed)),
               crm::definition_mismatch);
  EXPECT_EQ(crm::total_difference(february, january.fresh()).status(), crm::status::no_data);
}

TEST(total_difference, of_replicates_that_are_all_alike_is_not_sure) {
  auto january = monthly();
  auto february = monthly();
  for (int c = 0; c != 6; ++c) {
    january.update(survey{c, 1});
    february.update(survey{c, 5});
  }
  const auto paired = crm::total_difference(february, january);
  EXPECT_EQ(paired.value(), 100);
  EXPECT_EQ(paired.status(), crm::status::insufficient_data);
  EXPECT_FALSE(paired.interval());
}

}  // namespace
