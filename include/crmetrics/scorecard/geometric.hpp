#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/power_mean.hpp>

#include <span>
#include <string_view>

namespace crmetrics {

/// Weighted geometric mean: product of s_i^w_i. A score that lags costs more the lower it is, and a
/// score of 0 makes the whole 0. Each contribution score x gradient is w_i M: a share of the mean.
/// Source: OECD & JRC 2008, Handbook on Constructing Composite Indicators, step 6,
/// https://doi.org/10.1787/9789264043466-en; zeros by continuity.
struct geometric {
  static constexpr bool needs_positive = true;

  double combine(std::span<const double> weights, std::span<const double> scores,
                 std::span<double> gradient) const noexcept {
    return detail::power_mean(0, weights, scores, gradient);
  }

  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("geometric"); }
  friend constexpr bool operator==(const geometric&, const geometric&) = default;
};

}  // namespace crmetrics
