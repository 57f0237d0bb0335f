#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace crmetrics {

/// Weighted arithmetic mean: sum of w_i s_i. Points lost in one score are bought back in another at
/// the fixed rate w_i / w_j.
/// Source: OECD & JRC 2008, Handbook on Constructing Composite Indicators, step 6,
/// https://doi.org/10.1787/9789264043466-en.
struct arithmetic {
  static constexpr bool needs_positive = false;

  constexpr double combine(std::span<const double> weights, std::span<const double> scores,
                           std::span<double> gradient) const noexcept {
    double sum = 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
      sum += weights[i] * scores[i];
      gradient[i] = weights[i];
    }
    return sum;
  }

  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("arithmetic"); }
  friend constexpr bool operator==(const arithmetic&, const arithmetic&) = default;
};

}  // namespace crmetrics
