#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace crmetrics {

/// The lowest score whose weight is above 0: nothing can be bought back. Weights matter in nothing
/// else; where several scores are the lowest, they share the gradient (and so the contribution) by
/// weight.
/// Source: Bullen 2003, Handbook of Means and Their Inequalities, chapter III, the limit of M_p,
/// https://doi.org/10.1007/978-94-017-0399-4.
struct minimum {
  static constexpr bool needs_positive = false;

  constexpr double combine(std::span<const double> weights, std::span<const double> scores,
                           std::span<double> gradient) const noexcept {
    double low = detail::infinity();
    double at_low = 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
      gradient[i] = 0;
      if (!(weights[i] > 0)) continue;
      if (detail::is_nan(scores[i])) return scores[i];
      if (scores[i] < low) low = scores[i], at_low = 0;
      if (scores[i] == low) at_low += weights[i];
    }
    if (!(at_low > 0)) return 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
      if (weights[i] > 0 && scores[i] == low) gradient[i] = weights[i] / at_low;
    }
    return low;
  }

  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("minimum"); }
  friend constexpr bool operator==(const minimum&, const minimum&) = default;
};

}  // namespace crmetrics
