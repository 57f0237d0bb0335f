#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

namespace detail {

/// Variance of one answer, given that the net share is `net`, at the shares that make the sample
/// likeliest under that restriction. The restricted share q of negatives solves
/// 2n q^2 + b q - c = 0; the variance is then 2q + net (1 - net).
inline double restricted_net_variance(const net_sample& s, double n, double net) noexcept {
  // Written for net >= 0 (else mirrored) and in u = 1 - net: all terms that nearly cancel, at a
  // net near 1 and n in the millions, are then exact.
  const bool mirror = net < 0;
  const double negatives = mirror ? s.positives : s.negatives;
  const double positives = mirror ? s.negatives : s.positives;
  const double u = mirror ? 1 + net : 1 - net;
  const double spread = abs(net) * u;
  const double b = 2 * (s.neutrals + negatives) - u * (2 * n - positives + negatives);
  const double c = negatives * spread;
  const double root = sqrt(b * b + 8 * n * c);
  const double q = b <= 0 ? (root - b) / (4 * n) : 2 * c / (b + root);
  return 2 * q + spread;
}

/// Upper end: the largest net share not above 1 that the score test does not reject.
inline double net_score_high(const net_sample& s, double z) noexcept {
  const double n = s.trials();
  double inside = (s.positives - s.negatives) / n;
  const double observed = inside;
  double outside = 1;
  // The test gets stricter away from the observed value, so halving finds the end; at most 60
  // halvings until the two doubles are neighbours.
  for (int i = 0; i != 100; ++i) {
    const double middle = inside + (outside - inside) / 2;
    if (middle <= inside || middle >= outside) break;
    const double distance = middle - observed;
    const bool rejected = n * distance * distance > z * z * restricted_net_variance(s, n, middle);
    (rejected ? outside : inside) = middle;
  }
  return inside + (outside - inside) / 2;
}

}  // namespace detail

/// Score interval of a net share such as NPS: every value that the score test does not reject.
///
/// The test divides (observed - net) by the standard error at the restricted maximum-likelihood
/// shares, instead of the observed ones. Asymmetric, never outside [-1, 1], not degenerate where
/// all answers agree. Solved by halving to the last bit: about 120 square roots.
/// Tango 1998, Statistics in Medicine 17(8), 891-908,
/// https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C891::AID-SIM780%3E3.0.CO;2-B, and May,
/// Johnson 1997, Statistics in Medicine 16(18), 2127-2136 (pairs); for NPS Rocks 2016,
/// https://doi.org/10.1080/00031305.2016.1158124
struct net_score {
  static constexpr std::string_view name = "iterative score";

  /// @throws bad_input for counts that cannot be
  static interval bounds(const net_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials() == 0) return {-1, 1};
    const double z = critical_value(level);
    const net_sample mirrored{s.positives, s.neutrals, s.negatives};
    return {-detail::net_score_high(mirrored, z), detail::net_score_high(s, z)};
  }
  friend constexpr bool operator==(net_score, net_score) = default;
};

}  // namespace crmetrics
