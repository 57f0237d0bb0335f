#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

// What other software publishes for its scorecards, computed by cards of this library. The numbers
// and where they stand: data/scorecard/software_examples.json.
namespace {

namespace crm = crmetrics;

// A figure for one part of a card.
template <int Part>
struct part_figure : crm::figure {};

template <int Part>
auto part(crm::label name, double floor, double target, double weight) {
  return crm::component(
      name, crm::on([](const part_figure<Part>& f) -> crm::figure { return f; }, crm::given{}),
      crm::linear{floor, target}, weight);
}
template <int Part, class Card>
void see(Card& card, double value) {
  card.update(part_figure<Part>{{value, 1}});
}

// frappe/hrms, test_appraisal.py: goals 30 and 70, 5 and 3 of 5, earn 1.5 and 2.1.
TEST(published_cards, hrms_goals) {
  auto card = crm::make_scorecard(part<0>("a", 0, 5, 30), part<1>("b", 0, 5, 70));
  see<0>(card, 5), see<1>(card, 3);
  const auto r = card.result();
  EXPECT_NEAR(r.component("a").contribution / 20, 1.5, 1e-12);
  EXPECT_NEAR(r.component("b").contribution / 20, 2.1, 1e-12);
  EXPECT_NEAR(*r.total / 20, 3.6, 1e-12);

  auto tree =
      crm::make_scorecard(part<0>("quality", 0, 100, 30), part<1>("development", 0, 100, 70));
  see<0>(tree, 12.5), see<1>(tree, 50);
  EXPECT_NEAR(tree.result().component("quality").contribution, 3.75, 1e-12);
  EXPECT_NEAR(tree.result().component("development").contribution, 35, 1e-12);
  const double percent = *tree.result().total;
  EXPECT_NEAR(percent, 38.75, 1e-12);
  EXPECT_NEAR(percent / 20, 1.938, 5.1e-4);

  // With feedback and self absent, as it divides by all three nevertheless.
  auto thirds = crm::make_scorecard(part<0>("goal", 0, 100, 1), part<1>("feedback", 0, 5, 1),
                                    part<2>("self", 0, 5, 1))
                    .with(crm::zero{});
  see<0>(thirds, percent);
  EXPECT_NEAR(*thirds.result().total / 20, .646, 5.1e-4);
}

// The same: goal, feedback and self a third each. Absent parts enter there as 0; issue 2023 asks
// for what redistribution gives.
TEST(published_cards, hrms_absent_parts) {
  const auto empty = [] {
    return crm::make_scorecard(part<0>("goal", 0, 5, 1), part<1>("feedback", 0, 5, 1),
                               part<2>("self", 0, 5, 1));
  };
  auto all = empty();
  see<0>(all, 3.6), see<1>(all, 5 * (.8 * 70 + .7 * 30) / 100), see<2>(all, 3.85);
  EXPECT_NEAR(*all.result().total / 20, 3.767, 5e-4);
  auto alone = empty();
  see<0>(alone, 3.6);
  EXPECT_NEAR(*alone.result().total / 20, 3.6, 1e-12);
  EXPECT_NEAR(*crm::scorecard(alone).with(crm::zero{}).result().total / 20, 1.2, 1e-12);
  auto issue = empty();
  see<0>(issue, 5), see<1>(issue, 5);
  EXPECT_NEAR(*issue.result().total / 20, 5, 1e-12);
  EXPECT_NEAR(*crm::scorecard(issue).with(crm::zero{}).result().total / 20, 3.33, 5e-3);
}

// frappe/erpnext: periods newest first, weights (12 - k) / 12; a score of 100 is in no band there.
TEST(published_cards, erpnext_periods_and_bands) {
  auto card =
      crm::make_scorecard(part<0>("newest", 0, 100, 12.0 / 12),
                          part<1>("before", 0, 100, 11.0 / 12), part<2>("first", 0, 100, 10.0 / 12))
          .graded({{"Excellent", 80}, {"Average", 50}, {"Poor", 30}, {"Very Poor", 0}});
  see<0>(card, 80), see<1>(card, 90), see<2>(card, 70);
  EXPECT_NEAR(*card.result().total, 80.3, .005);
  EXPECT_EQ(card.result().band, "Excellent");
  EXPECT_EQ(card.grades().of(100), "Excellent");
  EXPECT_EQ(card.grades().of(30), "Poor");
}

// Zendesk QA: the internal quality score is the mean of the reviews; a critical category below
// 50 % sets a review to 0.
TEST(published_cards, zendesk_quality_score) {
  crm::mean reviews;
  for (const double x : {100.0, 9.91, 63.96, 90.99, 0.0}) reviews.update(x);
  EXPECT_NEAR(reviews.result().value(), 52.97, .005);

  auto review = crm::make_scorecard(
      part<0>("tone", 1, 5, 1), part<1>("solution", 1, 5, 1),
      crm::veto("critical",
                crm::on([](const part_figure<1>& f) -> crm::figure { return f; }, crm::given{}),
                crm::below{3}, crm::cap{0}));  // 3 of 1 to 5 is 50 %
  auto failed = review;
  see<0>(failed, 5), see<1>(failed, 2);
  EXPECT_EQ(*failed.result().total, 0);
  see<0>(review, 5), see<1>(review, 3);
  EXPECT_NEAR(*review.result().total, 75, 1e-12);
}

// Spider Impact, goal 700 and red flag 500: a third and two thirds of ten.
TEST(published_cards, spider_goal_and_red_flag) {
  const crm::linear curve{300, 900};
  EXPECT_NEAR(curve.score(300) / 10, 0, 1e-7);
  EXPECT_NEAR(curve.score(500) / 10, 3.3333333, 1e-7);
  EXPECT_NEAR(curve.score(700) / 10, 6.6666667, 1e-7);
  EXPECT_NEAR(curve.score(900) / 10, 10, 1e-7);
}

// Lighthouse: weighted means of audits; ossf/scorecard: what is inconclusive leaves both sums.
TEST(published_cards, lighthouse_and_ossf_means) {
  auto equal =
      crm::make_scorecard(part<0>("a", 0, 1, 1), part<1>("b", 0, 1, 1), part<2>("c", 0, 1, 1));
  see<0>(equal, .1), see<1>(equal, .2), see<2>(equal, .03);
  EXPECT_NEAR(*equal.result().total, 11, 1e-12);
  auto weighted =
      crm::make_scorecard(part<0>("a", 0, 1, 2), part<1>("b", 0, 1, 7), part<2>("c", 0, 1, 1));
  see<0>(weighted, .1), see<1>(weighted, 0), see<2>(weighted, .2);
  EXPECT_NEAR(*weighted.result().total, 4, 1e-12);

  auto checks = crm::make_scorecard(part<0>("critical", 0, 10, 10), part<1>("high", 0, 10, 7.5),
                                    part<2>("medium", 0, 10, 5), part<3>("low", 0, 10, 2.5));
  EXPECT_FALSE(checks.result().total);  // all inconclusive: no score, not 0
  see<0>(checks, 10), see<2>(checks, 4);
  EXPECT_NEAR(*checks.result().total, 100 * (10 * 10 + 5 * 4) / (15.0 * 10), 1e-12);
  EXPECT_NEAR(checks.result().weight_not_assessed, 10.0 / 25, 1e-15);
}

}  // namespace
