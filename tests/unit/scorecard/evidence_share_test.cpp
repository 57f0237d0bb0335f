#include <crmetrics/scorecard/evidence_share.hpp>

#include <crmetrics/combinators/on.hpp>
#include <crmetrics/io/process_text.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;

template <int>
struct measured {
  crm::figure f;
};

template <int I>
auto figure() {
  return crm::on(&measured<I>::f, crm::given{});
}

// Of 100 points 60 are measured; 30 of the group of 50 look at outcomes.
auto card() {
  return crm::make_scorecard(
      crm::group("service", 50,
                 crm::component("csat", figure<0>(), crm::linear{0, 100}, 60)
                     .looking_at(crm::viewpoint::outcome),
                 crm::component("tone", figure<1>(), crm::linear{0, 100}, 40)
                     .rated()
                     .looking_at(crm::viewpoint::process)),
      crm::component("time", figure<2>(), crm::linear{0, 100}, 30)
          .looking_at(crm::viewpoint::process),
      crm::component("manager's view", figure<3>(), crm::linear{0, 100}, 20).rated());
}

TEST(evidence_share, splits_the_weight_by_definition) {
  auto c = card();
  c.update(measured<0>{{80, 1}});
  const auto s = crm::evidence_share::declared(c.result());
  EXPECT_NEAR(s.measured, .6, 1e-15);
  EXPECT_NEAR(s.rated, .4, 1e-15);
  EXPECT_NEAR(s.outcome, .3, 1e-15);
  EXPECT_NEAR(s.process, .5, 1e-15);
  EXPECT_NEAR(s.unmarked, .2, 1e-15);
}

TEST(evidence_share, redistribution_can_make_a_measured_card_a_judged_one) {
  auto c = card();
  const crm::mostly_measured rule;
  EXPECT_TRUE(rule.by_definition(c.result()));
  EXPECT_FALSE(rule.as_assessed(c.result())) << "nothing assessed";
  c.update(measured<0>{{80, 1}});
  c.update(measured<1>{{80, 1}});
  c.update(measured<3>{{80, 1}});
  // time is missing: service 50 / 70 of which 60 % are measured.
  const auto used = crm::evidence_share::used(c.result());
  EXPECT_NEAR(used.measured, 50. / 70 * .6, 1e-15);
  EXPECT_NEAR(used.rated, 1 - 50. / 70 * .6, 1e-15);
  EXPECT_FALSE(rule.as_assessed(c.result()));
  EXPECT_TRUE(rule.by_definition(c.result()));
  c.update(measured<2>{{80, 1}});
  EXPECT_TRUE(rule.as_assessed(c.result()));
  EXPECT_FALSE(crm::mostly_measured{.more_than = .6}.as_assessed(c.result()))
      << "exactly on it is not more";
}

TEST(evidence_share, what_a_rule_filled_in_is_no_evidence) {
  auto c = card().with(crm::neutral{50});
  const crm::mostly_measured rule;
  EXPECT_FALSE(rule.as_assessed(c.result())) << "nothing assessed";
  EXPECT_EQ(crm::evidence_share::used(c.result()).measured, 0);
  c.update(measured<3>{{80, 1}});
  const auto used = crm::evidence_share::used(c.result());
  EXPECT_EQ(used.measured, 0);
  EXPECT_NEAR(used.rated, .2, 1e-15);
  EXPECT_NEAR(used.filled, .8, 1e-15);
  EXPECT_EQ(used.outcome + used.process, 0);
  EXPECT_FALSE(rule.as_assessed(c.result()));
  EXPECT_TRUE(rule.by_definition(c.result()));
  EXPECT_EQ(
      crm::to_text(used),
      "measured 0.0 %, rated 20.0 %; outcome 0.0 %, process 0.0 %, unmarked 20.0 %; filled in "
      "80.0 %");
  c.update(measured<0>{{80, 1}});
  c.update(measured<2>{{80, 1}});
  EXPECT_NEAR(crm::evidence_share::used(c.result()).measured, .6, 1e-15);
  EXPECT_TRUE(rule.as_assessed(c.result()));
}

TEST(evidence_share, what_a_post_does_not_have_is_in_no_share) {
  const auto s = crm::evidence_share::declared(card().without("manager's view").result());
  EXPECT_NEAR(s.measured, 60. / 80, 1e-15);
  EXPECT_NEAR(s.unmarked, 0, 1e-15);
}

TEST(evidence_share, the_marks_are_part_of_the_definition) {
  const auto plain =
      crm::make_scorecard(crm::component("csat", figure<0>(), crm::linear{0, 100}, 1));
  const auto marked =
      crm::make_scorecard(crm::component("csat", figure<0>(), crm::linear{0, 100}, 1)
                              .looking_at(crm::viewpoint::outcome));
  EXPECT_NE(plain.definition(), marked.definition());
}

}  // namespace
