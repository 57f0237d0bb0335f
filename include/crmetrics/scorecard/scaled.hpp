#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <string_view>

namespace crmetrics {

/// Correction of a score by another metric r, such as speed by the repeat-contact rate:
///   factor = 1 - strength x clamp((r - start) / (full - start), 0, 1).
///
/// No effect up to `start`, the whole `strength` (0.5 takes half the points away) from `full` on.
/// It can only lower a score, so the total stays monotone in both metrics. Lower r is worse where
/// `full` lies below `start`.
struct scaled {
  double start = 0;
  double full = 1;
  double strength = 1;

  constexpr double factor(double r) const noexcept {
    return 1 - strength * detail::clamp((r - start) / (full - start), 0, 1);
  }

  /// Of the factor, per unit of r; 0 where it is clamped.
  constexpr double slope(double r) const noexcept {
    const double t = (r - start) / (full - start);
    return t > 0 && t < 1 ? -strength / (full - start) : 0;
  }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(start)) detail::note(problems, part, start, "start is not finite");
    if (!detail::is_finite(full)) detail::note(problems, part, full, "full is not finite");
    if (start == full) detail::note(problems, part, start, "correction: start equals full");
    if (!(strength >= 0 && strength <= 1)) {
      detail::note(problems, part, strength, "correction: strength must lie in [0, 1]");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("scaled"), hash.add(start), hash.add(full), hash.add(strength);
  }
  friend constexpr bool operator==(const scaled&, const scaled&) = default;
};

}  // namespace crmetrics
