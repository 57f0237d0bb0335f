#include <crmetrics/metrics/gross_revenue_retention.hpp>

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

TEST(gross_revenue_retention, start_against_end_and_every_change) {
  const crm::estimate snapshot = of_june<crm::gross_revenue_retention>();
  EXPECT_EQ(snapshot.exact(), (crm::exact_ratio{25'000, 28'000}));
  EXPECT_NEAR(*snapshot.standard_error(), .08700157769278039, 1e-15);
  EXPECT_EQ(snapshot.interval()->high, 1);
  const crm::estimate events = of_june<crm::basic_gross_revenue_retention<crm::event_accounting>>();
  EXPECT_EQ(events.exact(), (crm::exact_ratio{20'000, 28'000}))
      << "3 went down by 20.00 and up again; 5 left and returned; 7 was not there at the start";
  EXPECT_EQ(events.n(), 6u);
  EXPECT_NEAR(*events.standard_error(), .16560818962178242, 1e-15);
  EXPECT_NEAR(events.interval()->low, .3896996270821409, 1e-14);
}

TEST(gross_revenue_retention, nothing_at_the_start_is_undefined) {
  crm::gross_revenue_retention metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
