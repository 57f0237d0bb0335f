#pragma once

#include <cstdint>
#include <string>

namespace crmetrics::workload::detail {

struct civil_date {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1 to 12
  std::int32_t day = 1;
};

// Days since 1970-01-01 to the date of the Gregorian calendar, by counting in eras of 400 years
// whose years begin in March. Valid from day 0 on.
constexpr civil_date civil_of_day(std::int32_t day_number) noexcept {
  const std::int32_t shifted = day_number + 719'468;
  const std::int32_t era = shifted / 146'097;
  const std::int32_t of_era = shifted % 146'097;
  const std::int32_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int32_t from_march = (5 * of_year + 2) / 153;
  const std::int32_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  return {era * 400 + year + (month <= 2 ? 1 : 0), month, of_year - (153 * from_march + 2) / 5 + 1};
}

// Months since year 0, so that neighbours differ by one.
constexpr std::int32_t month_of_day(std::int32_t day_number) noexcept {
  const civil_date date = civil_of_day(day_number);
  return date.year * 12 + date.month - 1;
}

// The first day of such a month, from 1970 on.
constexpr std::int32_t first_day_of_month(std::int32_t month) noexcept {
  const std::int32_t from_march = (month + 10) % 12;
  const std::int32_t year = (month - 2) / 12;
  const std::int32_t era = year / 400;
  const std::int32_t of_era = year % 400;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * from_march + 2) / 5 -
         719'468;
}

inline void append_padded(std::string& out, std::int64_t value, int digits) {
  char text[4] = {};
  for (int i = digits; i-- > 0;) {
    text[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(text, static_cast<std::size_t>(digits));
}

// 2025-01-31
inline void append_date(std::string& out, std::int32_t day_number) {
  const civil_date date = civil_of_day(day_number);
  append_padded(out, date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
}

// 2025-01-31 09:12:58, from whole seconds in microseconds since the epoch
inline void append_time(std::string& out, std::int64_t microseconds) {
  const std::int64_t seconds = microseconds / 1'000'000;
  append_date(out, static_cast<std::int32_t>(seconds / 86'400));
  const std::int64_t of_day = seconds % 86'400;
  out += ' ';
  append_padded(out, of_day / 3'600, 2);
  out += ':';
  append_padded(out, of_day / 60 % 60, 2);
  out += ':';
  append_padded(out, of_day % 60, 2);
}

}  // namespace crmetrics::workload::detail
