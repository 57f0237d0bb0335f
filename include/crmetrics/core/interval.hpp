#pragma once

namespace crmetrics {

/// Closed interval [low, high] of a number.
struct interval {
  double low = 0;
  double high = 0;

  constexpr bool contains(double x) const noexcept { return low <= x && x <= high; }
  constexpr double width() const noexcept { return high - low; }
  friend constexpr bool operator==(const interval&, const interval&) = default;
};

}  // namespace crmetrics
