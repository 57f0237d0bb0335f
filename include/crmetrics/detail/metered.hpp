#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <concepts>
#include <utility>

namespace crmetrics::detail {

/// What every part of a scorecard that holds one metric has in common.
template <any_metric M>
class metered {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;
  template <class E>
  static constexpr bool observes_event = observes<M, E>;

  constexpr metered(label name, M metric) : name_(name), metric_(std::move(metric)) {}

  constexpr label name() const noexcept { return name_; }
  constexpr const M& metric() const noexcept { return metric_; }

  template <class E>
  constexpr void offer(const E& e) {
    if constexpr (observes<M, E>) metric_.update(e);
  }
  template <class E>
  constexpr void check(const E& e) const {
    if constexpr (observes<M, E>) detail::check(metric_, e);
  }
  constexpr void merge(const metered& other) { metric_.merge(other.metric_); }
  constexpr void clear() { metric_ = metric_.fresh(); }

  constexpr void serialize(auto& archive) { archive(metric_); }
  // Written out: a defaulted one is an error for metrics whose own == is not constexpr (quantiles).
  friend constexpr bool operator==(const metered& a, const metered& b) {
    return a.name_ == b.name_ && a.metric_ == b.metric_;
  }

 protected:
  label name_;
  M metric_;
};

/// What a metric gives to a scorecard: one estimate. A scorecard inside a scorecard gives its
/// total.
template <class M>
constexpr estimate single_estimate(const M& metric, confidence_level level, double& not_assessed) {
  if constexpr (reports_estimate<M>) {
    return metric.result(level);
  } else {
    const score_report inner = metric.result(level);
    not_assessed = inner.weight_not_assessed;
    estimate_parts parts;
    parts.name = metric.name();
    parts.convention = metric.convention();
    parts.unit = unit::points;
    parts.direction = direction::higher_is_better;
    parts.level = level;
    if (inner.total) {
      parts.status = status::ok;
      parts.value = *inner.total;
      parts.n = inner.components.size();
    }
    return estimate(parts);
  }
}

/// A metric that a part of a scorecard can hold.
template <class M>
concept single_valued = reports_estimate<M> || requires(const M& m) {
  { m.result() } -> std::same_as<score_report>;
};

}  // namespace crmetrics::detail
