#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/accumulators/detail/integer_moments.hpp>
#include <crmetrics/accumulators/detail/mean_parts.hpp>
#include <crmetrics/accumulators/detail/real_moments.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/discount_rate.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// Money counts as it is: exact sums of minor units.
struct undiscounted {
  using moments = detail::integer_moments;
  static constexpr merge_exactness exactness = merge_exactness::exact;

  constexpr std::int64_t value_of(const customer_purchases& c, std::size_t count) const {
    // Only the whole sum counts: refunds may bring back what was too much on the way.
    detail::int128 sum = 0;
    for (std::size_t i = 0; i != count; ++i) sum += c.purchases[i].amount;
    if (sum > INT64_MAX || sum < INT64_MIN) {
      throw overflow("historical CLV: a customer's purchases leave 64 bits");
    }
    return static_cast<std::int64_t>(sum);
  }
  static constexpr void describe(convention_text&) {}
  friend constexpr bool operator==(undiscounted, undiscounted) = default;
};

/// Money is worth less the later it came after the customer's first purchase: the value at
/// acquisition.
struct discounted {
  using moments = detail::real_moments;
  static constexpr merge_exactness exactness = merge_exactness::up_to_rounding;

  discount_rate rate;

  double value_of(const customer_purchases& c, std::size_t count) const {
    double sum = 0;
    for (std::size_t i = 0; i != count; ++i) {
      // Purchases are in order, and two may lie farther apart than 63 bits reach.
      const double age =
          static_cast<double>(static_cast<std::uint64_t>(c.purchases[i].at.microseconds) -
                              static_cast<std::uint64_t>(c.purchases[0].at.microseconds));
      sum += static_cast<double>(c.purchases[i].amount) *
             rate.factor(age / 86'400'000'000, time_unit::day);
    }
    return sum;
  }
  void describe(convention_text& text) const {
    detail::append_part(text, std::string_view(detail::shown(100 * rate.per(time_unit::year))));
    text.append(" % a year from the first purchase");
  }
  friend bool operator==(const discounted&, const discounted&) = default;
};

/// Historical customer value: mean over customers of what their purchases came to, refunds taken
/// off. What customers were worth so far, not what they will be: for that see `clv`.
///
///     historical_clv{}                                       all purchases, as they are
///     historical_clv(days{365})                              of the first 365 days of each one
///     basic_historical_clv<discounted>({discount_rate::annual(.1)}, days{365})
///
/// Customers of different ages do not compare; with a span, only purchases in
/// [first, first + span) count, and a customer who has not been observed that long is pending.
///
/// Observes `customer_purchases`, one for each customer. Standard error s / sqrt(n) and Student's t
/// interval, as for `mean`. Without a discount the state is exact integers and merge exact, for
/// data that were split by customer; with one, up to rounding. O(purchases) a customer.
template <class Discounting, class Interval>
class basic_historical_clv {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = Discounting::exactness;
  static constexpr shard_constraint sharding = shard_constraint::by_entity;
  static constexpr crmetrics::unit unit = crmetrics::unit::money;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  constexpr basic_historical_clv()
    requires std::default_initializable<Discounting>
  = default;
  constexpr explicit basic_historical_clv(time_span age)
    requires std::default_initializable<Discounting>
      : basic_historical_clv(Discounting{}, age) {}
  /// @throws invalid_setting where the age is not positive
  constexpr explicit basic_historical_clv(const Discounting& discounting,
                                          std::optional<time_span> age = {})
      : discounting_(discounting), age_(age) {
    if (age && age->microseconds <= 0) {
      throw invalid_setting("historical CLV: an age of " + std::to_string(age->microseconds) +
                            " us: must be positive");
    }
  }

  static constexpr std::string_view name() { return "historical CLV"; }
  constexpr convention_text convention() const {
    convention_text text("sum of purchases");
    if (age_) {
      text.append(" of the first ");
      constexpr std::int64_t day = 86'400'000'000;
      if (age_->microseconds % day == 0) {
        text.append(age_->microseconds / day).append(" d");
      } else {
        text.append(age_->microseconds).append(" us");
      }
    }
    discounting_.describe(text);
    return text;
  }

  /// @throws bad_input for purchases out of order, and for a customer without any; where an age is
  ///         set, also for one of whom nobody knows how long they were observed
  template <std::derived_from<customer_purchases> Fact>
  constexpr void update(const Fact& fact, weight_type w = {}) {
    const customer_purchases& c = fact;
    require_possible(c);
    std::size_t count = c.purchases.size();
    if (age_) {
      const std::int64_t first = c.purchases[0].at.microseconds;
      if (older(first, c.observed_until->microseconds)) {
        count = 0;
        while (count != c.purchases.size() && !older(first, c.purchases[count].at.microseconds)) {
          ++count;
        }
      } else {
        pending_.add(w);
        return;
      }
    }
    moments_.add(discounting_.value_of(c, count), w);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where age or discount differ
  constexpr basic_historical_clv& merge(const basic_historical_clv& other) {
    detail::require_same_definition(*this, other);
    basic_historical_clv next = *this;
    next.moments_.merge(other.moments_);
    next.pending_.merge(other.pending_);
    return *this = next;
  }
  constexpr basic_historical_clv fresh() const { return basic_historical_clv(discounting_, age_); }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::mean_parts<Interval>(moments_, 1, level);
    parts.name = name();
    parts.convention = convention();
    parts.unit = unit;
    parts.direction = direction;
    parts.pending = pending_.observations();
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_historical_clv&,
                                   const basic_historical_clv&) = default;
  constexpr void serialize(auto& archive) { archive(moments_), archive(pending_); }

 private:
  constexpr bool older(std::int64_t first, std::int64_t now) const noexcept {
    std::int64_t lived = 0;
    return __builtin_sub_overflow(now, first, &lived) ? now > first : lived >= age_->microseconds;
  }
  constexpr void require_possible(const customer_purchases& c) const {
    std::string_view fault;
    if (c.purchases.empty()) fault = "a customer without purchases";
    for (std::size_t i = 1; i < c.purchases.size(); ++i) {
      if (c.purchases[i].at < c.purchases[i - 1].at) fault = "purchases out of order";
    }
    if (age_ && !c.observed_until) {
      fault = "how long this customer was observed is unknown: say observed_until";
    }
    if (!fault.empty()) {
      throw bad_input(problem{"purchases", 0, std::to_string(c.purchases.size()) + " purchases",
                              std::string(fault)});
    }
  }

  [[no_unique_address]] Discounting discounting_;
  std::optional<time_span> age_;
  typename Discounting::moments moments_;
  count pending_;
};

}  // namespace crmetrics
