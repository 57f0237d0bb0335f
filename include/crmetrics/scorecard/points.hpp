#pragma once

#include <crmetrics/detail/math.hpp>

#include <compare>

namespace crmetrics {

/// A total rounded to the grid on which bands, ties and ranks are decided: 1e-9 points, half to
/// even. Sums of doubles miss an exact 60 by a few units in the last place; no decision about a
/// person may hang on that, and none on rounding to display digits either.
struct grid_points {
  double value = 0;

  static constexpr grid_points of(double points) noexcept {
    return {detail::nearbyint(points * 1e9) / 1e9};
  }
  friend constexpr auto operator<=>(const grid_points&, const grid_points&) = default;
};

}  // namespace crmetrics
