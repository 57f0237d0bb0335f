#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/metrics/detail/fact_window.hpp>
#include <crmetrics/metrics/detail/usual_interval.hpp>

#include <optional>

namespace crmetrics::detail {

/// Yes and no of customers; `Definition::of(fact)` says which, or that the customer is on neither
/// side.
template <class Definition>
class subscription_share {
 public:
  template <class Interval>
  using interval_type = typename interval_or_usual<Interval, wilson>::type;

  constexpr void add(const subscription_fact& fact, frequency_weight w) {
    const std::optional<bool> yes = Definition::of(fact);
    (!yes ? outside_ : *yes ? yes_ : no_).add(w);
  }
  constexpr void merge(const subscription_share& other) {
    yes_.merge(other.yes_);
    no_.merge(other.no_);
    outside_.merge(other.outside_);
  }
  template <class Interval>
  constexpr estimate_parts parts(confidence_level level) const {
    estimate_parts parts = share_parts<Interval>(yes_, no_, level);
    if (parts.n == 0 && outside_.observations() != 0) parts.status = status::undefined;
    parts.excluded.add(Definition::outside, outside_.observations());
    return parts;
  }

  friend constexpr bool operator==(const subscription_share&, const subscription_share&) = default;
  constexpr void serialize(auto& archive, const fact_window&) {
    archive(yes_), archive(no_), archive(outside_);
  }
  constexpr bool possible(const fact_window& window) const noexcept {
    return window.known() ==
           (yes_.observations() != 0 || no_.observations() != 0 || outside_.observations() != 0);
  }

 private:
  count yes_;
  count no_;
  count outside_;
};

}  // namespace crmetrics::detail
