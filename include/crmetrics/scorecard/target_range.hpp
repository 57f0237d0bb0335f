#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace crmetrics {

/// Points for a value that is best in the middle, such as occupancy or talk share: 100 from `lo1`
/// to `hi1`, both included, 0 up to `lo0` and from `hi0` on, straight lines between:
///   100 x clamp(min((x - lo0) / (lo1 - lo0), (hi0 - x) / (hi0 - hi1)), 0, 1).
///
/// Four numbers in the metric's own unit, rising: lo0 < lo1 <= hi1 < hi0. Neither direction is
/// better, so a card cannot check it against the metric's. Source: the trapezoid of a two-sided
/// desirability, Derringer and Suich 1980, Journal of Quality Technology 12(4), 214-219,
/// https://doi.org/10.1080/00224065.1980.11980968, with straight sides.
struct target_range {
  double lo0 = 0;
  double lo1 = 0.25;
  double hi1 = 0.75;
  double hi0 = 1;

  constexpr double score(double raw) const noexcept {
    const double up = (raw - lo0) / (lo1 - lo0);
    const double down = (hi0 - raw) / (hi0 - hi1);
    return 100 * detail::clamp(up < down ? up : down, 0, 1);
  }
  /// Points gained per unit of the native value: above 0 on the way up, below 0 on the way down, 0
  /// in the middle, outside and on the corners.
  constexpr double slope(double raw) const noexcept {
    if (raw > lo0 && raw < lo1) return 100 / (lo1 - lo0);
    if (raw > hi1 && raw < hi0) return -100 / (hi0 - hi1);
    return 0;
  }
  constexpr crmetrics::direction direction() const noexcept {
    return crmetrics::direction::neutral;
  }

  /// In the metric's unit: where the metric is a fraction, a card refuses those that are not.
  constexpr std::array<double, 4> native_bounds() const noexcept { return {lo0, lo1, hi1, hi0}; }

  constexpr std::optional<kink> kink_within(double low, double high) const noexcept {
    for (const double bound : native_bounds()) {
      if (low <= bound && bound <= high) return kink::range_bound;
    }
    return std::nullopt;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    for (const double bound : native_bounds()) {
      if (!detail::is_finite(bound)) {
        detail::note(problems, part, bound, "target range: bound is not finite");
      }
    }
    if (!(lo0 < lo1)) detail::note(problems, part, lo1, "target range: lo1 must lie above lo0");
    if (!(lo1 <= hi1))
      detail::note(problems, part, hi1, "target range: hi1 must not lie below lo1");
    if (!(hi1 < hi0)) detail::note(problems, part, hi0, "target range: hi0 must lie above hi1");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("target range"), hash.add(lo0), hash.add(lo1), hash.add(hi1), hash.add(hi0);
  }
  friend constexpr bool operator==(const target_range&, const target_range&) = default;
};

}  // namespace crmetrics
