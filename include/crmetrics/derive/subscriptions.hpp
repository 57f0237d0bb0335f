#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/customer_table.hpp>
#include <crmetrics/derive/detail/fact_iterator.hpp>
#include <crmetrics/derive/ledger_fields.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/time/detail/date_text.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace crmetrics {

/// What becomes of ledger rows that cannot be: no time, no level, a negative level, a fraction of a
/// minor unit.
enum class bad_ledger_rows : std::uint8_t {
  refuse,    ///< `bad_input` with every one of them
  leave_out  ///< left out and counted
};
/// What becomes of several rows of one customer and instant, of which nobody knows the order.
enum class same_instant : std::uint8_t {
  bad_row,   ///< all but the first are bad rows
  last_wins  ///< the last one in the order of the input stays; the others are counted
};

/// How `read_ledger` reads.
struct ledger_rule {
  bad_ledger_rows bad = bad_ledger_rows::refuse;
  same_instant duplicates = same_instant::bad_row;
  /// The ledger is complete up to here; windows that end later are refused, for whoever has not
  /// left yet would count as kept.
  std::optional<instant> observed_until = {};
};

/// The customers of a ledger in one window, one fact each; a random-access range of values. Refers
/// to the `subscriptions` it came from, which must live as long.
template <class Subscriptions>
class subscription_facts {
 public:
  using value_type = typename Subscriptions::fact_type;
  using iterator = detail::fact_iterator<subscription_facts>;

  subscription_facts(const Subscriptions& all, const period& window)
      : all_(&all), window_(window) {}

  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, size()}; }
  std::size_t size() const noexcept { return all_->customers(); }
  value_type operator[](std::size_t i) const { return all_->fact(i, window_); }
  const period& window() const noexcept { return window_; }

 private:
  const Subscriptions* all_;
  period window_;
};

/// A subscription ledger in order: the changes of one customer after the other. Made by
/// `read_ledger`; asked for facts by window, as often as wanted.
template <class Segment = no_role>
class subscriptions {
 public:
  using table_type = detail::customer_table<level_change, Segment>;
  using fact_type =
      std::conditional_t<played_role<Segment>, segmented_fact<Segment>, subscription_fact>;

  explicit subscriptions(table_type table, std::optional<instant> observed_until = {})
      : table_(std::move(table)), observed_until_(observed_until) {}

  /// One fact for each customer in the window [from, to): also for those who left before it or come
  /// after it, whom the metrics leave out. O(1) until it is looked at.
  /// @throws bad_input for a window that ends after `observed_until`
  subscription_facts<subscriptions> in(const period& window) const& {
    if (observed_until_ && *observed_until_ < window.to()) {
      throw bad_input(problem{"window", 0, std::string(detail::text_of_period(window).view()),
                              "not over: the ledger was observed until " +
                                  std::string(detail::text_of_instant(*observed_until_).view())});
    }
    return {*this, window};
  }
  subscription_facts<subscriptions> in(const period&) const&& = delete;  // would dangle

  /// All changes of a customer, in the order of time.
  std::span<const level_change> history(std::size_t customer) const { return table_.of(customer); }
  std::size_t customers() const noexcept { return table_.customers(); }
  std::uint64_t rows() const noexcept { return table_.rows; }
  /// Rows of unknown customers; they are in no fact.
  std::uint64_t unknown_customer() const noexcept { return table_.unknown; }
  /// Bad rows, where the rule leaves them out.
  std::uint64_t left_out() const noexcept { return table_.left_out; }
  /// Rows that a later one of the same customer and instant replaced.
  std::uint64_t replaced() const noexcept { return table_.replaced; }

  /// O(log changes), and one step for each of the customer's first changes to level 0
  fact_type fact(std::size_t customer, const period& window) const {
    const auto all = table_.of(customer);
    const auto before = [](const level_change& change, instant t) { return change.at < t; };
    const auto first = std::lower_bound(all.begin(), all.end(), window.from(), before);
    const auto last = std::lower_bound(first, all.end(), window.to(), before);
    fact_type fact{};
    subscription_fact& f = fact;
    f.window = window;
    f.changes = {first, last};
    f.level_at_start = first == all.begin() ? 0 : first[-1].level;
    f.level_at_end = last == all.begin() ? 0 : last[-1].level;
    f.active_before = std::any_of(all.begin(), first, [](const auto& c) { return c.level > 0; });
    if constexpr (played_role<Segment>) {
      const auto here = first == all.begin() ? first : first - 1;
      fact.segment =
          table_.segments.values[static_cast<std::size_t>(&*here - table_.entries.data())];
    }
    return fact;
  }

 private:
  table_type table_;
  std::optional<instant> observed_until_;
};

/// Puts a ledger in order: rows of any order, of which each says what a customer pays a month from
/// an instant on.
///
///     const auto ledger = read_ledger(rows, ledger_fields{.customer = &row::account,
///                                                         .at = &row::date, .level = &row::mrr});
///     churn january;
///     january.update_many(ledger.in(calendar_month(2024, 1)));
///
/// O(n) where customers have few rows each or these come in order, else O(n log n) in the rows of a
/// customer. 16 bytes a row and 8 a customer are kept, 4 a row and 8 a customer more while reading.
/// Data may be split by customer; the metrics of the parts merge.
/// @throws bad_input naming the role, the row and the value of every row that the rule refuses, all
///         at once
template <std::ranges::random_access_range Rows, class... Roles>
  requires std::ranges::sized_range<const Rows>
auto read_ledger(const Rows& rows, const ledger_fields<Roles...>& fields,
                 const ledger_rule& rule = {}) {
  detail::table_rule how;
  how.number_name = "level";
  how.leave_out = rule.bad == bad_ledger_rows::leave_out;
  how.one_at_an_instant = rule.duplicates == same_instant::bad_row;
  how.last_at_an_instant = rule.duplicates == same_instant::last_wins;
  detail::table_reader<level_change, Rows, Roles...> reader(rows, fields.customer, fields.at,
                                                            fields.level, fields.segment, how);
  auto table = reader.read();
  return subscriptions<typename decltype(table)::segment_type>(std::move(table),
                                                               rule.observed_until);
}

/// The same for columns: `ledger_fields{.customer = std::span(ids), .at = ..., .level = ...}`.
/// @throws bad_input naming columns of unequal length as well
template <class... Roles>
auto read_ledger(const ledger_fields<Roles...>& fields, const ledger_rule& rule = {}) {
  static_assert(ledger_fields<Roles...>::of_columns,
                "crmetrics: read_ledger without rows needs columns as roles");
  detail::row_count count;
  count.look_at("customer", fields.customer);
  count.look_at("at", fields.at);
  count.look_at("level", fields.level);
  count.look_at("segment", fields.segment);
  return read_ledger(detail::row_numbers(count.rows()), fields, rule);
}

}  // namespace crmetrics
