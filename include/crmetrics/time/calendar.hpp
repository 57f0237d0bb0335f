#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <compare>
#include <cstdint>
#include <string>

namespace crmetrics {

/// A calendar date of the proleptic Gregorian calendar (UTC).
struct date {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  friend constexpr auto operator<=>(const date&, const date&) = default;
};

/// Quotient rounded towards minus infinity: buckets before the epoch keep their width.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

namespace detail {

// Not by std::chrono: its years end at 32,767, and its header costs more than all of time/.
// Years count from March here, so that the leap day is the last of its year; the calendar repeats
// every 400 years, which have 146,097 days.
inline constexpr std::int64_t days_in_400_years = 146'097;
inline constexpr std::int64_t days_to_1970_from_march_0 = 719'468;

constexpr unsigned days_in_month(int year, unsigned month) noexcept {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
/// Day of a year that begins in March, of the first of a month counted from March.
constexpr std::int64_t days_before_month(std::int64_t month_from_march) noexcept {
  return (153 * month_from_march + 2) / 5;
}

[[noreturn]] inline void refuse_date(const date& d, const char* reason) {
  throw bad_input(
      problem{"date", 0,
              std::to_string(d.year) + "-" + std::to_string(d.month) + "-" + std::to_string(d.day),
              reason});
}

}  // namespace detail

/// Days since 1970-01-01; negative before. @throws bad_input where there is no such day
constexpr std::int64_t days_since_epoch(date d) {
  if (d.month < 1 || d.month > 12) detail::refuse_date(d, "no such month");
  if (d.day < 1 || d.day > detail::days_in_month(d.year, d.month)) {
    detail::refuse_date(d, "no such day in this month");
  }
  const std::int64_t year = std::int64_t{d.year} - (d.month < 3 ? 1 : 0);
  const std::int64_t cycle = floor_div(year, 400);
  const std::int64_t in_cycle = year - cycle * 400;
  const std::int64_t day_of_year = detail::days_before_month((d.month + 9) % 12) + d.day - 1;
  return cycle * detail::days_in_400_years + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 +
         day_of_year - detail::days_to_1970_from_march_0;
}
/// The date of an instant, in UTC.
constexpr date date_of(instant t) {
  const std::int64_t day =
      floor_div(t.microseconds, 86'400'000'000) + detail::days_to_1970_from_march_0;
  const std::int64_t cycle = floor_div(day, detail::days_in_400_years);
  const std::int64_t in_cycle = day - cycle * detail::days_in_400_years;
  // Without the leap days of the 4, 100 and 400 years that are over, each year has 365 days.
  const std::int64_t year =
      (in_cycle - in_cycle / 1'460 + in_cycle / 36'524 - in_cycle / 146'096) / 365;
  const std::int64_t day_of_year = in_cycle - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const bool next_year = month > 9;
  return {static_cast<int>(cycle * 400 + year + (next_year ? 1 : 0)),
          static_cast<unsigned>(next_year ? month - 9 : month + 3),
          static_cast<unsigned>(day_of_year - detail::days_before_month(month) + 1)};
}
/// The first instant of a date, in UTC.
/// @throws bad_input where there is no such day, or it is more than 292,000 years away
constexpr instant start_of(date d) {
  instant start;
  if (__builtin_mul_overflow(days_since_epoch(d), std::int64_t{86'400'000'000},
                             &start.microseconds)) {
    detail::refuse_date(d, "too far away for microseconds in 64 bits");
  }
  return start;
}

/// Month number since year 0: 12 * year + month - 1.
constexpr std::int64_t month_number(instant t) {
  const date d = date_of(t);
  return std::int64_t{12} * d.year + d.month - 1;
}
/// The span of `months` calendar months that begins with a month number.
constexpr period months_from(std::int64_t month, std::int64_t months) {
  const auto first = [](std::int64_t m) {
    return start_of({static_cast<int>(floor_div(m, 12)),
                     static_cast<unsigned>(m - 12 * floor_div(m, 12)) + 1, 1});
  };
  return period(first(month), first(month + months));
}
/// A calendar month of UTC. @throws bad_input unless the month is 1 to 12
constexpr period calendar_month(int year, unsigned month) {
  if (month < 1 || month > 12) detail::refuse_date({year, month, 1}, "no such month");
  return months_from(std::int64_t{12} * year + month - 1, 1);
}
/// A calendar quarter of UTC. @throws bad_input unless the quarter is 1 to 4
constexpr period calendar_quarter(int year, unsigned quarter) {
  if (quarter < 1 || quarter > 4) {
    throw bad_input(problem{"quarter", 0, std::to_string(quarter), "must be 1 to 4"});
  }
  return months_from(std::int64_t{12} * year + (std::int64_t{quarter} - 1) * 3, 3);
}

}  // namespace crmetrics
