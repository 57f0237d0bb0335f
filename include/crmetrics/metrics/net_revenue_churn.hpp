#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// What comes back from customers who had left before the window: whether it lowers net churn.
struct without_reactivation {
  static constexpr bool counts = false;
  static constexpr std::string_view definition =
      "(churn + contraction - expansion) / revenue at the start";
};
struct with_reactivation {
  static constexpr bool counts = true;
  static constexpr std::string_view definition =
      "(churn + contraction - expansion - reactivation) / revenue at the start";
};

/// Net revenue churn: losses less gains from the same customers / recurring revenue at the start.
/// Lower is better; below 0 where expansion outweighs the losses.
///
///     sum (start - end) / sum start
///
/// `net_revenue_churn` is over customers active at the start, and 1 - `net_revenue_retention`;
/// `basic_net_revenue_churn<with_reactivation>` subtracts what returned customers pay as well, as
/// ChartMogul does. New customers never count. Start is compared with end. Interval: delta method
/// over customers; see `basic_ratio`, and `basic_subscription_metric` for input, windows and merge.
template <class Reactivation>
struct revenue_lost_net {
  using tally = detail::subscription_ratio<revenue_lost_net>;
  static constexpr std::string_view name = "net revenue churn";
  static constexpr std::string_view definition = Reactivation::definition;
  static constexpr label outside = Reactivation::counts
                                       ? label("neither active at the start nor reactivated")
                                       : label("not active at the start");
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
  static constexpr interval range{-detail::infinity(), 1};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const bool returned = f.active_before && f.level_at_end > 0;
    if (f.level_at_start == 0 && !(Reactivation::counts && returned)) return std::nullopt;
    return ratio_pair{f.level_at_start - f.level_at_end, f.level_at_start};
  }
};

}  // namespace crmetrics
