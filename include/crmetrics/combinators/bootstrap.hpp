#pragma once

#include <crmetrics/combinators/detail/poisson_weight.hpp>
#include <crmetrics/combinators/detail/replicate_results.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/detail/keys.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// How many replicates `bootstrap` keeps, and of which seed.
struct resampling {
  std::size_t replicates = 1'000;
  std::uint64_t seed = 1;
  friend constexpr bool operator==(const resampling&, const resampling&) = default;
};

namespace detail {

/// Updates as often as the weight says, by the metric's own weight where it has one.
template <class M, class E>
constexpr void update_times(M& metric, const E& e, std::uint64_t times) {
  if constexpr (requires { metric.update(e, frequency_weight{times}); }) {
    metric.update(e, frequency_weight{times});
  } else {
    for (std::uint64_t i = 0; i != times; ++i) metric.update(e);
  }
}
/// Throws what that would throw, as far as `check` foresees it.
template <class M, class E>
constexpr void check_times(const M& metric, const E& e, std::uint64_t times) {
  if constexpr (std::is_trivially_copyable_v<M>) {
    M probe = metric;
    update_times(probe, e, times);
  } else {
    check(metric, e);
  }
}

/// a b. @throws overflow beyond 64 bits
constexpr std::uint64_t checked_times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    throw overflow("bootstrap: a weight leaves 64 bits");
  }
  return product;
}

}  // namespace detail

/// A metric with the doubt that resampling its customers gives: `bootstrap(&call::customer, card)`.
///
/// Beside the metric itself it keeps states of it (replicates) in which each customer counts as
/// often as a Poisson number of mean 1 says, with all of his events. That number is a hash of seed,
/// customer and replicate, never drawn from a stream: so states merge, nothing depends on
/// partition, thread or order, several metrics of the same customers keep their correlation, and so
/// do two groups or two months of equal seed.
///
/// The result is the metric's own. Estimates get the standard deviation of the replicates as
/// standard error and their percentiles as interval; the report of a scorecard gets its
/// `uncertainty`, with vetoes, bonuses and gates judged anew in each replicate; a tuple gets both
/// in its parts; any other result comes as `bootstrap_result` with its replicates. Where more than
/// a tenth of the replicates have no value, which fewer than three customers lead to, there is no
/// error and no interval.
///
/// Merge is exact where the metric's is. Memory and time: those of the metric times the replicates.
/// An event without a customer is refused. All states take an event or none, as far as a bundle
/// does; of an event that a replicate counts several times, an exact sum that would leave its range
/// only then is foreseen for metrics, not for combinators that allocate.
/// Sources: Hanley, MacGibbon 2006, Computer Methods and Programs in Biomedicine 83(1), 57-62,
/// https://doi.org/10.1016/j.cmpb.2006.04.006 (Poisson weights); Chamandy, Muralidharan, Najmi,
/// Naidu 2012, Estimating uncertainty for massive data streams, Google (hashed, merged); Efron,
/// Tibshirani 1993, An Introduction to the Bootstrap, ISBN 978-0412042317, chapter 13
/// (percentiles).
template <class CustomerOf, any_metric M>
class bootstrapped {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  /// @throws invalid_setting for fewer than 20 or more than 100,000 replicates
  bootstrapped(CustomerOf customer_of, M metric, resampling how)
      : customer_of_(std::move(customer_of)), metric_(std::move(metric)), how_(how) {
    detail::require_comparable<CustomerOf>();
    if (how.replicates < 20 || how.replicates > 100'000) {
      throw invalid_setting("bootstrap: " + std::to_string(how.replicates) +
                            " replicates: must be 20 to 100,000");
    }
    replicates_.assign(how.replicates, metric_.fresh());
  }

  constexpr auto name() const { return metric_.name(); }
  constexpr convention_text convention() const {
    return convention_text(metric_.convention()).append(suffix().view());
  }

