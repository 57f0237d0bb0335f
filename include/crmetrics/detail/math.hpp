#pragma once

#include <cstdint>
#include <type_traits>

// Missing values are NaN, and exact results depend on the order of additions.
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error "crmetrics: compile without -ffast-math, -Ofast, -ffinite-math-only, -fassociative-math"
#endif

namespace crmetrics::detail {

// The built-ins are used instead of <cmath>, which costs a metric header more to parse than all
// of its own code (libstdc++ drags the special functions in).
constexpr double sqrt(double x) noexcept {
  if (!std::is_constant_evaluated()) return __builtin_sqrt(x);
  if (!(x > 0)) return x;
  double root = x < 1 ? 1 : x;  // Newton from above falls until rounding stops it
  for (double next = (root + x / root) / 2; next < root; next = (root + x / root) / 2) root = next;
  return root;
}
inline double log(double x) noexcept { return __builtin_log(x); }
inline double exp(double x) noexcept { return __builtin_exp(x); }
inline double pow(double x, double y) noexcept { return __builtin_pow(x, y); }
inline double erfc(double x) noexcept { return __builtin_erfc(x); }
/// Half to even.
constexpr double nearbyint(double x) noexcept {
  if (__builtin_is_constant_evaluated()) {
    constexpr double whole = 4503599627370496;  // from 2^52 on there are no fractions
    if (!(x < whole && x > -whole)) return x;
    return x < 0 ? x - whole + whole : x + whole - whole;
  }
  return __builtin_nearbyint(x);
}
constexpr double next_below(double x) noexcept {
  if (__builtin_is_constant_evaluated()) {
    if (x == 0) return -0x1p-1074;
    const auto bits = __builtin_bit_cast(long long, x);
    return __builtin_bit_cast(double, x > 0 ? bits - 1 : bits + 1);
  }
  return __builtin_nextafter(x, -__builtin_huge_val());
}

constexpr bool is_nan(double x) noexcept { return x != x; }
constexpr double infinity() noexcept { return __builtin_huge_val(); }
constexpr double quiet_nan() noexcept { return __builtin_nan(""); }
constexpr bool is_finite(double x) noexcept { return x - x == 0; }
constexpr double abs(double x) noexcept { return x < 0 ? -x : x; }
constexpr double clamp(double x, double low, double high) noexcept {
  return x < low ? low : (high < x ? high : x);
}

/// True where the double holds a whole number that an int64 can hold.
constexpr bool is_whole(double x) noexcept {
  return x >= -9223372036854775808.0 && x < 9223372036854775808.0 &&
         static_cast<double>(static_cast<std::int64_t>(x)) == x;
}

}  // namespace crmetrics::detail
