#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/detail/date_text.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace {

namespace crm = crmetrics;
using crm::date;
using crm::instant;

constexpr std::int64_t day = 86'400'000'000;

static_assert(crm::days_since_epoch({1970, 1, 1}) == 0);
static_assert(crm::days_since_epoch({2000, 3, 1}) == 11'017);
static_assert(crm::date_of({-1}) == date{1969, 12, 31}, "the day before, not day 0");
static_assert(crm::start_of({1969, 12, 31}).microseconds == -day);

TEST(calendar, known_days) {
  EXPECT_EQ(crm::days_since_epoch({1582, 10, 15}), -141'427);  // the first day of this calendar
  EXPECT_EQ(crm::days_since_epoch({0, 3, 1}), -719'468);
  EXPECT_EQ(crm::days_since_epoch({2038, 1, 19}), 24'855);  // 2^31 seconds
  EXPECT_EQ(crm::days_since_epoch({9999, 12, 31}), 2'932'896);
}

// The C++ standard library as the oracle, for every day of its eight hundred most used years and
// every 97th of all it knows.
TEST(calendar, agrees_with_the_standard_library) {
  namespace chrono = std::chrono;
  const auto check = [](chrono::sys_days there) {
    const chrono::year_month_day ymd(there);
    const date d{static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                 static_cast<unsigned>(ymd.day())};
    const std::int64_t days = there.time_since_epoch().count();
    ASSERT_EQ(crm::days_since_epoch(d), days);
    ASSERT_EQ(crm::date_of({days * day}), d);
    ASSERT_EQ(crm::date_of({days * day + day - 1}), d);
    ASSERT_EQ(crm::start_of(d).microseconds, days * day);
  };
  for (chrono::sys_days d = chrono::year{1600} / 1 / 1; d < chrono::year{2400} / 1 / 1;
       d += chrono::days(1)) {
    check(d);
  }
  for (chrono::sys_days d = chrono::year{-32'000} / 1 / 1; d < chrono::year{32'000} / 1 / 1;
       d += chrono::days(97)) {
    check(d);
  }
}

// The years of std::chrono end at 32,767; those of 64 bits of microseconds do not.
TEST(calendar, the_ends_of_64_bits) {
  EXPECT_EQ(crm::date_of({INT64_MAX}), (date{294'247, 1, 10}));
  EXPECT_EQ(crm::date_of({INT64_MIN}), (date{-290'308, 12, 21}));
  EXPECT_EQ(crm::start_of({294'247, 1, 10}).microseconds, INT64_MAX / day * day);
  EXPECT_THROW(static_cast<void>(crm::start_of({294'247, 1, 11})), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::start_of({-290'308, 12, 21})), crm::bad_input)
      << "its first microseconds are out of range";
}

TEST(calendar, leap_days) {
  EXPECT_NO_THROW(static_cast<void>(crm::start_of({2024, 2, 29})));
  EXPECT_NO_THROW(static_cast<void>(crm::start_of({2000, 2, 29})));
  EXPECT_THROW(static_cast<void>(crm::start_of({2023, 2, 29})), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::start_of({1900, 2, 29})), crm::bad_input);
}

TEST(calendar, days_that_are_not_in_the_calendar_are_named) {
  const auto message = [](date d) {
    try {
      static_cast<void>(crm::days_since_epoch(d));
    } catch (const crm::bad_input& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message({2025, 4, 31}),
            "1 problem\n  date: value \"2025-4-31\": no such day in this month");
  EXPECT_EQ(message({2025, 4, 0}),
            "1 problem\n  date: value \"2025-4-0\": no such day in this month");
  EXPECT_EQ(message({2025, 13, 1}), "1 problem\n  date: value \"2025-13-1\": no such month");
  EXPECT_EQ(message({2025, 0, 1}), "1 problem\n  date: value \"2025-0-1\": no such month");
}

TEST(calendar, months_and_quarters) {
  EXPECT_EQ(crm::calendar_month(2024, 2),
            crm::period(crm::start_of({2024, 2, 1}), crm::start_of({2024, 3, 1})));
  EXPECT_EQ(crm::calendar_month(2024, 12).to(), crm::start_of({2025, 1, 1}));
  EXPECT_EQ(crm::calendar_quarter(2025, 1),
            crm::period(crm::start_of({2025, 1, 1}), crm::start_of({2025, 4, 1})));
  EXPECT_EQ(crm::calendar_quarter(1969, 4).to(), instant{0});
  EXPECT_EQ(crm::calendar_quarter(-1, 4).to(), crm::start_of({0, 1, 1}));
  EXPECT_THROW(static_cast<void>(crm::calendar_month(2025, 0)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::calendar_month(2025, 13)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::calendar_quarter(2025, 5)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::calendar_quarter(2025, 0)), crm::bad_input);
}

TEST(calendar, month_numbers_run_through_year_0) {
  EXPECT_EQ(crm::month_number(crm::start_of({0, 1, 1})), 0);
  EXPECT_EQ(crm::month_number(crm::start_of({-1, 12, 31})), -1);
  EXPECT_EQ(crm::month_number({-1}), 12 * 1969 + 11);
  for (int month = -30; month != 30; ++month) {
    const crm::period p = crm::months_from(month, 1);
    EXPECT_EQ(crm::month_number(p.from()), month);
    EXPECT_EQ(crm::month_number({p.to().microseconds - 1}), month);
  }
}

TEST(floor_div, rounds_towards_minus_infinity) {
  EXPECT_EQ(crm::floor_div(7, 2), 3);
  EXPECT_EQ(crm::floor_div(-7, 2), -4);
  EXPECT_EQ(crm::floor_div(-8, 2), -4);
  EXPECT_EQ(crm::floor_div(-1, 86'400), -1);
  EXPECT_EQ(crm::floor_div(0, 5), 0);
}

// With -fsanitize=undefined: that day began before 64 bits do.
TEST(calendar, the_first_instant_as_text) {
  EXPECT_EQ(crmetrics::detail::text_of_instant({INT64_MIN}).view(),
            "-290308-12-21 19:59:05.224192");
  EXPECT_EQ(crmetrics::detail::text_of_instant({-1}).view(), "1969-12-31 23:59:59.999999");
}

}  // namespace
