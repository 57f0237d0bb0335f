#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/metrics/detail/day_counts.hpp>
#include <crmetrics/metrics/detail/fact_window.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace crmetrics::detail {

/// What `churn_by_day` keeps: departures of each day, and the changes from day to day in how many
/// were active, which a fact gives in O(changes). Days are 24 hours from the start of the window.
class daily_departures {
  static constexpr std::int64_t day = 86'400'000'000;
  static constexpr std::int64_t most_days = 36'600;

 public:
  template <class Interval>
  struct usual_only {
    static_assert(std::same_as<Interval, usual_interval>,
                  "crmetrics: churn by day has one interval, that of the Nelson-Aalen estimate");
    using type = usual_interval;
  };
  template <class Interval>
  using interval_type = typename usual_only<Interval>::type;

  /// @throws bad_input for a window of more than 100 years
  static constexpr std::size_t days_of(const period& window) {
    std::int64_t length = 0;
    if (__builtin_sub_overflow(window.to().microseconds, window.from().microseconds, &length) ||
        length > most_days * day) {
      throw bad_input(problem{"window", 0, std::string(text_of_period(window).view()),
                              "churn by day takes at most 100 years"});
    }
    return static_cast<std::size_t>((length + day - 1) / day);
  }

  constexpr void add(const subscription_fact& f, frequency_weight w) {
    const std::size_t days = days_of(f.window);
    day_counts first(days_.size() == 0 ? days : 0);
    day_counts& target = days_.size() == 0 ? first : days_;
    // No count can leave its integer half way: first it is seen that there is room for all.
    std::uint64_t most = 0;
    if (__builtin_mul_overflow(w.times, f.changes.size() + 1, &most)) most = UINT64_MAX;
    walk(f, [&](std::size_t i, bool, int) { target.require_room(i, most); });
    bool counted = f.level_at_start > 0;
    for (const level_change& change : f.changes) counted = counted || change.level > 0;
    (counted ? customers_ : outside_).add(w);
    walk(f, [&](std::size_t i, bool left, int change) {
      target.add(i, {left ? w.times : 0, change * static_cast<std::int64_t>(w.times)});
    });
    if (first.size() != 0) days_ = std::move(first);
  }
  constexpr void merge(const daily_departures& other) {
    if (days_.size() == 0) {
      days_ = other.days_;
    } else {
      days_.merge(other.days_);
    }
    customers_.merge(other.customers_);
    outside_.merge(other.outside_);
  }

  template <class Interval>
  estimate_parts parts(confidence_level level) const {
    estimate_parts parts;
    parts.method = "Nelson-Aalen, log";
    parts.level = level;
    parts.n = customers_.observations();
    parts.excluded.add("never active in the window", outside_.observations());
    if (parts.n == 0 && outside_.observations() == 0) return parts;
    parts.status = status::undefined;
    double sum = 0;
    double variance = 0;
    bool anybody = false;
    std::int64_t active = 0;
    for (const day_counts::day& each : days_) {
      active += each.change;
      anybody = anybody || active > 0;
      if (each.left == 0) continue;
      if (active == 0) return parts;  // left on the day they came, when nobody else was there
      sum += static_cast<double>(each.left) / static_cast<double>(active);
      variance += static_cast<double>(each.left) / static_cast<double>(active) /
                  static_cast<double>(active);
    }
    if (!anybody) return parts;
    parts.status = status::ok;
    parts.value = sum;
    const double se = detail::sqrt(variance);
    parts.standard_error = se;
    if (sum > 0 && level.wanted()) {
      const double factor = detail::exp(critical_value(level) * se / sum);
      parts.interval = interval{sum / factor, sum * factor};
    }
    return parts;
  }

  friend constexpr bool operator==(const daily_departures&, const daily_departures&) = default;
  constexpr void serialize(auto& archive, const fact_window& window) {
    archive(customers_), archive(outside_);
    // As many days as the window has, which were read before; a state that is read is made here.
    const std::size_t days = window.known() && window.possible() ? days_of(window.value()) : 0;
    if (days_.size() != days) days_ = day_counts(days);
    for (day_counts::day& each : days_) archive(each);
  }
  constexpr bool possible(const fact_window& window) const noexcept {
    std::int64_t active = 0;
    for (const day_counts::day& each : days_) {
      if (__builtin_add_overflow(active, each.change, &active) || active < 0) return false;
    }
    return window.known() == (customers_.observations() != 0 || outside_.observations() != 0);
  }

 private:
  /// Calls `f(day, somebody left, change)` for what a customer adds to each day.
  template <class F>
  static constexpr void walk(const subscription_fact& fact, const F& f) {
    const std::size_t days = days_of(fact.window);
    bool active = fact.level_at_start > 0;
    if (active && days != 0) f(0, false, 1);
    for (const level_change& change : fact.changes) {
      const bool was = active;
      active = change.level > 0;
      if (active == was) continue;
      const std::int64_t since = change.at.microseconds - fact.window.from().microseconds;
      const auto today = static_cast<std::size_t>(since / day);
      if (was) f(today, true, 0);
      // A change at the very beginning of a day comes after the day began.
      if (today + 1 < days) f(today + 1, false, active ? 1 : -1);
    }
  }

  day_counts days_;
  count customers_;
  count outside_;
};

}  // namespace crmetrics::detail
