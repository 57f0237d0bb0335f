#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/two_proportion_tests.hpp>
#include <crmetrics/intervals/wald.hpp>

#include <cstdint>

namespace crmetrics {

namespace detail {

/// Net share of a sample and the variance of that.
struct net_moments {
  double net = 0;
  double variance = 0;

  explicit net_moments(const net_sample& s) noexcept {
    const double n = s.trials();
    net = (s.positives - s.negatives) / n;
    const double of_one = (s.positives + s.negatives) / n - net * net;
    variance = (of_one < 0 ? 0 : of_one) / n;
  }
};

/// The interval and the p-value come from the samples `c` and `d`, which may be adjusted ones.
inline difference net_difference(const net_sample& a, const net_sample& b, const net_sample& c,
                                 const net_sample& d, std::string_view method,
                                 confidence_level level) {
  require_valid(a);
  require_valid(b);
  difference_parts parts;
  parts.level = level;
  parts.method = method;
  parts.n_a = static_cast<std::uint64_t>(a.trials());
  parts.n_b = static_cast<std::uint64_t>(b.trials());
  if (a.trials() == 0 || b.trials() == 0) return difference(parts);
  const net_moments of_a(a), of_b(b), of_c(c), of_d(d);
  parts.status = status::ok;
  parts.value = of_a.net - of_b.net;
  parts.standard_error = sqrt(of_a.variance + of_b.variance);
  const double centre = of_c.net - of_d.net;
  const double variance = of_c.variance + of_d.variance;
  parts.interval = clip(normal_interval(centre, variance, 1, level), -2, 2);
  parts.p_value = z_outcome(centre, sqrt(variance)).p_value;
  return difference(parts);
}

}  // namespace detail

/// Signed difference of two independent net shares (NPS of team a less NPS of team b), adjusted
/// Wald: three answers are added to each side for the interval and the p-value; the value is the
/// observed difference. Clipped to [-2, 2]. Independent means: other customers on each side.
/// Rocks 2016, The American Statistician 70(4), 365-372,
/// https://doi.org/10.1080/00031305.2016.1158124
/// @throws bad_input for counts that cannot be
inline difference compare(const net_sample& a, const net_sample& b, adjusted_wald,
                          confidence_level level = {}) {
  return detail::net_difference(a, b, adjusted_wald::adjusted(a), adjusted_wald::adjusted(b),
                                adjusted_wald::name, level);
}

/// The same without added answers: d -+ z sqrt(v_a / n_a + v_b / n_b), v = p + d - (p - d)^2. No
/// p-value where all answers agree on both sides.
/// @throws bad_input for counts that cannot be
inline difference compare(const net_sample& a, const net_sample& b, wald,
                          confidence_level level = {}) {
  return detail::net_difference(a, b, a, b, wald::name, level);
}

}  // namespace crmetrics