  template <class E>
    requires detail::callable_on<CustomerOf, E> && observes<M, E>
  void update(const E& e) {
    check(e);
    take(e);
  }
  /// The event so many times: a customer's events count together, so this is as many updates.
  template <class E>
    requires detail::callable_on<CustomerOf, E> &&
             requires(M& m, const E& e, frequency_weight w) { m.update(e, w); }
  void update(const E& e, frequency_weight w) {
    const detail::replicate_weights weights = weights_of(e);
    detail::check_times(metric_, e, w.times);
    for (std::size_t r = 0; r != replicates_.size(); ++r) {
      detail::check_times(replicates_[r], e, detail::checked_times(weights.in(r), w.times));
    }
    metric_.update(e, w);
    for (std::size_t r = 0; r != replicates_.size(); ++r) {
      replicates_[r].update(e, frequency_weight{weights.in(r)*w.times});
    }
  }
  template <class E>
  void check(const E& e) const {
    const detail::replicate_weights weights = weights_of(e);
    detail::check(metric_, e);
    for (std::size_t r = 0; r != replicates_.size(); ++r) {
      const std::uint32_t times = weights.in(r);
      if (times != 0) detail::check_times(replicates_[r], e, times);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    // The rows go into a state of their own: they need not be foreseen.
    detail::update_all(*this, rows, field,
                       [](bootstrapped& next) { return [&next](const auto& e) { next.take(e); }; });
  }

  /// All or nothing. @throws definition_mismatch where replicates, seeds, customers or metrics
  /// differ
  bootstrapped& merge(const bootstrapped& other) {
    if (how_ != other.how_) {
      throw definition_mismatch(std::string(name()) + ": two bootstraps do not merge: \"" +
                                std::string(suffix().view()) + "\" and \"" +
                                std::string(other.suffix().view()) + "\"");
    }
    if (!detail::same_callable(customer_of_, other.customer_of_)) {
      throw definition_mismatch(std::string(name()) +
                                ": two bootstraps of different customers do not merge");
    }
    M metric = metric_;
    metric.merge(other.metric_);
    std::vector<M> replicates = replicates_;
    for (std::size_t r = 0; r != replicates.size(); ++r) replicates[r].merge(other.replicates_[r]);
    metric_ = std::move(metric);
    replicates_ = std::move(replicates);
    return *this;
  }
  bootstrapped fresh() const { return bootstrapped(customer_of_, metric_.fresh(), how_); }

  auto result(confidence_level level = {}) const {
    using result_type = decltype(metric_.result(level));
    std::vector<result_type> drawn;
    drawn.reserve(replicates_.size());
    for (const M& r : replicates_) drawn.push_back(r.result(confidence_level::none()));
    return detail::with_replicates(metric_, metric_.result(level),
                                   std::span<const result_type>(drawn),
                                   {level, how_.replicates, how_.seed, suffix()});
  }
  constexpr const M& metric() const noexcept { return metric_; }
  /// The state of every replicate. Those of equal number belong together in states of equal seed.
  const std::vector<M>& replicates() const noexcept { return replicates_; }
  constexpr const resampling& settings() const noexcept { return how_; }

  friend bool operator==(const bootstrapped& a, const bootstrapped& b) {
    return a.how_ == b.how_ && detail::same_callable(a.customer_of_, b.customer_of_) &&
           a.metric_ == b.metric_ && a.replicates_ == b.replicates_;
  }
  void serialize(auto& archive) {
    archive.setting(how_.replicates);
    archive.setting(how_.seed);
    archive(metric_);
    archive.copies(replicates_, metric_.fresh());
  }

 private:
  constexpr convention_text suffix() const {
    convention_text text(", bootstrap of ");
    return text.append(how_.replicates).append(" from seed ").append(how_.seed);
  }
  template <class E>
  detail::replicate_weights weights_of(const E& e) const {
    const auto& customer = detail::call(customer_of_, e);
    if (detail::is_unknown_key(customer)) {
      throw bad_input(problem{"customer", 0, "missing",
                              "a bootstrap of customers must know whose event it is"});
    }
    return {how_.seed, detail::held(customer)};
  }
  template <class E>
  void take(const E& e) {
    const detail::replicate_weights weights = weights_of(e);
    metric_.update(e);  // refuses what the replicates would refuse
    for (std::size_t r = 0; r != replicates_.size(); ++r) {
      const std::uint32_t times = weights.in(r);
      if (times != 0) detail::update_times(replicates_[r], e, times);
    }
  }

  [[no_unique_address]] CustomerOf customer_of_;
  M metric_;
  resampling how_;
  std::vector<M> replicates_;
};

/// Makes a `bootstrapped` metric.
/// @param customer_of whose event it is: a member, or a lambda of every type of event; the key is a
///        whole number or a text
template <class CustomerOf, any_metric M>
bootstrapped<CustomerOf, M> bootstrap(CustomerOf customer_of, M metric, resampling how = {}) {
  return {std::move(customer_of), std::move(metric), how};
}

}  // namespace crmetrics
