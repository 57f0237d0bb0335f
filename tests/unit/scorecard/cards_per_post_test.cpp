#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/scorecard/evidence_share.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <string_view>

// One definition, a card for each post: what a post does not have is not applicable, which is not
// the same as not assessed.
namespace {

namespace crm = crmetrics;

struct rating {
  double points;
};
struct renewal {
  bool renewed;
};
struct record {
  bool complete;
};

auto department() {
  return crm::make_scorecard(
             crm::component("satisfaction", crm::on(&rating::points, crm::mean{}),
                            crm::linear{0, 100}, 40),
             crm::component("renewals", crm::on(&renewal::renewed, crm::proportion{}),
                            crm::linear{0, 1}, 40),
             crm::component("records", crm::on(&record::complete, crm::proportion{}),
                            crm::linear{0, 1}, 20))
      .with(crm::redistribute{.min_coverage = .5});
}

auto post(std::string_view name) {
  const auto all = department();
  if (name == "service") return all.without("renewals");
  if (name == "data") {
    return all.without("satisfaction").without("renewals").reweighted({{"records", 100}});
  }
  return all;  // care
}

TEST(cards_per_post, what_a_post_does_not_have_is_nobodys_weight) {
  auto service = post("service");
  service.update(rating{90});
  service.update(record{true});
  const auto r = service.result();
  EXPECT_EQ(r.component("renewals").absent, crm::absence::not_applicable);
  EXPECT_EQ(r.component("renewals").weight, 0);
  EXPECT_EQ(r.coverage, 1);
  EXPECT_EQ(r.weight_not_assessed, 0);
  // (40 x 90 + 20 x 100) / 60
  EXPECT_NEAR(*r.total, 5600. / 60, 1e-12);
}

TEST(cards_per_post, the_same_gap_in_a_post_that_has_it_is_not_assessed) {
  auto care = post("care");
  care.update(rating{90});
  care.update(record{true});
  const auto r = care.result();
  EXPECT_EQ(r.component("renewals").absent, crm::absence::missing);
  EXPECT_NEAR(r.coverage, .6, 1e-15);
  EXPECT_NEAR(r.weight_not_assessed, .4, 1e-15);
  EXPECT_NEAR(*r.total, 5600. / 60, 1e-12) << "the same total, but the report says what it lacks";
}

TEST(cards_per_post, not_applicable_never_costs_the_total_not_assessed_can) {
  auto data = post("data");
  data.update(record{true});
  data.update(record{false});
  EXPECT_NEAR(*data.result().total, 50, 1e-12);
  EXPECT_EQ(data.result().coverage, 1);

  auto care = post("care");
  care.update(record{true});
  EXPECT_FALSE(care.result().total.has_value()) << "a fifth of its weight is not enough";
  EXPECT_EQ(care.result().why_absent(), crm::absence::low_coverage);

  const auto fails = post("service").with(crm::fail{});
  auto strict = fails;
  strict.update(rating{90});
  EXPECT_FALSE(strict.result().total.has_value()) << "records are missing";
  strict.update(record{true});
  EXPECT_TRUE(strict.result().total.has_value()) << "renewals do not apply";
}

TEST(cards_per_post, posts_are_different_definitions) {
  auto service = post("service");
  EXPECT_NE(service.definition(), post("care").definition());
  EXPECT_NE(service.definition(), post("data").definition());
  EXPECT_EQ(service.definition(), department().without("renewals").definition());
  EXPECT_THROW(service.merge(post("care")), crm::definition_mismatch);
  EXPECT_THROW(static_cast<void>(department().without("renewal")), crm::bad_input);
  // A post for which nothing is left is no card.
  EXPECT_THROW(static_cast<void>(
                   department().without("satisfaction").without("renewals").without("records")),
               crm::bad_input);
}

TEST(cards_per_post, an_event_for_what_does_not_apply_changes_no_score) {
  auto service = post("service");
  service.update(rating{90});
  service.update(record{true});
  const auto before = service.result();
  service.update(renewal{false});
  EXPECT_EQ(service.result().total, before.total);
  EXPECT_EQ(service.result().component("renewals").absent, crm::absence::not_applicable);
}

}  // namespace
