#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <array>
#include <string_view>

namespace crmetrics {

/// Points on a logistic curve: 100 / (1 + exp(-(x - mid) / width)).
///
/// 50 points at `mid`, where the curve is steepest: 25 / width points per unit. One width further
/// it stands at 73.1, two at 88.1, three at 95.3; 0 and 100 are approached, never reached but by
/// rounding. Both settings in the metric's own unit; a width below 0 makes lower better. No corner
/// anywhere, so there is no value at which effort stops to pay.
/// Source: Verhulst 1845, Nouveaux memoires de l'Academie royale de Bruxelles 18, 1-42.
struct logistic {
  double mid = 0;
  double width = 1;

  double score(double raw) const noexcept {
    return 100 / (1 + detail::exp(-((raw - mid) / width)));
  }
  /// Derivative: points per unit of the native value.
  double slope(double raw) const noexcept {
    // exp of what is not above 0 cannot overflow, and the curve's slope is the same on both sides.
    const double e = detail::exp(-detail::abs((raw - mid) / width));
    return 100 * e / ((1 + e) * (1 + e)) / width;
  }
  constexpr crmetrics::direction direction() const noexcept {
    return width > 0 ? crmetrics::direction::higher_is_better
                     : crmetrics::direction::lower_is_better;
  }

  /// In the metric's unit: where the metric is a fraction, a card refuses those that are not.
  constexpr std::array<double, 2> native_bounds() const noexcept { return {mid, width}; }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(mid)) detail::note(problems, part, mid, "logistic: mid is not finite");
    if (!detail::is_finite(width) || width == 0) {
      detail::note(problems, part, width, "logistic: width must be finite and not 0");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("logistic"), hash.add(mid), hash.add(width);
  }
  friend constexpr bool operator==(const logistic&, const logistic&) = default;
};

}  // namespace crmetrics
