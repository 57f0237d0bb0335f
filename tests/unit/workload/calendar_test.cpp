#include <crmetrics/workload/detail/calendar.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace {

using namespace crmetrics::workload::detail;

// The calendar of the standard library is the independent reference.
TEST(calendar, agrees_with_the_standard_library_for_two_centuries) {
  for (std::int32_t day = 0; day != 84'000; ++day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const civil_date ours = civil_of_day(day);
    ASSERT_EQ(ours.year, static_cast<int>(date.year())) << day;
    ASSERT_EQ(ours.month, static_cast<int>(static_cast<unsigned>(date.month()))) << day;
    ASSERT_EQ(ours.day, static_cast<int>(static_cast<unsigned>(date.day()))) << day;
    ASSERT_EQ(first_day_of_month(month_of_day(day)), day - ours.day + 1) << day;
  }
}

TEST(calendar, times_as_text) {
  const auto text = [](std::int64_t microseconds) {
    std::string out;
    append_time(out, microseconds);
    return out;
  };
  EXPECT_EQ(text(0), "1970-01-01 00:00:00");
  EXPECT_EQ(text(1'735'722'778'000'000), "2025-01-01 09:12:58");
  EXPECT_EQ(text(1'709'251'199'000'000), "2024-02-29 23:59:59");
}

TEST(calendar, days_as_text) {
  std::string out;
  append_date(out, 20'089);
  EXPECT_EQ(out, "2025-01-01");
}

}  // namespace
