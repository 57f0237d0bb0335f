#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <cstddef>
#include <span>

namespace crmetrics {

/// How long error bars must be so that two values differ at a level just where their bars do not
/// touch. Usual 95 % bars are too long for that: where two of them touch, p is 0.0056.
struct comparison_bars {
  double multiplier = 0;  ///< half the length of a bar, in standard errors of its value
  double level = 0;       ///< the confidence level of an interval of that length
};

/// Bars for one pair: multiplier z sqrt(a^2 + b^2) / (a + b) with the standard errors a and
/// b; 1.3859 (83.42 %) for equal errors at 95 %, 1.67 where one is five times the other.
/// @throws bad_input for errors that are negative, not finite, or both 0
inline comparison_bars bars_for_pair(double a, double b, confidence_level level = {}) {
  const ranked_value both[] = {{0, a}, {0, b}};
  require_valid(both);
  if (a + b == 0)
    throw bad_input(problem{"standard errors", 0, "0", "both are 0: nothing to draw"});
  const double m = critical_value(level) * detail::sqrt(a * a + b * b) / (a + b);
  return {m, 1 - 2 * normal_cdf(-m)};
}

/// Bars for a whole chart: one multiplier for all, such that the chance of a false difference,
/// averaged over all pairs, is 1 - level. Right for pairs chosen beforehand; who looks for the
/// widest gap among many needs `rank_sets`.
///
/// Goldstein, Healy 1995, Journal of the Royal Statistical Society A 158(1), 175-177,
/// https://doi.org/10.2307/2983411. Cost: O(n^2), some sixty times.
/// @throws bad_input for fewer than two values or errors that are negative or not finite, or 0 for
///         both of a pair
inline comparison_bars bars_for_chart(std::span<const ranked_value> values,
                                      confidence_level level = {}) {
  require_valid(values);
  if (values.size() < 2) throw bad_input(problem{"values", 0, "", "bars compare two or more"});
  std::size_t exact = 0;
  for (const ranked_value& v : values) exact += v.standard_error == 0 ? 1U : 0U;
  if (exact > 1) {
    throw bad_input(problem{"standard errors", 0, "0", "more than one is 0: nothing to draw"});
  }
  const auto mean_chance = [&](double multiplier) {
    double sum = 0;
    double pairs = 0;
    for (std::size_t i = 0; i != values.size(); ++i) {
      for (std::size_t j = i + 1; j != values.size(); ++j) {
        const double a = values[i].standard_error;
        const double b = values[j].standard_error;
        sum += 2 * normal_cdf(-multiplier * (a + b) / detail::sqrt(a * a + b * b));
        pairs += 1;
      }
    }
    return sum / pairs;
  };
  // The multiplier lies between z / sqrt(2), for equal errors, and z, for one error of 0.
  double low = 0;
  double high = critical_value(level);
  for (int i = 0; i != 60; ++i) {
    const double middle = (low + high) / 2;
    (mean_chance(middle) > 1 - level.value() ? low : high) = middle;
  }
  const double m = (low + high) / 2;
  return {m, 1 - 2 * normal_cdf(-m)};
}

}  // namespace crmetrics
