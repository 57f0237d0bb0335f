#include <crmetrics/metrics/gross_revenue_churn.hpp>

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

TEST(gross_revenue_churn, churn_and_contraction_of_the_revenue_at_the_start) {
  const crm::estimate e = of_june<crm::gross_revenue_churn>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{3'000, 28'000})) << "20.00 of 4, 10.00 of 3";
  EXPECT_EQ(e.n(), 5u);
  EXPECT_EQ(e.unit(), crm::unit::fraction);
  EXPECT_NEAR(*e.standard_error(), .08700157769278039, 1e-15);  // by Python's fractions
  EXPECT_EQ(e.interval()->low, 0);
  EXPECT_NEAR(e.interval()->high, .27766281601887005, 1e-14);
}

TEST(gross_revenue_churn, nothing_at_the_start_is_undefined) {
  crm::gross_revenue_churn metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
