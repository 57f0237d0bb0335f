#pragma once

#include <crmetrics/detail/math.hpp>

#include <cstddef>
#include <span>

namespace crmetrics::detail {

/// ln(a / b) where the quotient itself might over- or underflow.
inline double log_ratio(double a, double b) noexcept {
  const double ratio = a / b;
  return ratio > 1e-300 && ratio < 1e300 ? log(ratio) : log(a) - log(b);
}

/// Weighted power mean M_p = (sum of w_i s_i^p)^(1/p), M_0 the geometric mean, of weights that sum
/// to 1, with its gradient w_i (s_i / M)^(p - 1).
///
/// Computed as r exp(log1p(sum of w_i expm1(p ln(s_i / r))) / p) with the largest score as r (the
/// smallest where p < 0): no power over- or underflows, nothing cancels for p near 0, and equal
/// scores give themselves exactly.
inline double power_mean(double p, std::span<const double> weights, std::span<const double> scores,
                         std::span<double> gradient) noexcept {
  double low = infinity();
  double high = 0;
  for (std::size_t i = 0; i != scores.size(); ++i) {
    gradient[i] = 0;
    if (!(weights[i] > 0)) continue;
    if (is_nan(scores[i])) return scores[i];
    if (scores[i] < low) low = scores[i];
    if (scores[i] > high) high = scores[i];
  }
  if (!(high > 0) || (p <= 0 && !(low > 0))) return 0;

  const bool geometric = abs(p) < 1e-200;  // M_p and M_0 are the same double long before
  const double reference = p > 0 ? high : low;
  double sum = 0;
  for (std::size_t i = 0; i != scores.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    const double distance = log_ratio(scores[i] > 0 ? scores[i] : 0, reference);
    sum += weights[i] * (geometric ? distance : __builtin_expm1(p * distance));
  }
  const double exponent = geometric ? sum : __builtin_log1p(sum) / p;
  const double mean = clamp(reference * exp(exponent), low, high);
  for (std::size_t i = 0; i != scores.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    if (scores[i] > 0) {
      const double slope = weights[i] * exp((p - 1) * log_ratio(scores[i], mean));
      if (is_finite(slope)) gradient[i] = slope;
    } else if (p == 1) {
      gradient[i] = weights[i];
    }
  }
  return mean;
}

}  // namespace crmetrics::detail
