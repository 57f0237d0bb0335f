#include <crmetrics/derive/movements.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "unit/metrics/subscription_rows.hpp"

namespace {

namespace crm = crmetrics;
using by_events = crm::basic_revenue_movements<crm::event_accounting>;
using subscription_rows::june;

template <class M>
crm::movements_report of(const crm::period& window) {
  const auto ledger = subscription_rows::ledger();
  M metric;
  metric.update_many(ledger.in(window));
  return metric.result();
}
void expect_identity(const crm::movements& m) {
  EXPECT_EQ(m.start.money + m.new_customers.money + m.reactivation.money + m.expansion.money -
                m.contraction.money - m.churn.money,
            m.end.money);
  EXPECT_EQ(m.start.count + m.new_customers.count + m.reactivation.count - m.churn.count,
            m.end.count);
}

// Worked out by hand from subscription_rows.hpp.
TEST(revenue_movements, start_against_end) {
  const crm::movements_report r = of<crm::revenue_movements>(june());
  EXPECT_EQ(r.total, (crm::movements{.start = {28'000, 5},
                                     .new_customers = {9'000, 1},
                                     .reactivation = {4'000, 1},
                                     .expansion = {2'500, 1},
                                     .contraction = {1'000, 1},
                                     .churn = {2'000, 1},
                                     .end = {40'500, 6}}));
  EXPECT_EQ(r.net_new(), 12'500);
  EXPECT_EQ(r.customers, 10u);
  EXPECT_EQ(r.status, crm::status::ok);
  EXPECT_EQ(r.convention.view(), "start against end, 2025-06-01 to 2025-07-01");
}
TEST(revenue_movements, every_change) {
  const crm::movements_report r = of<by_events>(june());
  EXPECT_EQ(r.total, (crm::movements{.start = {28'000, 5},
                                     .new_customers = {10'000, 2},
                                     .reactivation = {7'000, 2},
                                     .expansion = {3'500, 2},
                                     .contraction = {2'000, 1},
                                     .churn = {6'000, 3},
                                     .end = {40'500, 6}}));
  EXPECT_EQ(r.convention.view(), "every change, 2025-06-01 to 2025-07-01");
}

TEST(revenue_movements, the_identity_holds_in_every_window) {
  const std::int64_t day = 86'400'000'000;
  for (unsigned first = 1; first != 9; ++first) {
    for (const std::int64_t days : {0, 1, 17, 30, 45, 200}) {
      const crm::instant from = crm::start_of({2025, first, 1});
      const crm::period window(from, {from.microseconds + days * day});
      const auto snapshot = of<crm::revenue_movements>(window);
      const auto events = of<by_events>(window);
      expect_identity(snapshot.total);
      expect_identity(events.total);
      EXPECT_EQ(snapshot.total.start, events.total.start);
      EXPECT_EQ(snapshot.total.end, events.total.end);
    }
  }
}

TEST(revenue_movements, a_change_at_the_first_instant_belongs_to_the_window) {
  const crm::movements_report july = of<crm::revenue_movements>(crm::calendar_month(2025, 7));
  EXPECT_EQ(july.total.churn, (crm::movement{10'000, 1})) << "1 leaves on 1 July, 00:00";
  EXPECT_EQ(july.total.new_customers, (crm::movement{9'900, 1}));
}

TEST(revenue_movements, merges_and_travels) {
  const auto ledger = subscription_rows::ledger();
  const auto facts = ledger.in(june());
  by_events whole;
  whole.update_many(facts);
  by_events a;
  by_events b;
  for (std::size_t i = 0; i != facts.size(); ++i) (i % 3 == 0 ? a : b).update(facts[i]);
  EXPECT_EQ(a + b, whole);
  EXPECT_EQ(crm::from_bytes(by_events{}, crm::to_bytes(whole)), whole);
  by_events july;
  july.update_many(ledger.in(crm::calendar_month(2025, 7)));
  EXPECT_THROW(a.merge(july), crm::definition_mismatch);
  EXPECT_EQ(by_events{}.result().status, crm::status::no_data);
}

TEST(revenue_movements, sums_that_leave_64_bits) {
  crm::revenue_movements m;
  const crm::subscription_fact rich{june(), INT64_MAX, INT64_MAX, true, {}};
  m.update(rich);
  const auto before = m;
  EXPECT_THROW(m.update(rich), crm::overflow);
  EXPECT_THROW(m.update(rich, {2}), crm::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
