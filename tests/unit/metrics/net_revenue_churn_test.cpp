#include <crmetrics/metrics/net_revenue_churn.hpp>

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

TEST(net_revenue_churn, with_and_without_what_returns) {
  const crm::estimate without = of_june<crm::net_revenue_churn>();
  EXPECT_EQ(without.exact(), (crm::exact_ratio{500, 28'000})) << "20.00 + 10.00 - 25.00";
  EXPECT_NEAR(*without.standard_error(), .13441738420413007, 1e-15);
  EXPECT_NEAR(without.interval()->low, -.24559608907903518, 1e-14);
  const crm::estimate with = of_june<crm::basic_net_revenue_churn<crm::with_reactivation>>();
  EXPECT_EQ(with.exact(), (crm::exact_ratio{-3'500, 28'000})) << "and 40.00 of 6";
  EXPECT_EQ(with.n(), 6u);
  EXPECT_NEAR(*with.standard_error(), .21528783532939413, 1e-15);
  EXPECT_NEAR(with.interval()->high, .29695640355520225, 1e-14);
  EXPECT_NE(with.convention(), without.convention());
}

TEST(net_revenue_churn, nothing_at_the_start_is_undefined) {
  crm::net_revenue_churn metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
