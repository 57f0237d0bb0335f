#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/derive/movements.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <optional>
#include <string_view>

namespace crmetrics {

namespace detail {

template <class Accounting>
inline constexpr std::string_view quick_ratio_definition =
    "(new + expansion + reactivation) / (contraction + churn), start against end";
template <>
inline constexpr std::string_view quick_ratio_definition<event_accounting> =
    "(new + expansion + reactivation) / (contraction + churn), every change";

}  // namespace detail

/// Quick ratio of subscriptions: revenue gained / revenue lost. Higher is better; `undefined`, not
/// infinite, where nothing was lost.
///
///     (new + expansion + reactivation) / (contraction + churn)
///
/// By `snapshot_accounting` (start against end, the plain `quick_ratio`) or `event_accounting`.
/// Interval: delta method over customers, the customer who gained and the one who lost being
/// independent; see `basic_ratio`, and `basic_subscription_metric` for input, windows and merge.
template <class Accounting>
struct revenue_gained_of_lost {
  using tally = detail::subscription_ratio<revenue_gained_of_lost>;
  static constexpr std::string_view name = "quick ratio";
  static constexpr std::string_view definition = detail::quick_ratio_definition<Accounting>;
  static constexpr label outside = "unchanged";
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
  static constexpr interval range{0, detail::infinity()};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const movements m = Accounting::of(f);
    movement gained = m.new_customers;
    gained.add(m.expansion.money);
    gained.add(m.reactivation.money);
    movement lost = m.churn;
    lost.add(m.contraction.money);
    if (gained.money == 0 && lost.money == 0) return std::nullopt;
    return ratio_pair{gained.money, lost.money};
  }
};

}  // namespace crmetrics
