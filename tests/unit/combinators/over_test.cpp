#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/where.hpp>
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

TEST(over, results_are_periods_in_order_and_the_untimed) {
  auto months = by_month();
  months.update_many(std::vector<survey>{{start_of({2025, 4, 2}), 1},
                                         {start_of({2025, 1, 31}), 5},
                                         {start_of({2025, 2, 1}), 1},
                                         {std::nullopt, 4}});
  const auto r = months.result();
  ASSERT_EQ(r.size(), 3u);
  EXPECT_EQ(r.rows[0].period, crm::calendar_month(2025, 1));
  EXPECT_EQ(r.rows[2].period, crm::calendar_month(2025, 4));
  EXPECT_EQ(r.untimed.n(), 1u);
  EXPECT_EQ(months.within(crm::calendar_quarter(2025, 1)).result().exact(),
            (crm::exact_ratio{1, 2}));
}

TEST(over, other_windows_do_not_merge) {
  const auto over = [](auto window) {
    return crm::over(window, &survey::at, crm::on(&survey::rating, crm::csat{}));
  };
  auto from_monday = over(crm::iso_weeks());
  const auto from_thursday = over(crm::tumbling(crm::days{7}));
  EXPECT_THROW(from_monday.merge(from_thursday), crm::definition_mismatch)
      << "the same length from another origin";
  auto monthly = over(crm::calendar_months(1));
  EXPECT_THROW(monthly.merge(over(crm::calendar_months(3))), crm::definition_mismatch);
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

TEST(over, a_mismatch_behind_the_cut_of_a_long_definition_says_so) {
  const auto over = [](int months) {
    const auto always = [](const survey&) { return true; };
    return crm::over(
        crm::calendar_months(months), &survey::at,
        crm::where(always, crm::on(&survey::rating, crm::csat{}),
                   "answered later than four weeks after the contact, or not by the customer"));
  };
  auto monthly = over(1);
  EXPECT_EQ(monthly.convention().view(), over(3).convention().view());
  try {
    monthly.merge(over(3));
    FAIL() << "merged";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_NE(std::string(e.what()).find("which differ behind the cut"), std::string::npos)
        << e.what();
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
