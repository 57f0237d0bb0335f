#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Share of customers who had to come back: those with at least one contact that follows an earlier
/// one, of all who made contact. Another figure than the share of contacts, under the same name in
/// many reports; a customer with many contacts weighs no more than one with a single one.
///
/// Observes `customers()` of linked contacts. A customer must be in one state only, so data are
/// split by customer; then any split merges, exactly. Interval: Wilson unless named otherwise.
/// O(1) a customer. Lower is better.
template <class Interval>
class basic_repeat_customers {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::by_entity;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;

  constexpr basic_repeat_customers() = default;
  /// Takes only contacts that were linked by this rule.
  constexpr explicit basic_repeat_customers(const contact_rule& rule) : rule_(rule.of_openings()) {}

  static constexpr std::string_view name() { return "repeat customers"; }
  constexpr convention_text convention() const {
    convention_text text("customers with a repeat contact");
    if (!rule_.known()) return text.append(" by the rule of linking");
    text.append(" ");
    rule_.describe_window(text);
    return text;
  }
  constexpr const contact_rule& rule() const noexcept { return rule_; }

  /// @throws definition_mismatch where the contacts were linked by another rule
  constexpr void update(const customer_fact& customer, weight_type w = {}) {
    detail::adopt(rule_, customer.rule.of_openings(), name());
    if (customer.contacts != 0) (customer.repeats != 0 ? back_ : once_).add(w);
  }
  /// All rows or none.
  template <class Range>
  constexpr void update_many(const Range& customers, std::string_view field = {}) {
    detail::update_all(*this, customers, field);
  }

  constexpr basic_repeat_customers& merge(const basic_repeat_customers& other) {
    basic_repeat_customers next = *this;
    detail::adopt(next.rule_, other.rule_, name());
    next.back_.merge(other.back_);
    next.once_.merge(other.once_);
    return *this = next;
  }
  constexpr basic_repeat_customers fresh() const { return basic_repeat_customers(rule_); }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(back_, once_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_repeat_customers&,
                                   const basic_repeat_customers&) = default;
  constexpr void serialize(auto& archive) { archive(back_), archive(once_); }

 private:
  contact_rule rule_;
  count back_;
  count once_;
};

}  // namespace crmetrics
