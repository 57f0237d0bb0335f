#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>

#include <string_view>
#include <utility>

namespace crmetrics {

/// A metric over events of E from a metric over what a projection takes out of them:
/// `on(&survey::rating, csat{})`. The projection is a pointer to a member, a captureless lambda, or
/// a callable with ==. Result, exactness and settings are those of the metric inside.
template <class Projection, any_metric M>
class projected {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  constexpr projected(Projection projection, M metric)
      : projection_(std::move(projection)), metric_(std::move(metric)) {
    detail::require_comparable<Projection>();
  }

  constexpr auto name() const { return metric_.name(); }
  constexpr convention_text convention() const { return metric_.convention(); }

  template <class E>
    requires detail::callable_on<Projection, E> && observes<M, detail::call_result<Projection, E>>
  constexpr void update(const E& e) {
    metric_.update(detail::call(projection_, e));
  }
  /// The same with the projection of another state of equal settings: tables of many states keep
  /// one at hand instead of reading it from every state.
  template <class E>
  constexpr void update_as(const Projection& same, const E& e) {
    metric_.update(detail::call(same, e));
  }
  constexpr const Projection& shared_settings() const noexcept { return projection_; }
  template <class E, class Weight>
    requires detail::callable_on<Projection, E> &&
             requires(M& m, const detail::call_result<Projection, E>& x, const Weight& w) {
               m.update(x, w);
             }
  constexpr void update(const E& e, const Weight& w) {
    metric_.update(detail::call(projection_, e), w);
  }
  template <class E>
  constexpr void check(const E& e) const {
    detail::check(metric_, detail::call(projection_, e));
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr projected& merge(const projected& other) {
    if (!detail::same_callable(projection_, other.projection_)) {
      throw definition_mismatch(std::string(name()) +
                                ": two states with different projections do not merge");
    }
    metric_.merge(other.metric_);
    return *this;
  }
  constexpr projected fresh() const { return projected(projection_, metric_.fresh()); }

  constexpr auto result(confidence_level level = {}) const { return metric_.result(level); }
  /// Of a scorecard inside another one, whose way to find out its uncertainty it hands on.
  template <class Rule>
    requires requires(const M& m, confidence_level level, const Rule& rule) {
      m.result(level, rule);
    }
  constexpr auto result(confidence_level level, const Rule& rule) const {
    return metric_.result(level, rule);
  }
  constexpr const M& metric() const noexcept { return metric_; }

  friend constexpr bool operator==(const projected& a, const projected& b) {
    return detail::same_callable(a.projection_, b.projection_) && a.metric_ == b.metric_;
  }
  constexpr void serialize(auto& archive) { archive(metric_); }

 private:
  [[no_unique_address]] Projection projection_;
  M metric_;
};

/// Makes a `projected` metric.
template <class Projection, any_metric M>
constexpr projected<Projection, M> on(Projection projection, M metric) {
  return {std::move(projection), std::move(metric)};
}

}  // namespace crmetrics
