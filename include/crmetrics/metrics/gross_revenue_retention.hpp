#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/derive/movements.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// Gross revenue retention (GRR): what is left of the revenue at the start, without any gains.
/// Higher is better.
///
///     snapshot_accounting   sum min(start, end) / sum start, in [0, 1], customers of the start
///     event_accounting      (sum start - contraction events - churn events) / sum start
///
/// The two differ where a customer goes down and up, or joins and leaves, inside the window: .742
/// and .455 on one ledger and month; the second can be negative. `gross_revenue_retention` is the
/// first. Interval: delta method over customers; see `basic_ratio`, and
/// `basic_subscription_metric` for input, windows and merge.
template <class Accounting>
struct revenue_kept_gross;

template <>
struct revenue_kept_gross<snapshot_accounting> {
  using tally = detail::subscription_ratio<revenue_kept_gross>;
  static constexpr std::string_view name = "gross revenue retention";
  static constexpr std::string_view definition =
      "sum of the lesser of start and end / revenue at the start";
  static constexpr label outside = "not active at the start";
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
  static constexpr interval range{0, 1};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    if (f.level_at_start == 0) return std::nullopt;
    return ratio_pair{f.level_at_end < f.level_at_start ? f.level_at_end : f.level_at_start,
                      f.level_at_start};
  }
};

template <>
struct revenue_kept_gross<event_accounting> {
  using tally = detail::subscription_ratio<revenue_kept_gross>;
  static constexpr std::string_view name = "gross revenue retention";
  static constexpr std::string_view definition =
      "(start - contraction events - churn events) / revenue at the start";
  static constexpr label outside = "no revenue at the start, none lost";
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
  static constexpr interval range{-detail::infinity(), 1};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const movements m = event_accounting::of(f);
    movement lost = m.churn;
    lost.add(m.contraction.money);
    if (f.level_at_start == 0 && lost.money == 0) return std::nullopt;
    return ratio_pair{f.level_at_start - lost.money, f.level_at_start};
  }
};

}  // namespace crmetrics
