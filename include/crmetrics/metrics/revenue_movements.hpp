#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/movements.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/metrics/detail/fact_window.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What `revenue_movements` reports: totals, exact.
struct movements_report {
  std::string_view name;
  convention_text convention;  ///< the accounting and the window
  crmetrics::status status = crmetrics::status::no_data;
  std::uint64_t customers = 0;  ///< facts seen
  movements total;

  /// What came in less what was lost, which is end less start.
  constexpr std::int64_t net_new() const noexcept { return total.end.money - total.start.money; }
  friend constexpr bool operator==(const movements_report&, const movements_report&) = default;
};

/// Movements of recurring revenue in one window: start, new, reactivation, expansion, contraction,
/// churn, end, each in minor units and in customers (by `snapshot_accounting`, the plain
/// `revenue_movements`) or events (by `event_accounting`). To the minor unit
///
///     start + new + reactivation + expansion - contraction - churn == end.
///
/// A complete count of the ledger, so without an interval. Input, windows and merge as for
/// `basic_subscription_metric`. @throws overflow where a total leaves 64 bits
template <class Accounting>
class basic_revenue_movements {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::by_entity;

  constexpr basic_revenue_movements() = default;

  static constexpr std::string_view name() { return "revenue movements"; }
  static constexpr convention_text convention() { return Accounting::name; }

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
    basic_revenue_movements one;
    one.window_.adopt(fact.window);
    one.customers_ = w.times;
    const movements single = Accounting::of(fact);
    for (const auto member : members) one.total_.*member = times(single.*member, w.times);
    merge(one);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the windows differ
  constexpr basic_revenue_movements& merge(const basic_revenue_movements& other) {
    basic_revenue_movements next = *this;
    next.window_.merge(other.window_, name());
    next.customers_ = detail::checked_sum(customers_, other.customers_);
    for (const auto member : members) {
      (next.total_.*member).add((other.total_.*member).money, (other.total_.*member).count);
    }
    return *this = next;
  }
  constexpr basic_revenue_movements fresh() const { return {}; }

  constexpr movements_report result(confidence_level = {}) const {
    movements_report report;
    report.name = name();
    report.convention = convention();
    window_.describe(report.convention);
    report.customers = customers_;
    if (customers_ != 0) report.status = status::ok;
    report.total = total_;
    return report;
  }

  friend constexpr bool operator==(const basic_revenue_movements&,
                                   const basic_revenue_movements&) = default;
  constexpr void serialize(auto& archive) {
    archive(window_), archive(customers_);
    for (const auto member : members) {
      archive((total_.*member).money), archive((total_.*member).count);
    }
  }
  constexpr bool possible() const noexcept {
    detail::int128 money = 0;
    detail::int128 count = 0;
    const auto add = [&](const movement& m, int sign) {
      money += sign * static_cast<detail::int128>(m.money);
      count += sign * static_cast<detail::int128>(m.count);
    };
    for (const auto member : members) {
      if ((total_.*member).money < 0) return false;
    }
    add(total_.start, 1), add(total_.new_customers, 1), add(total_.reactivation, 1);
    add(total_.churn, -1), add(total_.end, -1);
    if (count != 0) return false;
    add(total_.expansion, 1), add(total_.contraction, -1);
    return money == 0 && window_.known() == (customers_ != 0);
  }

 private:
  static constexpr movement movements::* members[] = {
      &movements::start,     &movements::new_customers, &movements::reactivation,
      &movements::expansion, &movements::contraction,   &movements::churn,
      &movements::end,
  };
  static constexpr movement times(const movement& m, std::uint64_t n) {
    movement product;
    if (__builtin_mul_overflow(m.money, n, &product.money) ||
        __builtin_mul_overflow(m.count, n, &product.count)) {
      throw overflow("revenue movements: a sum leaves 64 bits");
    }
    return product;
  }

  detail::fact_window window_;
  std::uint64_t customers_ = 0;
  movements total_;
};

}  // namespace crmetrics
