#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <boost/date_time/gregorian/gregorian_types.hpp>
#include <boost/date_time/posix_time/posix_time_types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Times of Boost.Date_Time to those of the library and back; all times are UTC.
///
/// Special values: `to_...` refuses not_a_date_time and both infinities with a `bad_input` that
/// names the field. `to_optional_...` takes not_a_date_time as missing, as NaN is elsewhere, and
/// still refuses the infinities. Boost holds 1400-01-01 to 9999-12-31; what lies outside is refused
/// on the way there. O(1), no allocation. With the nanosecond configuration of Boost, what is finer
/// than a microsecond is cut towards the past in times and rounded to the nearest in spans.
namespace crmetrics {

namespace detail {

// Day numbers of Boost count from the Julian epoch; this is 1970-01-01.
inline constexpr std::int64_t boost_epoch_day = 2'440'588;
inline constexpr std::int64_t boost_first_day = days_since_epoch({1400, 1, 1});
inline constexpr std::int64_t boost_last_day = days_since_epoch({9999, 12, 31});
inline constexpr std::int64_t microseconds_a_day = 86'400'000'000;
inline constexpr std::int64_t boost_ticks_a_microsecond =
    boost::posix_time::time_duration::ticks_per_second() / 1'000'000;
inline constexpr boost::posix_time::ptime boost_epoch(boost::gregorian::date(1970, 1, 1));

template <class BoostTime>
constexpr bool boost_is_missing(const BoostTime& t) {
  if constexpr (requires { t.is_not_a_date(); }) {
    return t.is_not_a_date();
  } else {
    return t.is_not_a_date_time();
  }
}

// Dates, times and spans name their special values alike, but for the missing one.
template <class BoostTime>
[[noreturn]] void throw_boost_special(const BoostTime& t, std::string_view field,
                                      const char* wanted) {
  throw bad_input(problem{std::string(field), 0,
                          boost_is_missing(t)   ? "not_a_date_time"
                          : t.is_pos_infinity() ? "+infinity"
                                                : "-infinity",
                          std::string("not ") + wanted});
}
template <class BoostTime>
void refuse_boost_special(const BoostTime& t, std::string_view field, const char* wanted) {
  if (t.is_special()) throw_boost_special(t, field, wanted);
}

// What is wrong with a date; nullptr where nothing is.
inline const char* gregorian_fault(const date& d) {
  if (d.year < 1400 || d.year > 9999) return "outside 1400 to 9999, which Boost.Date_Time can hold";
  if (d.month < 1 || d.month > 12) return "no such month";
  const unsigned last = boost::gregorian::gregorian_calendar::end_of_month_day(
      static_cast<std::uint16_t>(d.year), static_cast<std::uint16_t>(d.month));
  return d.day < 1 || d.day > last ? "no such day in this month" : nullptr;
}
inline boost::gregorian::date unchecked_gregorian(const date& d) {
  return {static_cast<std::uint16_t>(d.year), static_cast<std::uint16_t>(d.month),
          static_cast<std::uint16_t>(d.day)};
}

[[noreturn]] inline void refuse_for_boost(const char* field, std::int64_t microseconds,
                                          const char* reason) {
  throw bad_input(problem{field, 0, std::to_string(microseconds) + " us", reason});
}

}  // namespace detail

/// The instant of a time in UTC. @throws bad_input for special values
inline instant to_instant(const boost::posix_time::ptime& t, std::string_view field = "time") {
  detail::refuse_boost_special(t, field, "a point in time");
  if constexpr (detail::boost_ticks_a_microsecond == 1) {
    return {(t - detail::boost_epoch).ticks()};
  } else {  // nanoseconds since 1970 leave 64 bits after 292 years
    const std::int64_t since_epoch = std::int64_t{t.date().day_number()} - detail::boost_epoch_day;
    return {since_epoch * detail::microseconds_a_day +
            t.time_of_day().ticks() / detail::boost_ticks_a_microsecond};
  }
}
/// The first instant of a day in UTC. @throws bad_input for special values
inline instant to_instant(const boost::gregorian::date& d, std::string_view field = "date") {
  detail::refuse_boost_special(d, field, "a date");
  return {(std::int64_t{d.day_number()} - detail::boost_epoch_day) * detail::microseconds_a_day};
}
/// The same, and nothing for not_a_date_time. @throws bad_input for the infinities
inline std::optional<instant> to_optional_instant(const boost::posix_time::ptime& t,
                                                  std::string_view field = "time") {
  if (t.is_not_a_date_time()) return std::nullopt;
  return to_instant(t, field);
}
inline std::optional<instant> to_optional_instant(const boost::gregorian::date& d,
                                                  std::string_view field = "date") {
  if (d.is_not_a_date()) return std::nullopt;
  return to_instant(d, field);
}
/// @throws bad_input outside 1400-01-01 to 9999-12-31
inline boost::posix_time::ptime to_ptime(instant t) {
  const std::int64_t day = floor_div(t.microseconds, detail::microseconds_a_day);
  if (day < detail::boost_first_day || day > detail::boost_last_day) {
    detail::refuse_for_boost("instant", t.microseconds,
                             "outside 1400 to 9999, which Boost.Date_Time can hold");
  }
  return {
      boost::gregorian::date(1970, 1, 1) + boost::gregorian::days(static_cast<std::int32_t>(day)),
      boost::posix_time::microseconds(t.microseconds - day * detail::microseconds_a_day)};
}

/// @throws bad_input for special values
inline date to_date(const boost::gregorian::date& d, std::string_view field = "date") {
  return date_of(to_instant(d, field));  // year_month_day() throws for 9999-12-31 plus a day
}
/// @throws bad_input for a day that is not in the calendar, or outside 1400 to 9999
inline boost::gregorian::date to_gregorian(date d, std::string_view field = "date") {
  if (const char* fault = detail::gregorian_fault(d)) {
    throw bad_input(problem{
        std::string(field), 0,
        std::to_string(d.year) + "-" + std::to_string(d.month) + "-" + std::to_string(d.day),
        fault});
  }
  return detail::unchecked_gregorian(d);
}

/// @throws bad_input for special values
inline time_span to_time_span(const boost::posix_time::time_duration& d,
                              std::string_view field = "duration") {
  detail::refuse_boost_special(d, field, "a length of time");
  constexpr std::int64_t each = detail::boost_ticks_a_microsecond;
  const std::int64_t floor = floor_div(d.ticks(), each);
  return {floor + ((d.ticks() - floor * each) * 2 >= each ? 1 : 0)};
}
/// The same, and nothing for not_a_date_time. @throws bad_input for the infinities
inline std::optional<time_span> to_optional_time_span(const boost::posix_time::time_duration& d,
                                                      std::string_view field = "duration") {
  if (d.is_not_a_date_time()) return std::nullopt;
  return to_time_span(d, field);
}
/// @throws bad_input for a span that Boost cannot hold: the largest stand for its special values
inline boost::posix_time::time_duration to_time_duration(time_span span) {
  std::int64_t ticks = 0;
  if (__builtin_mul_overflow(span.microseconds, detail::boost_ticks_a_microsecond, &ticks) ||
      boost::posix_time::time_duration::impl_type(ticks).is_special()) {
    detail::refuse_for_boost("time span", span.microseconds,
                             "longer than Boost.Date_Time can hold");
  }
  return boost::posix_time::microseconds(span.microseconds);
}

/// Half-open as in Boost: [begin, end). A period of no length, which Boost calls null, is an empty
/// one. @throws bad_input for special values, and for one that ends before it begins
inline period to_period(const boost::posix_time::time_period& p) {
  return {to_instant(p.begin(), "begin of the period"), to_instant(p.end(), "end of the period")};
}
/// From the first instant of the first day up to the first instant after the last day, in UTC.
/// @throws bad_input as above
inline period to_period(const boost::gregorian::date_period& p) {
  return {to_instant(p.begin(), "begin of the period"), to_instant(p.end(), "end of the period")};
}
/// @throws bad_input outside 1400-01-01 to 9999-12-31
inline boost::posix_time::time_period to_time_period(const period& p) {
  return {to_ptime(p.from()), to_ptime(p.to())};
}

/// The calendar month, or quarter, of UTC that holds a day. @throws bad_input for special values
inline period calendar_month(const boost::gregorian::date& d) {
  const date day = to_date(d);
  return calendar_month(day.year, day.month);
}
inline period calendar_quarter(const boost::gregorian::date& d) {
  const date day = to_date(d);
  return calendar_quarter(day.year, (day.month + 2) / 3);
}

/// Times of Boost may be used wherever an instant may; special values are refused.
template <>
struct instant_traits<boost::posix_time::ptime> {
  static instant to_instant(const boost::posix_time::ptime& t) { return crmetrics::to_instant(t); }
};
template <>
struct instant_traits<boost::gregorian::date> {
  static instant to_instant(const boost::gregorian::date& d) { return crmetrics::to_instant(d); }
};

}  // namespace crmetrics
