#pragma once

#include <crmetrics/accumulators/quantile_type.hpp>
#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>
#include <string>

namespace crmetrics::detail {

/// Which order statistics a sample quantile is made of: (1 - weight) x(lower) + weight x(upper).
/// Ranks are from 1 to n; where weight is 0 they are equal.
struct quantile_position {
  std::uint64_t lower = 1;
  std::uint64_t upper = 1;
  double weight = 0;
};

/// @throws invalid_setting for a probability outside [0, 1], NaN, or a type that is not of the nine
inline void require_quantile(double p, quantile_type type) {
  if (!(p >= 0 && p <= 1)) {
    throw invalid_setting("quantile " + shown(p) + ": must lie between 0 and 1");
  }
  const int number = static_cast<int>(type);
  if (number < 1 || number > 9) {
    throw invalid_setting("quantile type " + std::to_string(number) + ": must be 1 to 9");
  }
}

/// The shift of the ranks, in 24ths: position h = low + p (n + 1 - low - high).
struct quantile_shift {
  int low = 0;
  int high = 24;
};
constexpr quantile_shift shift_of(quantile_type type) noexcept {
  switch (type) {
    case quantile_type::closest_observation:
      return {-12, 36};
    case quantile_type::hazen:
      return {12, 12};
    case quantile_type::weibull:
      return {0, 0};
    case quantile_type::linear:
      return {24, 24};
    case quantile_type::median_unbiased:
      return {8, 8};
    case quantile_type::normal_unbiased:
      return {9, 9};
    default:
      return {};
  }
}

/// Only where n is from 1 to 2^63 - 1.
inline quantile_position position_of(std::uint64_t n, double p, quantile_type type) noexcept {
  const quantile_shift shift = shift_of(type);
  int128 j = 0;
  double rest = 0;
  if (const auto d = decimal::of(p)) {
    // As integers: n p of 0.07 and 100 is 7, where doubles give 7.000000000000001 and a jump.
    const int128 unit = 24 * d->scale();
    const int128 h =
        shift.low * d->scale() + static_cast<int128>(d->digits) *
                                     (24 * (static_cast<int128>(n) + 1) - shift.low - shift.high);
    j = h / unit;
    int128 left = h % unit;
    if (left < 0) {
      left += unit;
      j -= 1;
    }
    rest = static_cast<double>(left) / static_cast<double>(unit);
  } else {
    // A p that was computed, such as 1.0 / 3. Near a whole position it is taken as whole, by the
    // same tolerance as in quantile() of base R.
    constexpr double fuzz = 4 * 2.220446049250313e-16;
    const double low = shift.low / 24.0;
    const double h = low + p * (static_cast<double>(n) + 1 - low - shift.high / 24.0);
    j = static_cast<int128>(h + fuzz);
    if (static_cast<double>(j) > h + fuzz) j -= 1;
    rest = h - static_cast<double>(j);
    if (abs(rest) < fuzz) rest = 0;
  }

  double weight = rest;
  switch (type) {
    case quantile_type::inverted_cdf:
      weight = rest > 0 ? 1 : 0;
      break;
    case quantile_type::averaged_inverted_cdf:
      weight = rest > 0 ? 1 : 0.5;
      break;
    case quantile_type::closest_observation:
      weight = rest > 0 || j % 2 != 0 ? 1 : 0;
      break;
    default:
      break;
  }
  const auto rank = [n](int128 k) {
    if (k < 1) return std::uint64_t{1};
    return k > static_cast<int128>(n) ? n : static_cast<std::uint64_t>(k);
  };
  const std::uint64_t lower = rank(weight == 1 ? j + 1 : j);
  const std::uint64_t upper = rank(weight == 0 ? j : j + 1);
  return {lower, upper, lower == upper ? 0 : weight};
}

/// (1 - weight) low + weight high, never outside the two.
constexpr double between(double low, double high, double weight) noexcept {
  if (weight == 0 || low == high) return low;
  return clamp((1 - weight) * low + weight * high, low, high);
}

}  // namespace crmetrics::detail
