#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// Value, standard error, interval and n of the mean of moments, in values divided by `unit`.
template <class Interval, class Moments>
constexpr estimate_parts mean_parts(const Moments& moments, std::int64_t unit,
                                    confidence_level level) {
  estimate_parts parts;
  parts.method = Interval::name;
  parts.level = level;
  parts.n = moments.n();
  if (parts.n == 0) return parts;
  const auto n = static_cast<double>(parts.n);
  parts.status = status::ok;
  parts.value = moments.mean(unit);
  parts.exact = moments.ratio(unit);
  if (parts.n > 1) {
    const double m2 = moments.sum_of_squared_deviations();
    const double se = detail::sqrt((m2 < 0 ? 0 : m2) / (n - 1) / n) / static_cast<double>(unit);
    if (is_finite(se)) {
      parts.standard_error = se;
      if (level.wanted()) {
        parts.interval = Interval::bounds(mean_sample{n, parts.value, se}, level);
      }
    }
  }
  return parts;
}

}  // namespace crmetrics::detail
