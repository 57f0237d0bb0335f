#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/wald.hpp>

#include <string_view>

namespace crmetrics {

/// Agresti and Coull's interval of a share: Wald's around Wilson's centre.
///
/// n' = n + z^2, p' = (x + z^2/2) / n', then p' -+ z sqrt(p' (1 - p') / n'). A little wider than
/// Wilson's and never shorter; can leave [0, 1], so it is clipped. Cost: one square root.
/// Agresti, Coull 1998, The American Statistician 52(2), 119-126,
/// https://doi.org/10.1080/00031305.1998.10480550
struct agresti_coull {
  static constexpr std::string_view name = "Agresti-Coull";

  /// Clipped to [0, 1]. @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    return detail::clip(unclipped(s, level), 0, 1);
  }
  /// As the formula gives it, possibly outside [0, 1].
  static interval unclipped(const binomial_sample& s, confidence_level level = {}) {
    const double z = critical_value(level);
    return wald::unclipped(binomial_sample{s.successes + z * z / 2, s.trials + z * z}, level);
  }
  friend constexpr bool operator==(agresti_coull, agresti_coull) = default;
};

}  // namespace crmetrics
