#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>

namespace crmetrics {

/// A length of time in whole microseconds. Results report seconds.
struct time_span {
  std::int64_t microseconds = 0;
  friend constexpr auto operator<=>(const time_span&, const time_span&) = default;
};

/// A whole number of units that converts to a time span: `seconds{30}`, `days{7}`.
template <std::int64_t MicrosecondsEach>
struct span_in {
  std::int64_t count = 0;
  /// @throws bad_input for more than 292,000 years
  constexpr operator time_span() const {  // NOLINT: a span by another name
    time_span span;
    if (!to_microseconds(span)) {
      throw bad_input(problem{
          "time span", 0, std::to_string(count) + " x " + std::to_string(MicrosecondsEach) + " us",
          "more than 292,000 years"});
    }
    return span;
  }
  constexpr bool to_microseconds(time_span& out) const noexcept {
    return !__builtin_mul_overflow(count, MicrosecondsEach, &out.microseconds);
  }
  friend constexpr bool operator==(const span_in&, const span_in&) = default;
};

using microseconds = span_in<1>;
using milliseconds = span_in<1'000>;
using seconds = span_in<1'000'000>;
using minutes = span_in<60'000'000>;
using hours = span_in<3'600'000'000>;
/// Days of 24 hours; local days, which daylight saving makes 23 or 25 hours, need a calendar.
using days = span_in<86'400'000'000>;

namespace detail {

/// std::chrono durations, recognised by shape so that <chrono> need not be parsed.
template <class T>
concept chrono_like = requires(const T& t) {
  { t.count() };
  { T::period::num } -> std::convertible_to<std::int64_t>;
  { T::period::den } -> std::convertible_to<std::int64_t>;
};

/// What a metric of durations takes: a time span, a std::chrono duration, or a number of seconds.
template <class T>
concept span_value = std::convertible_to<T, time_span> || chrono_like<T> ||
                     ((std::integral<T> || std::floating_point<T>) && !std::same_as<T, bool>);

/// Reads a span, rounded to the nearest microsecond; false where it is not finite or too long.
template <span_value T>
constexpr bool read_span(const T& x, time_span& out) {
  if constexpr (requires { x.to_microseconds(out); }) {
    return x.to_microseconds(out);
  } else if constexpr (std::convertible_to<T, time_span>) {
    out = x;
    return true;
  } else if constexpr (chrono_like<T>) {
    using period = typename T::period;
    if constexpr (std::integral<typename T::rep> && 1'000'000 % period::den == 0) {
      return !__builtin_mul_overflow(static_cast<std::int64_t>(x.count()),
                                     period::num * (1'000'000 / period::den), &out.microseconds);
    } else {
      return read_span(static_cast<double>(x.count()) * static_cast<double>(period::num) /
                           static_cast<double>(period::den),
                       out);
    }
  } else if constexpr (std::floating_point<T>) {
    const double us = static_cast<double>(x) * 1e6;
    if (!(abs(us) < 9.2e18)) return false;
    out.microseconds = static_cast<std::int64_t>(us < 0 ? us - 0.5 : us + 0.5);
    return true;
  } else {
    return !__builtin_mul_overflow(x, std::int64_t{1'000'000}, &out.microseconds);
  }
}

}  // namespace detail
}  // namespace crmetrics
