#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// Points on a straight line from a floor (0 points) to a target (100 points):
///   100 x clamp((x - floor) / (target - floor), 0, cap).
///
/// Floor and target are in the metric's own unit (fractions, seconds) and fixed, so nobody's score
/// depends on who else is listed. Lower is better where the target lies below the floor. A cap
/// above 1 lets over-achievement count; the default does not (an uncapped metric can buy back all
/// others). Source: distance to target / goalposts, OECD & JRC 2008, Handbook on Constructing
/// Composite Indicators, https://doi.org/10.1787/9789264043466-en.
struct linear {
  double floor = 0;
  double target = 1;
  double cap = 1;

  constexpr double score(double raw) const noexcept {
    return 100 * detail::clamp((raw - floor) / (target - floor), 0, cap);
  }
  /// Points gained per unit of the native value; 0 where the score is clamped.
  constexpr double slope(double raw) const noexcept {
    const double t = (raw - floor) / (target - floor);
    return t > 0 && t < cap ? 100 / (target - floor) : 0;
  }
  /// The end of the line that lies in [low, high], of two the one nearer to the middle.
  constexpr std::optional<kink> kink_within(double low, double high) const noexcept {
    const double end = floor + cap * (target - floor);
    const auto off = [&](double x) { return detail::abs(x - (low + high) / 2); };
    const bool at_floor = low <= floor && floor <= high;
    const bool at_end = low <= end && end <= high;
    if (at_floor && !(at_end && off(end) < off(floor))) return kink::curve_floor;
    if (at_end) return cap > 1 ? kink::curve_cap : kink::curve_target;
    return std::nullopt;
  }
  constexpr crmetrics::direction direction() const noexcept {
    return target > floor ? crmetrics::direction::higher_is_better
                          : crmetrics::direction::lower_is_better;
  }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(floor)) detail::note(problems, part, floor, "floor is not finite");
    if (!detail::is_finite(target)) detail::note(problems, part, target, "target is not finite");
    if (floor == target) detail::note(problems, part, floor, "floor equals target");
    if (!(cap >= 1) || !detail::is_finite(cap)) {
      detail::note(problems, part, cap, "cap must be finite and at least 1");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("linear"), hash.add(floor), hash.add(target), hash.add(cap);
  }
  friend constexpr bool operator==(const linear&, const linear&) = default;
};

}  // namespace crmetrics
