#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/detail/boost_math_policy.hpp>

#include <boost/math/special_functions/beta.hpp>

namespace crmetrics::detail {

/// Where Boost's inversion begins to fail (it does above some 4e10), both parameters are large and
/// four moments say all: Cornish and Fisher's expansion is off by less than 1e-13 of the quantile.
/// Cornish, Fisher 1938, Revue de l'Institut International de Statistique 5(4), 307-320,
/// https://doi.org/10.2307/1400905
inline double large_beta_quantile(double a, double b, double z) noexcept {
  const double n = a + b;
  const double skew = 2 * (b - a) * sqrt(n + 1) / ((n + 2) * sqrt(a) * sqrt(b));
  const double kurtosis = 6 * ((a / b - 2 + b / a) * (n + 1) - (n + 2)) / ((n + 2) * (n + 3));
  const double w = z + (z * z - 1) * skew / 6 + (z * z - 3) * z * kurtosis / 24 -
                   (2 * z * z - 5) * z * skew * skew / 36;
  return a / n + w * sqrt(a / n * (b / n) / (n + 1));
}
inline constexpr double large_beta = 1e9;

/// The value that Beta(a, b) stays below with probability `tail`.
inline double beta_lower(double a, double b, double tail) {
  if (a > large_beta && b > large_beta) return large_beta_quantile(a, b, normal_quantile(tail));
  return boost::math::ibeta_inv(a, b, tail, boost_math_policy());
}
/// The value that Beta(a, b) exceeds with probability `tail`.
inline double beta_upper(double a, double b, double tail) {
  if (a > large_beta && b > large_beta) return large_beta_quantile(a, b, -normal_quantile(tail));
  return boost::math::ibetac_inv(a, b, tail, boost_math_policy());
}

}  // namespace crmetrics::detail
