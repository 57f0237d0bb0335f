#include <crmetrics/combinators/window.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace {

namespace crm = crmetrics;
using crm::instant;
using crm::period;
using crm::start_of;

constexpr std::int64_t day = 86'400'000'000;

template <class Window>
void expect_partition(const Window& window, std::int64_t from, std::int64_t to) {
  for (std::int64_t number = from; number != to; ++number) {
    const period p = window.period_of(number);
    ASSERT_EQ(window.number_of(p.from()), number);
    ASSERT_EQ(window.number_of({p.to().microseconds - 1}), number);
    ASSERT_EQ(p.to(), window.period_of(number + 1).from()) << "no gap, no overlap";
  }
}

TEST(window, periods_meet_before_and_after_1970) {
  expect_partition(crm::tumbling(crm::hours{36}, instant{12'345}), -100, 100);
  expect_partition(crm::tumbling(crm::microseconds{1}), -3, 3);
  expect_partition(crm::calendar_days(), -100, 100);
  expect_partition(crm::iso_weeks(), -100, 100);
  for (const int months : {1, 2, 3, 4, 6, 12}) {
    expect_partition(crm::calendar_months(months), -30'000 / months, 30'000 / months);
  }
}

// Weeks of ISO 8601 begin on Monday: 2024-12-30 begins week 1 of 2025, 1970-01-01 was a Thursday.
TEST(window, iso_weeks) {
  const crm::tumbling weeks = crm::iso_weeks();
  const auto week_of = [&](crm::date d) { return weeks.period_of(weeks.number_of(start_of(d))); };
  EXPECT_EQ(week_of({2025, 1, 1}), period(start_of({2024, 12, 30}), start_of({2025, 1, 6})));
  EXPECT_EQ(week_of({2024, 12, 29}).to(), start_of({2024, 12, 30}));
  EXPECT_EQ(week_of({1970, 1, 1}), period(start_of({1969, 12, 29}), start_of({1970, 1, 5})));
  EXPECT_EQ(week_of({2024, 2, 29}), period(start_of({2024, 2, 26}), start_of({2024, 3, 4})));
  namespace chrono = std::chrono;
  for (chrono::sys_days d = chrono::year{1960} / 1 / 1; d < chrono::year{2040} / 1 / 1;
       d += chrono::days(1)) {
    const chrono::sys_days monday = d - (chrono::weekday(d) - chrono::Monday);
    const instant t{d.time_since_epoch().count() * day + day / 2};
    ASSERT_EQ(weeks.period_of(weeks.number_of(t)).from().microseconds,
              monday.time_since_epoch().count() * day);
  }
}

TEST(window, quarters_and_years) {
  const crm::calendar_months quarters(3);
  EXPECT_EQ(quarters.period_of(quarters.number_of(start_of({2024, 2, 29}))),
            crm::calendar_quarter(2024, 1));
  EXPECT_EQ(quarters.period_of(quarters.number_of({-1})), crm::calendar_quarter(1969, 4));
  const crm::calendar_months years(12);
  EXPECT_EQ(years.number_of(start_of({2024, 12, 31})), 2024);
  EXPECT_EQ(years.number_of(start_of({0, 1, 1})), 0);
  EXPECT_EQ(years.number_of(start_of({-1, 12, 31})), -1);
}

TEST(window, names) {
  EXPECT_EQ(crm::calendar_months().name().view(), "by 1 month");
  EXPECT_EQ(crm::calendar_months(3).name().view(), "by 3 months");
  EXPECT_EQ(crm::calendar_days().name().view(), "every 86400 s");
  EXPECT_EQ(crm::tumbling(crm::milliseconds{1'500}).name().view(), "every 1500000 us");
}

TEST(window, refuses_what_cuts_no_time) {
  EXPECT_THROW(crm::tumbling(crm::seconds{0}), crm::invalid_setting);
  EXPECT_THROW(crm::tumbling(crm::seconds{-1}), crm::invalid_setting);
  EXPECT_THROW(crm::tumbling(crm::time_span{INT64_MAX}), crm::invalid_setting);
  EXPECT_THROW(crm::tumbling(crm::days{1}, instant{INT64_MAX}), crm::bad_input);
  for (const int months : {0, -1, 5, 7, 24}) {
    EXPECT_THROW(crm::calendar_months{months}, crm::invalid_setting) << months;
  }
}

}  // namespace
