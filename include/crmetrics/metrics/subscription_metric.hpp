#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/metrics/detail/fact_window.hpp>

#include <concepts>
#include <string_view>

namespace crmetrics {

/// What every metric of subscription facts has in common: churn, retention, revenue churn and
/// retention, quick ratio. The definition is a policy: its `of(fact)` gives the customer's part,
/// its `tally` says what is kept of it (a share, a ratio of sums, counts by day).
///
/// Observes `subscription_fact` and `segmented_fact`, one for each customer. The window is that of
/// the first fact and stands in every result; a fact or a state of another window throws
/// `definition_mismatch`, for a monthly and a quarterly churn do not add up. Group by a segment
/// with `by`, by month with `over`.
///
/// All facts seen, none of them in the denominator: `undefined`, never 0. Merge is exact, for data
/// that were split by customer. O(1) a fact with snapshots, O(changes) with events.
template <class Definition, class Interval>
class basic_subscription_metric {
  using tally = typename Definition::tally;
  using interval_type = typename tally::template interval_type<Interval>;

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::by_entity;
  static constexpr crmetrics::unit unit = Definition::unit;
  static constexpr crmetrics::direction direction = Definition::direction;

  constexpr basic_subscription_metric() = default;

  static constexpr std::string_view name() { return Definition::name; }
  /// The definition; results add the window.
  static constexpr convention_text convention() { return Definition::definition; }

  /// @throws bad_input for a fact that no ledger gives
  /// @throws definition_mismatch for a fact of another window than those before
  constexpr void check(const subscription_fact& fact) const {
    detail::require_possible(fact);
    window_.require(fact.window, name());
  }
  template <std::derived_from<subscription_fact> Fact>
  constexpr void update(const Fact& fact, weight_type w = {}) {
    check(fact);
    if (w.times == 0) return;
    tally_.add(fact, w);
    window_.adopt(fact.window);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the windows differ
  constexpr basic_subscription_metric& merge(const basic_subscription_metric& other) {
    basic_subscription_metric next = *this;
    next.window_.merge(other.window_, name());
    next.tally_.merge(other.tally_);
    return *this = next;
  }
  constexpr basic_subscription_metric fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = tally_.template parts<interval_type>(level);
    parts.name = name();
    parts.convention = convention();
    window_.describe(parts.convention);
    parts.unit = unit;
    parts.direction = direction;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_subscription_metric&,
                                   const basic_subscription_metric&) = default;
  constexpr void serialize(auto& archive) {
    archive(window_);
    tally_.serialize(archive, window_);
  }
  constexpr bool possible() const noexcept { return tally_.possible(window_); }

 private:
  detail::fact_window window_;
  tally tally_;
};

}  // namespace crmetrics
