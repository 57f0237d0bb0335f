#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// What `where` reports around a metric of several results (groups, windows, a bundle): those
/// results, and beside them what was left out, which belongs to no single one of them.
template <class Result>
struct filtered_result {
  Result result;
  exclusions excluded;  ///< by cause; of nested filters all causes

  /// For `where` around `where`: one more cause.
  constexpr void leave_out(label cause, std::uint64_t count) { excluded.add(cause, count); }
};

/// A metric over those events that a predicate accepts; the others are counted and shown in the
/// result as excluded under the given cause: `where(&contact::handled, handle_time{}, "not
/// handled")`.
///
/// An estimate and the report of a scorecard carry the exclusions themselves; any other result
/// comes as `filtered_result`. The predicate is a pointer to a member, a captureless lambda, or a
/// callable with ==; if it has a member `text()`, messages about two filters print it.
/// Merge is exact where the metric's is. O(1) an event beside the metric's own cost.
template <class Predicate, any_metric M>
class filtered {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  constexpr filtered(Predicate predicate, M metric, label cause)
      : predicate_(std::move(predicate)), metric_(std::move(metric)), cause_(cause) {
    detail::require_comparable<Predicate>();
  }

  constexpr auto name() const { return metric_.name(); }
  constexpr convention_text convention() const {
    convention_text text = metric_.convention();
    text.append(", without: ").append(cause_);
    return text;
  }

  template <class E>
    requires detail::callable_on<Predicate, E> && observes<M, E>
  constexpr void update(const E& e) {
    if (static_cast<bool>(detail::call(predicate_, e))) {
      metric_.update(e);
    } else {
      excluded_ = detail::checked_sum(excluded_, 1);
    }
  }
  template <class E>
  constexpr void check(const E& e) const {
    if (static_cast<bool>(detail::call(predicate_, e))) {
      detail::check(metric_, e);
    } else {
      static_cast<void>(detail::checked_sum(excluded_, 1));
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where causes or predicates differ
  constexpr filtered& merge(const filtered& other) {
    if (!(cause_ == other.cause_) || !detail::same_callable(predicate_, other.predicate_)) {
      throw definition_mismatch(std::string(name()) +
                                ": two filters do not merge: " + difference(other));
    }
    const std::uint64_t excluded = detail::checked_sum(excluded_, other.excluded_);
    metric_.merge(other.metric_);
    excluded_ = excluded;
    return *this;
  }
  constexpr filtered fresh() const { return filtered(predicate_, metric_.fresh(), cause_); }

  /// An `estimate`, a `score_report`, or a `filtered_result` of what the metric reports.
  constexpr auto result(confidence_level level = {}) const {
    return with_excluded(metric_.result(level));
  }
  /// Of a scorecard inside another one, whose way to find out its uncertainty it hands on.
  template <class Rule>
    requires requires(const M& m, confidence_level level, const Rule& rule) {
      m.result(level, rule);
    }
  constexpr auto result(confidence_level level, const Rule& rule) const {
    return with_excluded(metric_.result(level, rule));
  }
  constexpr const M& metric() const noexcept { return metric_; }
  constexpr std::uint64_t excluded() const noexcept { return excluded_; }

  friend constexpr bool operator==(const filtered& a, const filtered& b) {
    return detail::same_callable(a.predicate_, b.predicate_) && a.cause_ == b.cause_ &&
           a.metric_ == b.metric_ && a.excluded_ == b.excluded_;
  }
  constexpr void serialize(auto& archive) {
    archive.setting(cause_);
    archive(metric_), archive(excluded_);
  }

 private:
  template <class Inside>
  constexpr auto with_excluded(Inside inside) const {
    if constexpr (reports_estimate<M>) {
      estimate_parts parts = inside.parts();
      parts.excluded.add(cause_, excluded_);
      parts.convention = convention();
      return estimate(parts);
    } else if constexpr (requires { inside.leave_out(cause_, excluded_); }) {
      inside.leave_out(cause_, excluded_);
      return inside;
    } else {
      filtered_result<decltype(inside)> out{std::move(inside), {}};
      out.leave_out(cause_, excluded_);
      return out;
    }
  }
  std::string shown() const {
    std::string text = '"' + std::string(cause_.view()) + '"';
    if constexpr (requires { text += predicate_.text(); }) {
      text += " (";
      text += predicate_.text();
      text += ")";
    }
    return text;
  }
  std::string difference(const filtered& other) const {
    if (shown() != other.shown()) return shown() + " and " + other.shown();
    return "both are called " + shown() + ", but their predicates differ";
  }

  [[no_unique_address]] Predicate predicate_;
  M metric_;
  label cause_;
  std::uint64_t excluded_ = 0;
};

/// Makes a `filtered` metric.
template <class Predicate, any_metric M>
constexpr filtered<Predicate, M> where(Predicate predicate, M metric, label cause = "filter") {
  return {std::move(predicate), std::move(metric), cause};
}

}  // namespace crmetrics
