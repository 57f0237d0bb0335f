#include <crmetrics/metrics/retention.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/metrics/subscription_rows.hpp"

namespace {

namespace crm = crmetrics;
using subscription_rows::june;

template <class M>
crm::estimate of_june() {
  const auto ledger = subscription_rows::ledger();
  M metric;
  metric.update_many(ledger.in(june()));
  return metric.result();
}

TEST(retention, kept_of_the_customers_at_the_start) {
  const crm::estimate e = of_june<crm::retention>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{4, 5})) << "5 left and returned: kept";
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);
  // Wilson for 4 of 5, by Python 3.11.
  EXPECT_NEAR(e.interval()->low, .37553462976252544, 1e-14);
  EXPECT_NEAR(e.interval()->high, .9637758913675698, 1e-14);
  EXPECT_EQ(e.convention(), "customers kept / customers at the start, 2025-06-01 to 2025-07-01");
}

TEST(retention, nothing_at_the_start_is_undefined) {
  crm::retention metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
