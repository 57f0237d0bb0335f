#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/scorecard/target.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// How a target for a whole period stands before its end.
enum class target_outlook : std::uint8_t {
  secured,       ///< met whatever comes
  open,          ///< depends on the rest
  out_of_reach,  ///< missed whatever comes
  not_assessed   ///< nothing to come, and nothing observed
};

constexpr std::string_view to_string(target_outlook o) noexcept {
  switch (o) {
    case target_outlook::secured:
      return "secured";
    case target_outlook::open:
      return "open";
    case target_outlook::out_of_reach:
      return "out of reach";
    case target_outlook::not_assessed:
      return "not assessed";
  }
  return "?";
}

/// A target for a year, judged in a quarter: the year to date, and what the rest must bring.
struct target_to_date {
  target_line so_far;
  std::uint64_t remaining = 0;  ///< observations that are still expected
  target_outlook outlook = target_outlook::not_assessed;
  /// Of the remaining: how many successes it takes at least (a target at least), or how many it
  /// allows at most (a target at most). None where out of reach or not assessed.
  std::optional<std::uint64_t> needed;

  /// The share that the rest must reach, or may not exceed; none without a rest.
  constexpr std::optional<double> needed_share() const noexcept {
    if (!needed || remaining == 0) return std::nullopt;
    return static_cast<double>(*needed) / static_cast<double>(remaining);
  }
};

/// What the rest of a period must reach so that the whole meets a target on a share: the smallest
/// (or for a target at most the largest) k with (x + k) / (n + remaining) on the right side,
/// compared as integers. Never the mean of quarterly rates: quarters differ in size. The target's
/// own minimal n is for the year to date only. O(log remaining).
/// @param remaining how many observations are expected; the answer is as good as that
/// @throws error where the result is no share of counts; overflow beyond 2^63 - 1 observations
constexpr target_to_date to_date(const target& goal, const estimate& so_far,
                                 std::uint64_t remaining) {
  std::uint64_t x = 0;
  if (so_far.n() != 0) {
    if (so_far.unit() != unit::fraction || !so_far.exact().known() ||
        static_cast<std::uint64_t>(so_far.exact().denominator) != so_far.n()) {
      throw error("target to date: " + std::string(so_far.name()) + " is no share of counts");
    }
    x = static_cast<std::uint64_t>(so_far.exact().numerator);
  }
  target_to_date out;
  out.so_far = goal.judge(so_far);
  out.remaining = remaining;
  const auto whole = static_cast<std::int64_t>(detail::checked_count(so_far.n(), remaining));
  if (whole == 0) return out;
  const bool higher = goal.better() == direction::higher_is_better;
  // Whether the whole meets the target with k successes in the rest.
  const auto meets = [&](std::uint64_t k) {
    const auto order =
        exact_ratio{static_cast<std::int64_t>(x + k), whole}.compare(goal.threshold());
    return goal.met_by(order);
  };
  const std::uint64_t best = higher ? remaining : 0;
  const std::uint64_t worst = higher ? 0 : remaining;
  if (!meets(best)) {
    out.outlook = target_outlook::out_of_reach;
    return out;
  }
  if (meets(worst)) {
    out.outlook = target_outlook::secured;
    out.needed = worst;
    return out;
  }
  std::uint64_t yes = best;
  std::uint64_t no = worst;
  while (yes > no ? yes - no > 1 : no - yes > 1) {
    const std::uint64_t middle = yes > no ? no + (yes - no) / 2 : yes + (no - yes) / 2;
    (meets(middle) ? yes : no) = middle;
  }
  out.outlook = target_outlook::open;
  out.needed = yes;
  return out;
}

}  // namespace crmetrics
