#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/power_mean.hpp>

#include <span>
#include <string_view>

namespace crmetrics {

/// Weighted power mean M_p = (sum of w_i s_i^p)^(1/p). One knob from the worst score to the best:
/// p = 1 arithmetic, 0 geometric, -1 harmonic, and p -> -infinity the minimum; M_p never falls as p
/// rises. Below 1 weak scores cannot be bought back in full, above 1 strong ones are favoured.
///
/// For p <= 0 a score of 0 makes the whole 0. For 0 < p < 1 the gradient of a score of 0 would be
/// infinite and is given as 0. Accurate near p = 0 and for large |p|.
/// Source: Bullen 2003, Handbook of Means and Their Inequalities, chapter III,
/// https://doi.org/10.1007/978-94-017-0399-4; zeros by continuity.
struct power {
  static constexpr bool needs_positive = true;  // not for every p: see zeroed_by_zero

  double p = 1;

  /// True where one score of 0 makes the whole 0.
  constexpr bool zeroed_by_zero() const noexcept { return p <= 0; }

  double combine(std::span<const double> weights, std::span<const double> scores,
                 std::span<double> gradient) const noexcept {
    return detail::power_mean(p, weights, scores, gradient);
  }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(p)) {
      detail::note(problems, part, p, "power mean: p must be finite; for the lowest use minimum");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const { hash.add("power"), hash.add(p); }
  friend constexpr bool operator==(const power&, const power&) = default;
};

}  // namespace crmetrics
