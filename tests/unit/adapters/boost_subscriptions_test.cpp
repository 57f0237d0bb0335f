#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>
#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace ba = boost::accumulators;

crm::subscription_fact customer(std::int64_t start, std::int64_t end) {
  return {crm::calendar_month(2025, 6), start, end, start > 0, {}};
}

// Facts whose level differs need the change that made it.
struct lost_customer {
  std::vector<crm::level_change> changes{{crm::start_of({2025, 6, 9}), 0}};
  crm::subscription_fact fact() const {
    return {crm::calendar_month(2025, 6), 7, 0, true, changes};
  }
};

TEST(boost_subscriptions, churn_and_retention_are_features) {
  using set = ba::accumulator_set<crm::subscription_fact,
                                  ba::stats<crm::tag::churn, crm::tag::retention, ba::tag::count>>;
  const lost_customer lost;
  set a;
  a(customer(5, 5));
  a(lost.fact());
  set b;
  b(customer(5, 5));
  b(customer(0, 0));
  crm::merge(a, b);
  EXPECT_EQ(crm::extract::churn(a).exact(), (crm::exact_ratio{1, 3}));
  EXPECT_EQ(crm::extract::retention(a).exact(), (crm::exact_ratio{2, 3}));
  EXPECT_EQ(ba::count(a), 4u);
}

TEST(boost_subscriptions, clv_takes_its_terms_as_settings) {
  using set = ba::accumulator_set<crm::customer_period, ba::stats<crm::tag::clv>>;
  set periods(crm::tag::clv::settings = crm::clv({.discount = crm::discount_rate::annual(.25)}));
  periods(crm::customer_period{10, true});
  periods(crm::customer_period{20, false});
  // m = 15, r = 1/2, d = .25: 15 / (1 - .4)
  EXPECT_NEAR(crm::extract::clv(periods).value(), 25, 1e-12);
}

TEST(boost_subscriptions, historical_clv) {
  const std::vector<crm::purchase> purchases{{{0}, 30}, {{9}, 12}};
  ba::accumulator_set<crm::customer_purchases, ba::stats<crm::tag::historical_clv>> customers;
  customers(crm::customer_purchases{purchases, {}});
  EXPECT_EQ(crm::extract::historical_clv(customers).value(), 42);
}

}  // namespace
