#pragma once

#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/detail/date_text.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace crmetrics {

namespace detail {

/// How many whole calendar months of UTC a period is; none where it is something else.
constexpr std::optional<std::int64_t> whole_months(const period& p) {
  const std::int64_t first = month_number(p.from());
  const std::int64_t months = month_number(p.to()) - first;
  if (months < 1 || p != months_from(first, months)) return std::nullopt;
  return months;
}

}  // namespace detail

/// The period of the same length that many periods earlier, in UTC: for whole calendar months
/// (a quarter, a year) as many calendar months, else the same number of microseconds.
/// @throws bad_input more than 292,000 years from 1970
constexpr period period_before(const period& p, std::int64_t periods = 1) {
  if (const auto months = detail::whole_months(p)) {
    return months_from(month_number(p.from()) - *months * periods, *months);
  }
  std::int64_t shift = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
  if (__builtin_mul_overflow(p.to().microseconds - p.from().microseconds, periods, &shift) ||
      __builtin_sub_overflow(p.from().microseconds, shift, &from) ||
      __builtin_sub_overflow(p.to().microseconds, shift, &to)) {
    detail::refuse_instant(p.from().microseconds);
  }
  return period(instant{from}, instant{to});
}

/// What a period is called: "2025", "2025-Q1", "2025-03" for calendar years, quarters and months of
/// UTC, "2025-03-31" for a day; else its two ends, of which the last one does not belong to it:
/// "2025-01-01 to 2025-03-15".
inline std::string period_name(const period& p) {
  const std::string first(detail::text_of_instant(p.from()).view());
  const auto months = detail::whole_months(p);
  const date from = date_of(p.from());
  if (months == 12 && from.month == 1) return first.substr(0, first.size() - 6);
  if (months == 3 && from.month % 3 == 1) {
    return first.substr(0, first.size() - 6) + "-Q" + std::to_string(from.month / 3 + 1);
  }
  if (months == 1) return first.substr(0, first.size() - 3);
  if (p.to().microseconds - p.from().microseconds == 86'400'000'000 && start_of(from) == p.from()) {
    return first;
  }
  return std::string(detail::text_of_period(p).view());
}

}  // namespace crmetrics
