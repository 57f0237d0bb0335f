#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/intervals/detail/beta_quantile.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

/// Clopper and Pearson's exact interval of a share: never below its level, often well above it.
///
/// Low is the alpha/2 quantile of Beta(x, n - x + 1), high the 1 - alpha/2 quantile of
/// Beta(x + 1, n - x); 0 at x = 0 and 1 at x = n. Takes counts that are not whole. Cost: two
/// inverse incomplete beta functions, some microseconds. Needs the component crmetrics::boost.
/// Clopper, Pearson 1934, Biometrika 26(4), 404-413, https://doi.org/10.1093/biomet/26.4.404
struct clopper_pearson {
  static constexpr std::string_view name = "Clopper-Pearson";

  /// @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    const double half_alpha = (1 - level.value()) / 2;
    const double x = s.successes;
    const double failures = s.trials - x;
    return {x == 0 ? 0 : detail::beta_lower(x, failures + 1, half_alpha),
            failures == 0 ? 1 : detail::beta_upper(x + 1, failures, half_alpha)};
  }
  friend constexpr bool operator==(clopper_pearson, clopper_pearson) = default;
};

}  // namespace crmetrics
