#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// Gross revenue churn: (churn + contraction) / recurring revenue at the start, lower is better.
///
///     sum max(0, start - end) / sum start, over customers active at the start
///
/// 1 - `gross_revenue_retention`. Start is compared with end, so that a cut which was taken back
/// inside the window is none. Levels are recurring revenue: one-off fees and tax are left out
/// before. Interval: delta method over customers; see `basic_ratio`, and
/// `basic_subscription_metric` for input, windows and merge.
struct revenue_lost_of_start {
  using tally = detail::subscription_ratio<revenue_lost_of_start>;
  static constexpr std::string_view name = "gross revenue churn";
  static constexpr std::string_view definition = "(churn + contraction) / revenue at the start";
  static constexpr label outside = "not active at the start";
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
  static constexpr interval range{0, 1};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    if (f.level_at_start == 0) return std::nullopt;
    const std::int64_t lost = f.level_at_start - f.level_at_end;
    return ratio_pair{lost > 0 ? lost : 0, f.level_at_start};
  }
};

}  // namespace crmetrics
