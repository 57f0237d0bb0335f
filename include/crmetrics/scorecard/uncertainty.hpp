#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/uncertainty_rule.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Standard error of a total by first-order propagation: each standard error times the points that
/// one unit of it moves the total, squares added. The interval and the probabilities of the bands
/// take the total as normal, cut by limits and by vetoes that fired. A share of 0 or 100 % counts
/// with a few answers more, and where every slope is 0 a step as long as the interval stands in.
///
/// Treats the components as independent: two metrics of the same events are not, and `bootstrap`
/// keeps that. At a kink (a floor, a target, the start of a correction, a limit) it sees one side
/// only, and says so (`near_kink`). Source: JCGM 100:2008, Guide to the expression of uncertainty
/// in measurement, 5.1. Cost: O(components^2).
struct delta {
  confidence_level level = {};

  constexpr detail::uncertainty_rule rule() const noexcept {
    return {detail::uncertainty_rule::kind::delta, level, 0, 0};
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!level.wanted()) detail::note(problems, part, 0, "delta: needs a confidence level");
  }
  friend constexpr bool operator==(const delta&, const delta&) = default;
};

/// Standard error, interval (percentiles) and probabilities of the bands from simulated months:
/// every native value is drawn and scored by the same rules: shares from the distribution whose
/// quantiles are Wilson's limits, others from a normal distribution around what was measured,
/// within the range of their unit.
///
/// The draws are a hash of seed, component and number: they depend on no thread, batch or order of
/// components, and two agents see the same draws. Components are independent, as for
/// `delta`. Source: JCGM 101:2008, Supplement 1 to the GUM. Cost: O(draws x components).
struct monte_carlo {
  std::size_t draws = 4'000;
  std::uint64_t seed = 1;
  confidence_level level = {};

  constexpr detail::uncertainty_rule rule() const noexcept {
    return {detail::uncertainty_rule::kind::monte_carlo, level, draws, seed};
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (draws < 100 || draws > 10'000'000) {
      detail::note(problems, part, static_cast<double>(draws),
                   "monte_carlo: 100 to 10,000,000 draws");
    }
    if (!level.wanted()) detail::note(problems, part, 0, "monte_carlo: needs a confidence level");
  }
  friend constexpr bool operator==(const monte_carlo&, const monte_carlo&) = default;
};

/// How a card finds out how sure its total is.
template <class U>
concept uncertainty_method =
    std::copyable<U> && requires(const U& u, problem_list& problems, std::string_view part) {
      { u.rule() } -> std::same_as<detail::uncertainty_rule>;
      u.validate(problems, part);
    };

}  // namespace crmetrics
