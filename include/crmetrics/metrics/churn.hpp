#pragma once

#include <crmetrics/core/label.hpp>
#include <crmetrics/metrics/detail/subscription_share.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

/// Churn of customers: lost / customers at the start, lower is better.
///
///     | active at the start and not at the end | / | active at the start |
///
/// `churn` is `basic_churn<lost_of_start>`. Who joined and left, or left and returned, inside the
/// window is not lost. Interval: Wilson. The other conventions in use, which give from .125 to .429
/// for one ledger and month, are in <crmetrics/metrics/churn_convention.hpp>; see
/// `basic_subscription_metric` for input, windows and merge.
struct lost_of_start {
  using tally = detail::subscription_share<lost_of_start>;
  static constexpr std::string_view name = "churn";
  static constexpr std::string_view definition = "customers lost / customers at the start";
  static constexpr label outside = "not active at the start";
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;

  static constexpr std::optional<bool> of(const subscription_fact& f) {
    if (f.level_at_start == 0) return std::nullopt;
    return f.level_at_end == 0;
  }
};

}  // namespace crmetrics
