#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace crmetrics {

/// Weighted harmonic mean: 1 / sum of w_i / s_i. Harder on a low score than the geometric mean; a
/// score of 0 makes the whole 0.
/// Source: Bullen 2003, Handbook of Means and Their Inequalities, chapter II,
/// https://doi.org/10.1007/978-94-017-0399-4; zeros by continuity.
struct harmonic {
  static constexpr bool needs_positive = true;

  constexpr double combine(std::span<const double> weights, std::span<const double> scores,
                           std::span<double> gradient) const noexcept {
    double low = detail::infinity();
    double high = 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
      gradient[i] = 0;
      if (!(weights[i] > 0)) continue;
      if (detail::is_nan(scores[i])) return scores[i];
      if (scores[i] < low) low = scores[i];
      if (scores[i] > high) high = scores[i];
    }
    if (!(low > 0) || high == 0) return 0;
    // In units of the lowest score, so that the reciprocal of a tiny one does not overflow.
    double sum = 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
      if (weights[i] > 0) sum += weights[i] * (low / scores[i]);
    }
    const double whole = detail::clamp(low / sum, low, high);
    for (std::size_t i = 0; i != scores.size(); ++i) {
      if (!(weights[i] > 0)) continue;
      const double inverse = whole / scores[i];
      const double slope = weights[i] * inverse * inverse;
      if (detail::is_finite(slope)) gradient[i] = slope;
    }
    return whole;
  }

  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("harmonic"); }
  friend constexpr bool operator==(const harmonic&, const harmonic&) = default;
};

}  // namespace crmetrics
