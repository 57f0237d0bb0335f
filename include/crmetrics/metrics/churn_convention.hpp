#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/derive/movements.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/detail/daily_departures.hpp>
#include <crmetrics/metrics/detail/subscription_ratio.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The other meanings of "churn", for `basic_churn<Convention>`. They are ratios of sums over
/// customers, with the interval of the delta method, but for the last.
namespace crmetrics {

/// Customers lost / the mean of those at the start and those at the end: flatters who grows.
struct lost_of_average {
  using tally = detail::subscription_ratio<lost_of_average>;
  static constexpr std::string_view name = "churn";
  static constexpr std::string_view definition =
      "customers lost / mean of customers at the start and at the end";
  static constexpr label outside = "active neither at the start nor at the end";
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
  static constexpr interval range{0, 2};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const int start = f.level_at_start > 0 ? 1 : 0;
    const int end = f.level_at_end > 0 ? 1 : 0;
    if (start + end == 0) return std::nullopt;
    return ratio_pair{2 * start * (1 - end), start + end};
  }
};

/// Churn events / customers at the start: a second leaving counts twice, and so does who joined and
/// left inside the window; may exceed 1.
struct churn_events_of_start {
  using tally = detail::subscription_ratio<churn_events_of_start>;
  static constexpr std::string_view name = "churn";
  static constexpr std::string_view definition = "churn events / customers at the start";
  static constexpr label outside = "not active at the start, never left";
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
  static constexpr interval range{0, detail::infinity()};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const auto left = static_cast<std::int64_t>(event_accounting::of(f).churn.count);
    if (f.level_at_start == 0 && left == 0) return std::nullopt;
    return ratio_pair{left, f.level_at_start > 0 ? 1 : 0};
  }
};

/// Churn events / (customers at the start + new and reactivation events), as Stripe does.
struct churn_events_of_start_and_new {
  using tally = detail::subscription_ratio<churn_events_of_start_and_new>;
  static constexpr std::string_view name = "churn";
  static constexpr std::string_view definition =
      "churn events / (customers at the start + new and returned ones)";
  static constexpr label outside = "never active in the window";
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
  static constexpr interval range{0, 1};

  static constexpr std::optional<ratio_pair> of(const subscription_fact& f) {
    const movements m = event_accounting::of(f);
    const auto there =
        static_cast<std::int64_t>(m.start.count + m.new_customers.count + m.reactivation.count);
    if (there == 0) return std::nullopt;
    return ratio_pair{static_cast<std::int64_t>(m.churn.count), there};
  }
};

/// Sum over days of churn events that day / customers active as the day began: a sum of rates that
/// may exceed 1. Shopify's, and ChartMogul's for consumer business.
///
/// It is the Nelson-Aalen estimate of the cumulative hazard, and has its standard error
/// sqrt(sum left / active^2) and the interval on the logarithm, H exp(-+ z SE / H) (Aalen 1978,
/// Annals of Statistics 6(4), 701-726, https://doi.org/10.1214/aos/1176344247). Days are 24 hours
/// from the start of the window, at most 100 years of them; 16 bytes a day; O(changes) a fact.
struct churn_by_day {
  using tally = detail::daily_departures;
  static constexpr std::string_view name = "churn";
  static constexpr std::string_view definition =
      "sum over days of churn events / customers as the day began";
  static constexpr crmetrics::unit unit = crmetrics::unit::relative;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

}  // namespace crmetrics
