#pragma once

#include <crmetrics/core/error.hpp>

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>

namespace crmetrics {

/// A point in time: whole microseconds since 1970-01-01 00:00:00 UTC.
struct instant {
  std::int64_t microseconds = 0;
  friend constexpr auto operator<=>(const instant&, const instant&) = default;
};

namespace detail {

/// std::chrono::sys_time of whole microseconds or of fractions of one, recognised by shape so that
/// <chrono> need not be parsed.
template <class T>
concept chrono_instant_like = requires(const T& t) {
  t.time_since_epoch().count();
  { T::duration::period::num } -> std::convertible_to<std::int64_t>;
  { T::duration::period::den } -> std::convertible_to<std::int64_t>;
  requires std::integral<typename T::duration::rep>;
  requires 1'000'000 % T::duration::period::den == 0 ||
                       (T::duration::period::num == 1 && T::duration::period::den % 1'000'000 == 0);
};

template <class Number>
[[noreturn]] void refuse_instant(Number x) {
  throw bad_input(
      problem{"time", 0, std::to_string(x), "too far from 1970 for microseconds in 64 bits"});
}

}  // namespace detail

/// How a type of another library stands for a point in time: a specialisation gives
/// `static instant to_instant(const T&)`. The adapter of Boost.Date_Time does it for `ptime`.
template <class T>
struct instant_traits {};

namespace detail {

template <class T>
concept has_instant_traits = requires(const T& t) {
  { instant_traits<T>::to_instant(t) } -> std::same_as<instant>;
};

}  // namespace detail

/// What stands for a point in time: an `instant`, a std::chrono::sys_time, a whole number of
/// microseconds since the epoch, or a type with `instant_traits`.
template <class T>
concept instant_like =
    std::same_as<T, instant> || detail::chrono_instant_like<T> ||
    (std::integral<T> && !std::same_as<T, bool>) || detail::has_instant_traits<T>;

/// @throws bad_input more than 292,000 years from 1970
template <instant_like T>
constexpr instant to_instant(const T& t) {
  if constexpr (std::same_as<T, instant>) {
    return t;
  } else if constexpr (detail::has_instant_traits<T>) {
    return instant_traits<T>::to_instant(t);
  } else if constexpr (detail::chrono_instant_like<T>) {
    using period = typename T::duration::period;
    // Finer than a microsecond is cut towards the past, so that order is kept.
    const auto count = static_cast<std::int64_t>(t.time_since_epoch().count());
    if constexpr (period::den <= 1'000'000) {
      instant at;
      if (__builtin_mul_overflow(count, period::num * (1'000'000 / period::den),
                                 &at.microseconds)) {
        detail::refuse_instant(count);
      }
      return at;
    } else {
      constexpr std::int64_t finer = period::den / 1'000'000;
      return {count / finer - (count % finer < 0 ? 1 : 0)};
    }
  } else {
    instant at;
    if (__builtin_add_overflow(t, 0, &at.microseconds)) detail::refuse_instant(t);
    return at;
  }
}

}  // namespace crmetrics
