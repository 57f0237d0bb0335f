#include <crmetrics/metrics/quick_ratio.hpp>

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

TEST(quick_ratio, gained_of_lost) {
  const crm::estimate snapshot = of_june<crm::quick_ratio>();
  EXPECT_EQ(snapshot.exact(), (crm::exact_ratio{15'500, 3'000}));
  EXPECT_NEAR(*snapshot.standard_error(), 5.733941612865715, 1e-13);
  EXPECT_EQ(snapshot.interval()->low, 0);
  EXPECT_NEAR(snapshot.interval()->high, 16.404985717338977, 1e-12);
  const crm::estimate events = of_june<crm::basic_quick_ratio<crm::event_accounting>>();
  EXPECT_EQ(events.exact(), (crm::exact_ratio{20'500, 8'000}));
  EXPECT_NEAR(*events.standard_error(), 1.765273517743898, 1e-13);
  EXPECT_NE(events.convention(), snapshot.convention());
}

TEST(quick_ratio, nothing_lost_is_undefined_not_infinite) {
  const std::vector<crm::level_change> joined{{june().from(), 500}};
  crm::quick_ratio metric;
  metric.update(crm::subscription_fact{june(), 0, 500, false, joined});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_EQ(metric.result().n(), 1u);
}

TEST(quick_ratio, nothing_at_the_start_is_undefined) {
  crm::quick_ratio metric;
  EXPECT_EQ(metric.result().status(), crm::status::no_data);
  metric.update(crm::subscription_fact{june(), 0, 0, true, {}});
  EXPECT_EQ(metric.result().status(), crm::status::undefined);
  EXPECT_FALSE(metric.result().interval().has_value());
}

}  // namespace
