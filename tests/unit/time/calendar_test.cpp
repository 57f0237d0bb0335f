#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace {

namespace crm = crmetrics;

// Known day numbers: 2000-03-01 is day 11017 of the Unix epoch, 1969-12-31 is day -1.
TEST(calendar, day_numbers_and_back) {
  static_assert(crm::days_since_epoch({1970, 1, 1}) == 0);
  static_assert(crm::days_since_epoch({2000, 3, 1}) == 11017);
  static_assert(crm::days_since_epoch({1969, 12, 31}) == -1);
  static_assert(crm::days_since_epoch({2024, 2, 29}) == 19782);
  for (std::int64_t day = -200'000; day <= 200'000; day += 37) {
    const crm::date d = crm::date_of({day * 86'400'000'000});
    EXPECT_EQ(crm::days_since_epoch(d), day);
    EXPECT_EQ(crm::date_of({day * 86'400'000'000 + 86'399'999'999}), d) << "last microsecond";
  }
}

TEST(calendar, instants_before_the_epoch_belong_to_the_day_before) {
  EXPECT_EQ(crm::date_of({-1}), (crm::date{1969, 12, 31}));
  EXPECT_EQ(crm::floor_div(-1, 12), -1);
  EXPECT_EQ(crm::floor_div(-12, 12), -1);
  EXPECT_EQ(crm::floor_div(-13, 12), -2);
  EXPECT_EQ(crm::floor_div(11, 12), 0);
}

TEST(calendar, months_and_quarters_are_half_open_and_meet) {
  const crm::period january = crm::calendar_month(2024, 1);
  const crm::period february = crm::calendar_month(2024, 2);
  EXPECT_EQ(january.to(), february.from());
  EXPECT_EQ(february.to(), crm::start_of({2024, 3, 1}));
  EXPECT_FALSE(january.contains(january.to()));
  EXPECT_TRUE(february.contains(crm::start_of({2024, 2, 29})));
  EXPECT_EQ(crm::calendar_quarter(2024, 4).to(), crm::start_of({2025, 1, 1}));
  EXPECT_EQ(crm::calendar_month(1969, 12).to(), crm::instant{0});
}

TEST(instant, reads_chrono_times_of_every_precision) {
  using namespace std::chrono;
  const sys_seconds t{seconds{1'700'000'000}};
  EXPECT_EQ(crm::to_instant(t).microseconds, 1'700'000'000'000'000);
  EXPECT_EQ(crm::to_instant(sys_days{days{3}}).microseconds, 3 * 86'400'000'000);
  EXPECT_EQ(crm::to_instant(sys_time<nanoseconds>{nanoseconds{-1}}).microseconds, -1)
      << "cut towards the past";
  EXPECT_EQ(crm::to_instant(std::int64_t{42}).microseconds, 42);
}

TEST(period, refuses_to_end_before_it_begins) {
  EXPECT_THROW(crm::period({5}, {4}), crm::bad_input);
  EXPECT_FALSE(crm::period({5}, {5}).contains({5}));
}

}  // namespace
