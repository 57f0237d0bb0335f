#include <crmetrics/time/calendar_periods.hpp>

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;

crm::period days(const crm::date& from, const crm::date& to) {
  return {crm::start_of(from), crm::start_of(to)};
}

TEST(calendar_periods, names) {
  EXPECT_EQ(crm::period_name(crm::calendar_quarter(2025, 1)), "2025-Q1");
  EXPECT_EQ(crm::period_name(crm::calendar_quarter(2025, 4)), "2025-Q4");
  EXPECT_EQ(crm::period_name(crm::calendar_month(2025, 3)), "2025-03");
  EXPECT_EQ(crm::period_name(days({2024, 1, 1}, {2025, 1, 1})), "2024");
  EXPECT_EQ(crm::period_name(days({2025, 3, 31}, {2025, 4, 1})), "2025-03-31");
  // Three months that are no quarter, twelve that are no year, weeks, hours.
  EXPECT_EQ(crm::period_name(days({2025, 2, 1}, {2025, 5, 1})), "2025-02-01 to 2025-05-01");
  EXPECT_EQ(crm::period_name(days({2024, 7, 1}, {2025, 7, 1})), "2024-07-01 to 2025-07-01");
  EXPECT_EQ(crm::period_name(days({2025, 1, 6}, {2025, 1, 13})), "2025-01-06 to 2025-01-13");
  EXPECT_EQ(crm::period_name({crm::instant{3'600'000'000}, crm::instant{90'000'000'000}}),
            "1970-01-01 01:00:00 to 1970-01-02 01:00:00");
  EXPECT_EQ(crm::period_name({crm::instant{0}, crm::instant{0}}), "1970-01-01 to 1970-01-01");
}

TEST(calendar_periods, whole_months_step_by_the_calendar) {
  EXPECT_EQ(crm::period_before(crm::calendar_quarter(2025, 1)), crm::calendar_quarter(2024, 4));
  EXPECT_EQ(crm::period_before(crm::calendar_quarter(2025, 2), 5), crm::calendar_quarter(2024, 1));
  EXPECT_EQ(crm::period_before(crm::calendar_month(2024, 3)), crm::calendar_month(2024, 2));
  EXPECT_EQ(crm::period_before(days({2024, 1, 1}, {2025, 1, 1})), days({2023, 1, 1}, {2024, 1, 1}));
  EXPECT_EQ(crm::period_before(crm::calendar_month(2025, 3), 0), crm::calendar_month(2025, 3));
  static_assert(crm::period_before(crm::calendar_month(2025, 1)) == crm::calendar_month(2024, 12));
}

TEST(calendar_periods, others_step_by_their_length) {
  EXPECT_EQ(crm::period_before(days({2025, 1, 6}, {2025, 1, 13}), 2),
            days({2024, 12, 23}, {2024, 12, 30}));
  // From the second of a month to the second of the next one: 28 days in February.
  EXPECT_EQ(crm::period_before(days({2025, 2, 2}, {2025, 3, 2})), days({2025, 1, 5}, {2025, 2, 2}));
  EXPECT_EQ(crm::period_before({crm::instant{10}, crm::instant{14}}, 3),
            crm::period(crm::instant{-2}, crm::instant{2}));
}

TEST(calendar_periods, too_far_away_is_refused) {
  const crm::period all{crm::instant{INT64_MIN / 2}, crm::instant{INT64_MAX / 2}};
  EXPECT_THROW(static_cast<void>(crm::period_before(all)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::period_before(all, 4)), crm::bad_input);
}

}  // namespace
