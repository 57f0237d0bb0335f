#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/two_proportion_tests.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Newcombe's hybrid score interval for a difference of two independent shares: built from the two
/// Wilson intervals, so it is sound where Wald's has no width (10 of 10 against 0 of 20).
///
/// With p_i in [l_i, u_i]: low = d - sqrt((p_a - l_a)^2 + (u_b - p_b)^2),
/// high = d + sqrt((u_a - p_a)^2 + (p_b - l_b)^2), d = p_a - p_b. Stays inside [-1, 1].
/// Newcombe 1998, Statistics in Medicine 17(8), 873-890, method 10,
/// https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I
struct newcombe {
  static constexpr std::string_view name = "Newcombe hybrid score";
  friend constexpr bool operator==(newcombe, newcombe) = default;
};

namespace detail {

/// Value, plain standard error and sizes of a difference of two shares; no data stays no data.
inline difference_parts share_difference(const binomial_sample& a, const binomial_sample& b,
                                         confidence_level level) {
  require_valid(a);
  require_valid(b);
  difference_parts parts;
  parts.level = level;
  parts.n_a = static_cast<std::uint64_t>(a.trials);
  parts.n_b = static_cast<std::uint64_t>(b.trials);
  if (a.trials == 0 || b.trials == 0) return parts;
  const double p = a.successes / a.trials;
  const double q = b.successes / b.trials;
  parts.status = status::ok;
  parts.value = p - q;
  parts.standard_error = sqrt(p * (1 - p) / a.trials + q * (1 - q) / b.trials);
  return parts;
}

}  // namespace detail

/// Difference of two independent shares, Newcombe's interval; the p-value is that of the pooled z
/// test (`pooled_z_test`). Independent means: other customers on each side. Two shares of the same
/// answers, or of the same customers before and after, are not.
/// @throws bad_input for counts that cannot be
inline difference compare(const binomial_sample& a, const binomial_sample& b, newcombe,
                          confidence_level level = {}) {
  difference_parts parts = detail::share_difference(a, b, level);
  parts.method = newcombe::name;
  if (parts.status == status::no_data) return difference(parts);
  const double p = a.successes / a.trials;
  const double q = b.successes / b.trials;
  const interval of_a = wilson::bounds(a, level);
  const interval of_b = wilson::bounds(b, level);
  const auto distance = [](double x, double y) { return detail::sqrt(x * x + y * y); };
  parts.interval = detail::clip({parts.value - distance(p - of_a.low, of_b.high - q),
                                 parts.value + distance(of_a.high - p, q - of_b.low)},
                                -1, 1);
  parts.p_value = pooled_z_test(a, b).p_value;
  return difference(parts);
}

/// The same with Wald's interval, d -+ z sqrt(p_a (1 - p_a) / n_a + p_b (1 - p_b) / n_b), clipped
/// to
/// [-1, 1]; the p-value is that of the same standard error. For comparison with other tools.
/// @throws bad_input for counts that cannot be
inline difference compare(const binomial_sample& a, const binomial_sample& b, wald,
                          confidence_level level = {}) {
  difference_parts parts = detail::share_difference(a, b, level);
  parts.method = wald::name;
  if (parts.status == status::no_data) return difference(parts);
  const double se = *parts.standard_error;
  parts.interval = detail::clip(detail::normal_interval(parts.value, se * se, 1, level), -1, 1);
  parts.p_value = detail::z_outcome(parts.value, se).p_value;
  return difference(parts);
}

}  // namespace crmetrics
