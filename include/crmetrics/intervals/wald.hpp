#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

namespace detail {

/// centre -+ z sqrt(variance / n); rounding can leave a variance of -1e-17.
inline interval normal_interval(double centre, double variance, double n,
                                confidence_level level) noexcept {
  const double half = critical_value(level) * sqrt((variance < 0 ? 0 : variance) / n);
  return {centre - half, centre + half};
}

constexpr interval clip(const interval& i, double low, double high) noexcept {
  return {clamp(i.low, low, high), clamp(i.high, low, high)};
}

}  // namespace detail

/// The plain normal interval: estimate -+ z standard errors.
///
/// Share: p -+ z sqrt(p (1 - p) / n). Net share: (P - D) / n -+ z sqrt((p + d - (p - d)^2) / n).
/// Kept because everybody knows it; it has no width where all answers agree, and at n = 10 its 95 %
/// covers as little as 40 %. Prefer Wilson, and adjusted Wald for NPS. Cost: one square root.
/// Why not: Brown, Cai, DasGupta 2001, Statistical Science 16(2), 101-133,
/// https://doi.org/10.1214/ss/1009213286
struct wald {
  static constexpr std::string_view name = "Wald";

  /// Clipped to [0, 1]. @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    return detail::clip(unclipped(s, level), 0, 1);
  }
  /// As the formula gives it, possibly outside [0, 1]; needs trials > 0.
  static interval unclipped(const binomial_sample& s, confidence_level level = {}) {
    const double p = s.successes / s.trials;
    return detail::normal_interval(p, p * (1 - p), s.trials, level);
  }

  /// Clipped to [-1, 1]. @throws bad_input for counts that cannot be
  static interval bounds(const net_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials() == 0) return {-1, 1};
    return detail::clip(unclipped(s, level), -1, 1);
  }
  /// As the formula gives it, possibly outside [-1, 1]; needs trials() > 0.
  static interval unclipped(const net_sample& s, confidence_level level = {}) {
    const double n = s.trials();
    const double net = (s.positives - s.negatives) / n;
    return detail::normal_interval(net, (s.positives + s.negatives) / n - net * net, n, level);
  }
  friend constexpr bool operator==(wald, wald) = default;
};

}  // namespace crmetrics
