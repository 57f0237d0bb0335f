#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/absent_rule.hpp>

#include <string_view>

/// What else than `redistribute` can happen to components without a score. None of them is hidden:
/// the line keeps its reason, the coverage counts it as not assessed.
namespace crmetrics {

/// No composite, band or rank as soon as one weighted component has no score.
struct fail {
  constexpr detail::absent_rule rule() const noexcept {
    return {detail::absent_rule::kind::fail, 0, 0};
  }
  constexpr void validate(problem_list&, std::string_view) const {}
  friend constexpr bool operator==(const fail&, const fail&) = default;
};

/// The component counts with these points, as if it were fixed there.
struct neutral {
  double points = 50;
  double min_coverage = 0;

  constexpr detail::absent_rule rule() const noexcept {
    return {detail::absent_rule::kind::fill, points, min_coverage};
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(points >= 0 && points <= 100)) {
      detail::note(problems, part, points, "neutral points must lie in [0, 100]");
    }
    if (!(min_coverage >= 0 && min_coverage <= 1)) {
      detail::note(problems, part, min_coverage, "min_coverage must lie in [0, 1]");
    }
  }
  friend constexpr bool operator==(const neutral&, const neutral&) = default;
};

/// The component counts as 0 points: only where not measuring is itself the fault. "Nobody asked"
/// and "nobody was satisfied" become the same number; prefer `redistribute` with a coverage.
struct zero {
  constexpr detail::absent_rule rule() const noexcept {
    return {detail::absent_rule::kind::fill, 0, 0};
  }
  constexpr void validate(problem_list&, std::string_view) const {}
  friend constexpr bool operator==(const zero&, const zero&) = default;
};

}  // namespace crmetrics
