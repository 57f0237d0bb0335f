#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

/// Score interval of a rate of events: what Wilson's is for a share.
///
/// All rates r with |x/T - r| <= z sqrt(r / T), that is (x + z^2/2 -+ z sqrt(x + z^2/4)) / T, in
/// events for each unit of exposure. Low is exactly 0 at x = 0. Close to its level on average,
/// where the exact interval is always above it. Cost: one square root. Rao 1948, Proceedings of the
/// Cambridge Philosophical Society 44(1), 50-57 (score tests),
/// https://doi.org/10.1017/S0305004100023987; compared with eight others by Barker 2002, The
/// American Statistician 56(2), 85-89, https://doi.org/10.1198/000313002317572736
struct poisson_score {
  static constexpr std::string_view name = "Poisson score";

  /// @throws bad_input for events or exposure that cannot be
  static interval bounds(const poisson_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.exposure == 0) return {0, detail::infinity()};
    const double z = critical_value(level);
    const double high = s.events + z * z / 2 + z * detail::sqrt(s.events + z * z / 4);
    // The two ends multiply to x^2; dividing avoids a difference of near numbers.
    const double low = s.events == 0 ? 0 : s.events * (s.events / high);
    return {low / s.exposure, high / s.exposure};
  }
  friend constexpr bool operator==(poisson_score, poisson_score) = default;
};

}  // namespace crmetrics
