#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/absent_rule.hpp>

#include <string_view>

namespace crmetrics {

/// What happens to the weight of components that cannot be assessed: it goes to their assessed
/// siblings in proportion; a group without any assessed component passes its weight on to its own
/// siblings. Below `min_coverage` (assessed share of the top-level weight; a group with at least
/// one assessed component counts whole) there is no composite, no band and no rank.
///
/// Not measuring must not be a way to a better score: the report always shows the coverage and the
/// weight that was not assessed.
struct redistribute {
  double min_coverage = 0;

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(min_coverage >= 0 && min_coverage <= 1)) {
      detail::note(problems, part, min_coverage, "min_coverage must lie in [0, 1]");
    }
  }
  constexpr detail::absent_rule rule() const noexcept {
    return {detail::absent_rule::kind::redistribute, 0, min_coverage};
  }
  friend constexpr bool operator==(const redistribute&, const redistribute&) = default;
};

}  // namespace crmetrics
