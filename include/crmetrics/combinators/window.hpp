#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <concepts>
#include <cstdint>
#include <string>

namespace crmetrics {

/// Cuts time into numbered periods, one after the other, without gap or overlap.
template <class W>
concept window = std::copyable<W> && std::equality_comparable<W> &&
                 requires(const W& w, instant t, std::int64_t number) {
                   { w.number_of(t) } -> std::same_as<std::int64_t>;
                   { w.period_of(number) } -> std::same_as<period>;
                   { w.name() } -> std::convertible_to<convention_text>;
                 };

namespace detail {

// The years -26,500 to 30,400. What lies outside stands for "never" or comes from a wrong unit;
// inside, no end of a period leaves 64 bits.
inline constexpr std::int64_t farthest_time = 900'000'000'000'000'000;

constexpr void require_near(instant t) {
  if (-farthest_time <= t.microseconds && t.microseconds <= farthest_time) return;
  throw bad_input(problem{"time", 0, std::to_string(t.microseconds),
                          "microseconds outside the years -26,500 to 30,400"});
}

}  // namespace detail

/// Periods of a fixed length that begin at an origin: weeks of seven days from a Monday.
class tumbling {
 public:
  /// @throws invalid_setting where the length is not positive, or thousands of years
  constexpr explicit tumbling(time_span length, instant origin = {})
      : length_(length), origin_(origin) {
    if (length.microseconds <= 0) throw invalid_setting("window: its length must be positive");
    if (length.microseconds > detail::farthest_time) {
      throw invalid_setting("window: its length must be below 28,500 years");
    }
    detail::require_near(origin);
  }
  /// @throws bad_input for a time outside the years -26,500 to 30,400
  constexpr std::int64_t number_of(instant t) const {
    detail::require_near(t);
    return floor_div(t.microseconds - origin_.microseconds, length_.microseconds);
  }
  constexpr period period_of(std::int64_t number) const {
    const std::int64_t from = origin_.microseconds + number * length_.microseconds;
    return period({from}, {from + length_.microseconds});
  }
  constexpr convention_text name() const {
    convention_text text("every ");
    constexpr std::int64_t second = 1'000'000;
    if (length_.microseconds % second == 0) {
      return text.append(length_.microseconds / second).append(" s");
    }
    return text.append(length_.microseconds).append(" us");
  }
  friend constexpr bool operator==(const tumbling&, const tumbling&) = default;
  /// For archives: what the name leaves out.
  constexpr void settings(auto& archive) const {
    archive.setting(length_.microseconds), archive.setting(origin_.microseconds);
  }

 private:
  time_span length_;
  instant origin_;
};

/// Calendar periods of so many months, in UTC: 1 a month, 3 a quarter, 12 a year.
class calendar_months {
 public:
  /// @throws invalid_setting unless 1, 2, 3, 4, 6 or 12
  constexpr explicit calendar_months(int months = 1) : months_(months) {
    if (months < 1 || 12 % months != 0) {
      throw invalid_setting("window: months must divide a year, got " + std::to_string(months));
    }
  }
  /// @throws bad_input for a time outside the years -26,500 to 30,400
  constexpr std::int64_t number_of(instant t) const {
    detail::require_near(t);
    return floor_div(month_number(t), months_);
  }
  constexpr period period_of(std::int64_t number) const {
    return months_from(number * months_, months_);
  }
  constexpr convention_text name() const {
    return convention_text("by ").append(months_).append(months_ == 1 ? " month" : " months");
  }
  friend constexpr bool operator==(const calendar_months&, const calendar_months&) = default;

 private:
  int months_;
};

/// Days of UTC.
constexpr tumbling calendar_days() { return tumbling(days{1}); }
/// ISO weeks of UTC, from Monday to Sunday.
constexpr tumbling iso_weeks() { return tumbling(days{7}, start_of({1970, 1, 5})); }

}  // namespace crmetrics
