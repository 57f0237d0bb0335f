#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

struct survey {
  std::optional<instant> at;
  int rating = 1;
};
auto by_month() {
  return crm::over(crm::calendar_months(), &survey::at, crm::on(&survey::rating, crm::csat{}));
}

// "Never" and times in the wrong unit are no times of events.
TEST(over, times_far_from_any_calendar_are_refused) {
  auto months = by_month();
  const auto before = months;
  for (const std::int64_t t : {INT64_MAX, INT64_MIN, std::int64_t{900'000'000'000'000'001}}) {
    try {
      months.update(survey{instant{t}, 5});
      FAIL() << "accepted " << t;
    } catch (const crm::bad_input& e) {
      EXPECT_EQ(e.problems().begin()->field, "time");
      EXPECT_EQ(e.problems().begin()->value, std::to_string(t));
    }
  }
  EXPECT_EQ(months, before);
  for (const std::int64_t t : {900'000'000'000'000'000, -900'000'000'000'000'000}) {
    months.update(survey{instant{t}, 5});
  }
  EXPECT_EQ(months.result().size(), 2u) << "the farthest that are taken can also be shown";
}

TEST(over, last_and_within_merge_whole_periods) {
  auto months = by_month();
  for (unsigned month = 1; month <= 12; ++month) {
    months.update(survey{start_of({2024, month, 1}), 5});
    months.update(survey{instant{start_of({2024, month, 28}).microseconds + day - 1}, 1});
  }
  months.update(survey{std::nullopt, 5});

  const auto n = [](const auto& metric) { return metric.result().n(); };
  const instant in_june = start_of({2024, 6, 15});
  EXPECT_EQ(n(months.last(1, in_june)), 2u);
  EXPECT_EQ(n(months.last(3, in_june)), 6u) << "April, May, June";
  EXPECT_EQ(n(months.last(100, in_june)), 12u);
  EXPECT_EQ(n(months.last(INT64_MAX, in_june)), 12u);
  EXPECT_EQ(n(months.last(2, start_of({2023, 12, 31}))), 0u);
  EXPECT_THROW(static_cast<void>(months.last(0, in_june)), crm::invalid_setting);
  EXPECT_THROW(static_cast<void>(months.last(-1, in_june)), crm::invalid_setting);

  EXPECT_EQ(n(months.within(crm::calendar_quarter(2024, 1))), 6u);
  EXPECT_EQ(n(months.within(crm::calendar_month(2024, 2))), 2u);
  EXPECT_EQ(n(months.within(period(start_of({2024, 1, 2}), start_of({2024, 4, 1})))), 4u)
      << "a month that lies in it only in part is left out";
  EXPECT_EQ(n(months.total()), 25u);
  EXPECT_EQ(months.result().untimed.n(), 1u);
}

TEST(over, other_windows_do_not_merge) {
  const auto over = [](auto window) {
    return crm::over(window, &survey::at, crm::on(&survey::rating, crm::csat{}));
  };
  auto from_monday = over(crm::iso_weeks());
  const auto from_thursday = over(crm::tumbling(crm::days{7}));
  EXPECT_THROW(from_monday.merge(from_thursday), crm::definition_mismatch)
      << "the same length from another origin";
  auto daily = over(crm::tumbling(crm::days{1}));
  try {
    daily.merge(from_thursday);
    FAIL() << "merged";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_STREQ(e.what(),
                 "CSAT: two definitions do not merge: \"share of 4-5, scale 1-5, every 86400 s\" "
                 "and \"share of 4-5, scale 1-5, every 604800 s\"");
  }
}

TEST(over, times_of_chrono) {
  struct call {
    std::chrono::sys_seconds at;
    int rating;
  };
  auto days = crm::over(crm::calendar_days(), &call::at, crm::on(&call::rating, crm::csat{}));
  days.update(
      call{std::chrono::sys_days(std::chrono::year{2025} / 3 / 1) + std::chrono::hours(23), 5});
  EXPECT_EQ(days.result().rows[0].period.from(), start_of({2025, 3, 1}));
}

}  // namespace
