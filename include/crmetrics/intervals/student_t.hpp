#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/detail/t_distribution.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

/// Student's interval of a mean, the default of every mean: mean -+ t SE, with t the quantile at
/// n - 1 degrees of freedom.
///
/// An effective n that is not whole gives degrees of freedom that are not whole; fewer than one
/// count as one. One value or none says nothing about spread: the interval is then the whole line.
/// Exact for normal values; for others good from n = 30 or so, later where they are skewed
/// (durations). Cost: about a microsecond, for the quantile.
/// Student 1908, Biometrika 6(1), 1-25, https://doi.org/10.1093/biomet/6.1.1
struct student_t {
  static constexpr std::string_view name = "Student t";

  /// @throws bad_input for a sample that cannot be
  static interval bounds(const mean_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (!(s.n > 1)) return {-detail::infinity(), detail::infinity()};
    const double half = critical_value(level, s.n - 1) * s.standard_error;
    return {s.mean - half, s.mean + half};
  }
  /// The two-sided critical value: 2.262157162798205 at level 0.95 with 9 degrees of freedom.
  /// Relative error below 1e-12.
  static double critical_value(confidence_level level, double degrees_of_freedom) noexcept {
    return detail::t_critical(level.value(), degrees_of_freedom < 1 ? 1 : degrees_of_freedom);
  }
  friend constexpr bool operator==(student_t, student_t) = default;
};

}  // namespace crmetrics
