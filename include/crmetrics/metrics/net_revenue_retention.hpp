#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// Net revenue retention (NRR): what the customers of the start pay at the end / what they paid at
/// the start. Higher is better; above 1 where expansion outweighs the losses.
///
///     sum end / sum start, over customers active at the start
///
/// New and returned customers are out. State the length of the window: the result shows it, and
/// twelve months are not twelve times one. Interval: delta method over customers; see
/// `basic_ratio`, and `basic_subscription_metric` for input, windows and merge.
struct revenue_kept_net {
  using tally = detail::subscription_ratio<revenue_kept_net>;
  static constexpr std::string_view name = "net revenue retention";
  static constexpr std::string_view definition =
      "revenue at the end / at the start, of customers of the start";
  static constexpr label outside = "not active at the start";
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
  static constexpr interval range{0, detail::infinity()};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    if (f.level_at_start == 0) return std::nullopt;
    return ratio_pair{f.level_at_end, f.level_at_start};
  }
};

}  // namespace crmetrics
