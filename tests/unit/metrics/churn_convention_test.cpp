#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/churn_convention.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "unit/metrics/subscription_rows.hpp"

namespace {

namespace crm = crmetrics;
using subscription_rows::june;

template <class Convention>
crm::estimate churn_of_june() {
  const auto ledger = subscription_rows::ledger();
  crm::basic_churn<Convention> churn;
  churn.update_many(ledger.in(june()));
  return churn.result();
}

// One ledger and month, five figures, worked out by hand; standard errors by Python's fractions
// from the pairs of the customers.
TEST(churn_convention, average) {
  const crm::estimate e = churn_of_june<crm::lost_of_average>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{2, 11})) << "1 / ((5 + 6) / 2)";
  EXPECT_EQ(e.n(), 7u);
  EXPECT_NEAR(*e.standard_error(), .1939362634357911, 1e-15);
  EXPECT_EQ(e.interval()->low, 0) << "cut to what a churn can be";
  EXPECT_NEAR(e.interval()->high, .5619262734486045, 1e-14);
  EXPECT_EQ(e.method(), "delta method");
}
TEST(churn_convention, events_of_start) {
  const crm::estimate e = churn_of_june<crm::churn_events_of_start>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{3, 5})) << "4, 5 and 7 left";
  EXPECT_NEAR(*e.standard_error(), .3394112549695428, 1e-15);
  EXPECT_NEAR(e.interval()->high, 1.265233835687845, 1e-14);
}
TEST(churn_convention, events_of_start_and_new) {
  const crm::estimate e = churn_of_june<crm::churn_events_of_start_and_new>();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{3, 9})) << "5 + new 7, 8 + returned 5, 6";
  EXPECT_NEAR(*e.standard_error(), .14814814814814814, 1e-15);
  EXPECT_NEAR(e.interval()->low, .04296829858665874, 1e-14);
  EXPECT_EQ(e.n(), 8u);
}
TEST(churn_convention, sum_over_days) {
  const crm::estimate e = churn_of_june<crm::churn_by_day>();
  EXPECT_NEAR(e.value(), 1. / 6 + 1. / 5 + 1. / 6, 1e-15) << "the 5th, the 10th, the 25th";
  EXPECT_NEAR(*e.standard_error(), .30912061651652345, 1e-15);
  EXPECT_NEAR(e.interval()->low, .17125423871625023, 1e-14);
  EXPECT_NEAR(e.interval()->high, 1.6609483454347553, 1e-13);
  EXPECT_EQ(e.n(), 8u);
  EXPECT_EQ(e.excluded().total(), 2u);
  EXPECT_FALSE(e.exact().known());
}

TEST(churn_convention, two_conventions_are_two_types) {
  static_assert(!std::is_same_v<crm::churn, crm::basic_churn<crm::lost_of_average>>);
  EXPECT_NE(churn_of_june<crm::lost_of_average>().convention(),
            churn_of_june<crm::churn_events_of_start>().convention());
}

struct remission {
  int patient;
  crm::instant at;
  int level;
};

// Remission times of the placebo group, in weeks (Freireich et al. 1963, Blood 21(6), 699-716),
// none censored: H(t) = sum d / n and its variance sum d / n^2, by Python's fractions.
TEST(churn_convention, a_sum_over_days_is_the_nelson_aalen_estimate) {
  const std::vector<int> weeks{1, 1, 2,  2,  3,  4,  4,  5,  5,  8, 8,
                               8, 8, 11, 11, 12, 12, 15, 17, 22, 23};
  constexpr std::int64_t day = 86'400'000'000;
  std::vector<remission> rows;
  for (std::size_t i = 0; i != weeks.size(); ++i) {
    rows.push_back({static_cast<int>(i), {-1}, 1});
    rows.push_back({static_cast<int>(i), {weeks[i] * day + day / 2}, 0});
  }
  const auto ledger = crm::read_ledger(
      rows, crm::ledger_fields{
                .customer = &remission::patient, .at = &remission::at, .level = &remission::level});
  const auto hazard = [&](std::int64_t until) {
    crm::basic_churn<crm::churn_by_day> churn;
    churn.update_many(ledger.in({{0}, {(until + 1) * day}}));
    return churn.result();
  };
  EXPECT_NEAR(hazard(5).value(), .5271819254017397, 1e-15);
  EXPECT_NEAR(*hazard(5).standard_error(), .17762911597591824, 1e-15);
  EXPECT_NEAR(hazard(12).value(), 1.4438485920684063, 1e-14);
  EXPECT_NEAR(hazard(12).interval()->low, .8593213267464164, 1e-13);
  EXPECT_NEAR(hazard(12).interval()->high, 2.425982798205483, 1e-13);
  EXPECT_NEAR(hazard(23).value(), 3.52718192540174, 1e-14) << "a sum of rates may exceed 1";
  EXPECT_EQ(hazard(0).value(), 0);
  EXPECT_EQ(hazard(0).standard_error(), 0);
  EXPECT_FALSE(hazard(0).interval().has_value());
}

