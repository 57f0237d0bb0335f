#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/intervals/detail/beta_quantile.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

/// Jeffreys' interval of a share: the equal-tailed interval of the posterior
/// Beta(x + 1/2, n - x + 1/2), close to its level on average and also when read as Bayesian.
///
/// At x = 0 low is 0 and at x = n high is 1, as Brown, Cai and DasGupta advise; the other end stays
/// the plain alpha/2 quantile. Cost: two inverse incomplete beta functions, some microseconds.
/// Needs the component crmetrics::boost.
/// Brown, Cai, DasGupta 2001, Statistical Science 16(2), 101-133,
/// https://doi.org/10.1214/ss/1009213286
struct jeffreys {
  static constexpr std::string_view name = "Jeffreys";

  /// @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    const double half_alpha = (1 - level.value()) / 2;
    const double a = s.successes + 0.5;
    const double failures = s.trials - s.successes;
    const double b = failures + 0.5;
    return {s.successes == 0 ? 0 : detail::beta_lower(a, b, half_alpha),
            failures == 0 ? 1 : detail::beta_upper(a, b, half_alpha)};
  }
  friend constexpr bool operator==(jeffreys, jeffreys) = default;
};

}  // namespace crmetrics
