#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/detail/t_distribution.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Welch's comparison of two means whose spreads may differ.
///
/// d -+ t sqrt(s_a^2 + s_b^2) with s the standard errors and Satterthwaite's degrees of freedom
/// (s_a^2 + s_b^2)^2 / (s_a^4 / (n_a - 1) + s_b^4 / (n_b - 1)), which are not rounded.
/// Welch 1947, Biometrika 34(1-2), 28-35, https://doi.org/10.1093/biomet/34.1-2.28; Satterthwaite
/// 1946, Biometrics Bulletin 2(6), 110-114, https://doi.org/10.2307/3002019
struct welch {
  static constexpr std::string_view name = "Welch";

  /// Degrees of freedom; needs n > 1 on both sides and one standard error above 0.
  static double degrees_of_freedom(const mean_sample& a, const mean_sample& b) noexcept {
    // Only the ratio of the variances matters; dividing first keeps squares in range.
    const double largest =
        a.standard_error < b.standard_error ? b.standard_error : a.standard_error;
    const double r = a.standard_error / largest;
    const double s = b.standard_error / largest;
    const double va = r * r;
    const double vb = s * s;
    return (va + vb) * (va + vb) / (va * va / (a.n - 1) + vb * vb / (b.n - 1));
  }
  friend constexpr bool operator==(welch, welch) = default;
};

/// Signed difference of two independent means, Welch's interval and test. Status insufficient_data
/// and no interval where a side has one value; no p-value where no value differs on either side.
/// @throws bad_input for samples that cannot be
inline difference compare(const mean_sample& a, const mean_sample& b, welch,
                          confidence_level level = {}) {
  require_valid(a);
  require_valid(b);
  difference_parts parts;
  parts.level = level;
  parts.method = welch::name;
  parts.n_a = static_cast<std::uint64_t>(a.n);
  parts.n_b = static_cast<std::uint64_t>(b.n);
  if (a.n == 0 || b.n == 0) return difference(parts);
  parts.value = a.mean - b.mean;
  if (!(a.n > 1) || !(b.n > 1)) {
    parts.status = status::insufficient_data;
    return difference(parts);
  }
  parts.status = status::ok;
  const double se =
      detail::sqrt(a.standard_error * a.standard_error + b.standard_error * b.standard_error);
  parts.standard_error = se;
  if (!(se > 0)) {
    parts.interval = {parts.value, parts.value};
    return difference(parts);
  }
  const double df = welch::degrees_of_freedom(a, b);
  const double half = student_t::critical_value(level, df) * se;
  parts.interval = {parts.value - half, parts.value + half};
  parts.p_value = detail::t_two_sided_p(parts.value / se, df < 1 ? 1 : df);
  return difference(parts);
}

}  // namespace crmetrics
