#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/detail/boost_math_policy.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <boost/math/special_functions/gamma.hpp>

#include <string_view>

namespace crmetrics {

/// Garwood's exact interval of a rate of events: never below its level.
///
/// Low is the alpha/2 quantile of Gamma(x), high the 1 - alpha/2 quantile of Gamma(x + 1), both
/// divided by the exposure; low is 0 at x = 0. Cost: two inverse incomplete gamma functions, some
/// microseconds. Needs the component crmetrics::boost.
/// Garwood 1936, Biometrika 28(3-4), 437-442, https://doi.org/10.1093/biomet/28.3-4.437
struct poisson_exact {
  static constexpr std::string_view name = "Poisson exact";

  /// @throws bad_input for events or exposure that cannot be
  static interval bounds(const poisson_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.exposure == 0) return {0, detail::infinity()};
    const double half_alpha = (1 - level.value()) / 2;
    const detail::boost_math_policy policy;
    const double low = s.events == 0 ? 0 : boost::math::gamma_p_inv(s.events, half_alpha, policy);
    const double high = boost::math::gamma_q_inv(s.events + 1, half_alpha, policy);
    return {low / s.exposure, high / s.exposure};
  }
  friend constexpr bool operator==(poisson_exact, poisson_exact) = default;
};

}  // namespace crmetrics
