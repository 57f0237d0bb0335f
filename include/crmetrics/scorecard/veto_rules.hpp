#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <compare>
#include <string_view>

/// Triggers and effects of vetoes.
namespace crmetrics {

namespace detail {

/// Value against threshold: in integers where the value is a quotient of integers (2 errors in 400
/// are exactly 0.5 %), in doubles otherwise.
constexpr std::partial_ordering compare_exactly(const estimate& e, double threshold) {
  if (e.exact().known()) return e.exact().compare(threshold);
  return e.value() <=> threshold;
}

}  // namespace detail

/// Fires where the value lies strictly above the threshold; on the threshold is no breach.
struct above {
  double threshold = 0;

  constexpr bool fires(const estimate& e) const {
    return detail::compare_exactly(e, threshold) > 0;
  }
  void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(threshold)) detail::note(problems, part, threshold, "not finite");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("above"), hash.add(threshold);
  }
  friend constexpr bool operator==(const above&, const above&) = default;
};

/// Fires where the value lies strictly below the threshold.
struct below {
  double threshold = 0;

  constexpr bool fires(const estimate& e) const {
    return detail::compare_exactly(e, threshold) < 0;
  }
  void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(threshold)) detail::note(problems, part, threshold, "not finite");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("below"), hash.add(threshold);
  }
  friend constexpr bool operator==(const below&, const below&) = default;
};

/// A veto that fired leaves a total of at most this many points; cap{0} fails the whole.
struct cap {
  double points = 0;

  constexpr double highest_total() const noexcept { return points; }
  void validate(problem_list& problems, std::string_view part) const {
    if (!(points >= 0 && points <= 100)) {
      detail::note(problems, part, points, "veto cap must lie in [0, 100]");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("cap"), hash.add(points);
  }
  friend constexpr bool operator==(const cap&, const cap&) = default;
};

}  // namespace crmetrics