TEST(churn_convention, days_of_24_hours_from_the_start_the_last_one_short) {
  constexpr std::int64_t hour = 3'600'000'000;
  const crm::period window({5 * hour}, {40 * hour});  // a day and eleven hours
  const auto churn_of = [&](const std::vector<crm::level_change>& changes) {
    crm::subscription_fact other{window, 1, 1, true, {}};
    crm::subscription_fact f{window, 1, changes.back().level, true, changes};
    crm::basic_churn<crm::churn_by_day> churn;
    churn.update(other);
    churn.update(f);
    return churn.result();
  };
  EXPECT_EQ(churn_of({{{29 * hour - 1}, 0}}).value(), .5);
  EXPECT_EQ(churn_of({{{29 * hour}, 0}}).value(), .5) << "active as the second day began";
  EXPECT_EQ(churn_of({{{28 * hour}, 0}, {{29 * hour}, 7}, {{30 * hour}, 0}}).value(), .5 + 1)
      << "back only after the second day began: 1 left of 1 that was there";
}

TEST(churn_convention, left_where_nobody_was_is_undefined) {
  constexpr std::int64_t hour = 3'600'000'000;
  const crm::period window({0}, {48 * hour});
  const std::vector<crm::level_change> came_and_went{{{hour}, 5}, {{2 * hour}, 0}};
  crm::basic_churn<crm::churn_by_day> churn;
  EXPECT_EQ(churn.result().status(), crm::status::no_data);
  churn.update(crm::subscription_fact{window, 0, 0, false, {}});
  EXPECT_EQ(churn.result().status(), crm::status::undefined) << "nobody was ever active";
  churn.update(crm::subscription_fact{window, 0, 0, false, came_and_went});
  EXPECT_EQ(churn.result().status(), crm::status::undefined);
  EXPECT_EQ(churn.result().n(), 1u);

  crm::basic_churn<crm::churn_events_of_start> events;
  events.update(crm::subscription_fact{window, 0, 0, false, came_and_went});
  EXPECT_EQ(events.result().status(), crm::status::undefined);
}

TEST(churn_convention, windows_too_long_for_days_and_weights_too_large) {
  crm::basic_churn<crm::churn_by_day> churn;
  constexpr std::int64_t year = 31'557'600'000'000;
  const crm::subscription_fact f{crm::period({0}, {101 * year}), 1, 1, true, {}};
  EXPECT_THROW(churn.update(f), crm::bad_input);
  const crm::subscription_fact good{june(), 1, 1, true, {}};
  EXPECT_THROW(churn.update(good, {UINT64_MAX}), crm::overflow);
  EXPECT_EQ(churn, (crm::basic_churn<crm::churn_by_day>{}));
  churn.update(good, {3});
  EXPECT_EQ(churn.result().n(), 3u);
}

TEST(churn_convention, counts_by_day_travel_as_bytes) {
  const auto ledger = subscription_rows::ledger();
  crm::basic_churn<crm::churn_by_day> churn;
  churn.update_many(ledger.in(june()));
  const auto bytes = crm::to_bytes(churn);
  EXPECT_EQ(crm::from_bytes(crm::basic_churn<crm::churn_by_day>{}, bytes), churn);
}

}  // namespace
