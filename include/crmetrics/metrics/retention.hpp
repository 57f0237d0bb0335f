#pragma once

#include <crmetrics/metrics/detail/subscription_share.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// Retention of customers (logo retention): kept / customers at the start, higher is better.
///
///     | active at the start and at the end | / | active at the start |
///
/// 1 - `churn`, with the interval of a share of its own (Wilson). `retention` is
/// `basic_retention<kept_of_start>`; see `basic_subscription_metric` for input, windows and merge.
struct kept_of_start {
  using tally = detail::subscription_share<kept_of_start>;
  static constexpr std::string_view name = "retention";
  static constexpr std::string_view definition = "customers kept / customers at the start";
  static constexpr label outside = "not active at the start";
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  static constexpr std::optional<bool> of(const subscription_fact& f) {
    if (f.level_at_start == 0) return std::nullopt;
    return f.level_at_end > 0;
  }
};

}  // namespace crmetrics
