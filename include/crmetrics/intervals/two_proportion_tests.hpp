#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// What a test against "no difference" gives; nothing where it has nothing to go by.
struct test_outcome {
  std::optional<double> statistic = {};
  std::optional<double> p_value = {};  ///< two-sided
  std::string_view method = {};        ///< a literal
};

namespace detail {

inline test_outcome z_outcome(double distance, double standard_error) {
  test_outcome outcome;
  if (!(standard_error > 0)) return outcome;
  outcome.statistic = distance / standard_error;
  outcome.p_value = erfc(abs(*outcome.statistic) * 0.70710678118654752440);
  return outcome;
}

/// z test with the pooled share in the standard error; `correction` brings the two shares nearer.
inline test_outcome pooled_z(const binomial_sample& a, const binomial_sample& b, bool corrected) {
  require_valid(a);
  require_valid(b);
  if (a.trials == 0 || b.trials == 0) return {};
  const double pooled = (a.successes + b.successes) / (a.trials + b.trials);
  const double parts = 1 / a.trials + 1 / b.trials;
  double distance = a.successes / a.trials - b.successes / b.trials;
  if (corrected) {
    // Half a count, or as much as there is: each count moves towards its expectation.
    const double off = abs(distance);
    const double correction = off < 0.5 * parts ? off : 0.5 * parts;
    distance -= distance < 0 ? -correction : correction;
  }
  return z_outcome(distance, sqrt(pooled * (1 - pooled) * parts));
}

}  // namespace detail

/// The usual z test of two independent shares, z = (p_a - p_b) / sqrt(p (1 - p) (1/n_a + 1/n_b))
/// with p the pooled share. Its square is Pearson's chi-square of the 2 x 2 table, its p-value the
/// same. None where nobody or everybody succeeded. For counts of 5 or more in each cell.
/// Pearson 1900, Philosophical Magazine 50(302), 157-175, https://doi.org/10.1080/14786440009463897
/// @throws bad_input for counts that cannot be
inline test_outcome pooled_z_test(const binomial_sample& a, const binomial_sample& b) {
  test_outcome outcome = detail::pooled_z(a, b, false);
  outcome.method = "pooled z";
  return outcome;
}

/// The same with Yates' continuity correction: |p_a - p_b| less (1/n_a + 1/n_b) / 2, not below 0.
/// Close to Fisher's test, and like it rejects too seldom.
/// Yates 1934, Supplement to the Journal of the Royal Statistical Society 1(2), 217-235,
/// https://doi.org/10.2307/2983604
/// @throws bad_input for counts that cannot be
inline test_outcome yates_test(const binomial_sample& a, const binomial_sample& b) {
  test_outcome outcome = detail::pooled_z(a, b, true);
  outcome.method = "Yates";
  return outcome;
}

}  // namespace crmetrics
