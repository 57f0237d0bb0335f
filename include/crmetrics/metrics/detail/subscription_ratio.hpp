#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/accumulators/detail/pair_moments.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/metrics/detail/fact_window.hpp>
#include <crmetrics/metrics/detail/usual_interval.hpp>

#include <optional>

namespace crmetrics::detail {

/// One pair for each customer; `Definition::of(fact)` gives it, or nothing for a customer on
/// neither side.
template <class Definition>
class subscription_ratio {
 public:
  template <class Interval>
  using interval_type = typename interval_or_usual<Interval, delta_method>::type;

  constexpr void add(const subscription_fact& fact, frequency_weight w) {
    if (const std::optional<ratio_pair> pair = Definition::of(fact)) {
      pairs_.add(pair->numerator, pair->denominator, w);
    } else {
      outside_.add(w);
    }
  }
  constexpr void merge(const subscription_ratio& other) {
    pairs_.merge(other.pairs_);
    outside_.merge(other.outside_);
  }
  template <class Interval>
  estimate_parts parts(confidence_level level) const {
    estimate_parts parts;
    parts.method = Interval::name;
    parts.unit = Definition::unit;
    parts.level = level;
    parts.n = pairs_.n();
    parts.excluded.add(Definition::outside, outside_.observations());
    if (pairs_.sum_y() <= 0) {
      if (parts.n != 0 || outside_.observations() != 0) parts.status = status::undefined;
      return parts;
    }
    parts.status = status::ok;
    parts.value = pairs_.ratio();
    parts.exact = pairs_.exact();
    if (parts.n > 1) {
      const double se = pairs_.ratio_standard_error();
      parts.standard_error = se;
      if (!level.wanted()) return parts;
      const interval whole =
          Interval::bounds(mean_sample{static_cast<double>(parts.n), parts.value, se}, level);
      const interval range = Definition::range;
      parts.interval = interval{whole.low < range.low ? range.low : whole.low,
                                range.high < whole.high ? range.high : whole.high};
    }
    return parts;
  }

  friend constexpr bool operator==(const subscription_ratio&, const subscription_ratio&) = default;
  constexpr void serialize(auto& archive, const fact_window&) {
    archive(pairs_), archive(outside_);
  }
  constexpr bool possible(const fact_window& window) const noexcept {
    return window.known() == (pairs_.n() != 0 || outside_.observations() != 0);
  }

 private:
  pair_moments pairs_;
  count outside_;
};

}  // namespace crmetrics::detail
