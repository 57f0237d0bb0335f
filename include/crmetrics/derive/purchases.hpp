#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/customer_table.hpp>
#include <crmetrics/derive/detail/fact_iterator.hpp>
#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/derive/purchase_fields.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace crmetrics {

/// What becomes of purchase rows that cannot be: no time, no amount, a fraction of a minor unit.
enum class bad_purchase_rows : std::uint8_t {
  refuse,    ///< `bad_input` with every one of them
  leave_out  ///< left out and counted
};
/// What becomes of negative amounts.
enum class refunds : std::uint8_t {
  own_event,  ///< taken off at the day they are dated
  ignore,     ///< left out and counted, as the definition of some subscription tools has it
  bad_row     ///< not expected in these data
};

/// How `read_purchases` reads.
struct purchase_rule {
  bad_purchase_rows bad = bad_purchase_rows::refuse;
  refunds negative = refunds::own_event;
  /// All purchases before it are known; needed where customers are compared at an equal age.
  std::optional<instant> observed_until = {};
};

/// Purchases in order: those of one customer after the other, one `customer_purchases` each; a
/// random-access range of values. Made by `read_purchases`.
template <class Segment = no_role>
class purchase_history {
 public:
  using table_type = detail::customer_table<purchase, Segment>;
  using value_type =
      std::conditional_t<played_role<Segment>, segmented_purchases<Segment>, customer_purchases>;
  using iterator = detail::fact_iterator<purchase_history>;

  explicit purchase_history(table_type table, std::optional<instant> observed_until = {})
      : table_(std::move(table)), observed_until_(observed_until) {}

  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, size()}; }
  std::size_t size() const noexcept { return table_.customers(); }
  value_type operator[](std::size_t i) const {
    value_type fact{};
    customer_purchases& f = fact;
    f.purchases = table_.of(i);
    f.observed_until = observed_until_;
    if constexpr (played_role<Segment>) fact.segment = table_.segments.values[table_.begins[i]];
    return fact;
  }

  std::uint64_t rows() const noexcept { return table_.rows; }
  /// Rows of unknown customers; they are in no fact.
  std::uint64_t unknown_customer() const noexcept { return table_.unknown; }
  /// Bad rows, where the rule leaves them out.
  std::uint64_t left_out() const noexcept { return table_.left_out; }
  /// Refunds that the rule ignores.
  std::uint64_t ignored_refunds() const noexcept { return table_.negative; }

 private:
  table_type table_;
  std::optional<instant> observed_until_;
};

/// Puts purchases in order: rows of any order, several of one instant allowed.
///
///     const auto history = read_purchases(orders, purchase_fields{.customer = &order::account,
///                                             .at = &order::date, .amount = &order::margin});
///     historical_clv value;
///     value.update_many(history);
///
/// Cost as for `read_ledger`. Data may be split by customer.
/// @throws bad_input naming the role, the row and the value of every row that the rule refuses, all
///         at once
template <std::ranges::random_access_range Rows, class... Roles>
  requires std::ranges::sized_range<const Rows>
auto read_purchases(const Rows& rows, const purchase_fields<Roles...>& fields,
                    const purchase_rule& rule = {}) {
  detail::table_rule how;
  how.number_name = "amount";
  how.leave_out = rule.bad == bad_purchase_rows::leave_out;
  how.may_be_negative = rule.negative != refunds::bad_row;
  how.drop_negative = rule.negative == refunds::ignore;
  detail::table_reader<purchase, Rows, Roles...> reader(rows, fields.customer, fields.at,
                                                        fields.amount, fields.segment, how);
  auto table = reader.read();
  return purchase_history<typename decltype(table)::segment_type>(std::move(table),
                                                                  rule.observed_until);
}

/// The same for columns: `purchase_fields{.customer = std::span(ids), .at = ..., .amount = ...}`.
/// @throws bad_input naming columns of unequal length as well
template <class... Roles>
auto read_purchases(const purchase_fields<Roles...>& fields, const purchase_rule& rule = {}) {
  static_assert(purchase_fields<Roles...>::of_columns,
                "crmetrics: read_purchases without rows needs columns as roles");
  detail::row_count count;
  count.look_at("customer", fields.customer);
  count.look_at("at", fields.at);
  count.look_at("amount", fields.amount);
  count.look_at("segment", fields.segment);
  return read_purchases(detail::row_numbers(count.rows()), fields, rule);
}

}  // namespace crmetrics
