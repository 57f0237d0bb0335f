#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>

#include <string_view>
#include <utility>

namespace crmetrics {

/// A metric whose result is a function of another's result: `then(together(a, b), ratio_of)`.
/// The function sees results only; merging happens on the states beneath, never on results. It
/// names its own uncertainty: results of one sample are not independent.
template <any_metric M, class F>
class derived {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  constexpr derived(M metric, F f) : metric_(std::move(metric)), f_(std::move(f)) {
    detail::require_comparable<F>();
  }

  constexpr auto name() const { return metric_.name(); }
  constexpr convention_text convention() const { return metric_.convention(); }

  template <class E>
    requires observes<M, E>
  constexpr void update(const E& e) {
    metric_.update(e);
  }
  template <class E>
  constexpr void check(const E& e) const {
    detail::check(metric_, e);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr derived& merge(const derived& other) {
    if (!detail::same_callable(f_, other.f_)) {
      throw definition_mismatch("then: two states with different functions do not merge");
    }
    metric_.merge(other.metric_);
    return *this;
  }
  constexpr derived fresh() const { return derived(metric_.fresh(), f_); }
  constexpr auto result(confidence_level level = {}) const { return f_(metric_.result(level)); }
  constexpr const M& metric() const noexcept { return metric_; }

  friend constexpr bool operator==(const derived& a, const derived& b) {
    return detail::same_callable(a.f_, b.f_) && a.metric_ == b.metric_;
  }
  constexpr void serialize(auto& archive) { archive(metric_); }

 private:
  M metric_;
  [[no_unique_address]] F f_;
};

/// Makes a `derived` metric.
template <any_metric M, class F>
constexpr derived<M, F> then(M metric, F f) {
  return {std::move(metric), std::move(f)};
}

}  // namespace crmetrics
