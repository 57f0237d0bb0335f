#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>

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

TEST(net_revenue_retention, what_the_customers_of_the_start_pay_at_the_end) {
  const crm::estimate e = of_june<crm::net_revenue_retention>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{27'500, 28'000})) << "new and returned ones are out";
  EXPECT_EQ(e.unit(), crm::unit::relative) << "may exceed 1";
  EXPECT_EQ(crm::value_text(e), "98.2 %");
  EXPECT_NEAR(*e.standard_error(), .13441738420413007, 1e-15);
  EXPECT_NEAR(e.interval()->low, .718689625206679, 1e-14);
  EXPECT_NEAR(e.interval()->high, 1.2455960890790352, 1e-14);
}

TEST(net_revenue_retention, nothing_at_the_start_is_undefined) {
  crm::net_revenue_retention metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
