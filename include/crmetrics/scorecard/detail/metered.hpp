#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/detail/absence_of.hpp>
#include <crmetrics/scorecard/detail/uncertainty_rule.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

/// What every part of a scorecard that holds one metric has in common.
template <any_metric M>
class metered {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;
  /// How many parts take an event of this type.
  template <class E>
  static constexpr int observers = observes<M, E> ? 1 : 0;

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
  /// Another state of the same metric.
  constexpr void adopt(M state) { metric_ = std::move(state); }
  /// The same from this part of another card.
  constexpr void take_state(const metered& from, problem_list& problems) {
    if (name_ == from.name_ && metric_.fresh() == from.metric_.fresh()) {
      metric_ = from.metric_;
    } else {
      problems.add({std::string(name_.view()), 0, "",
                    "is another metric than the one whose events were seen"});
    }
  }

  constexpr void describe_metric(definition_hash& hash) const {
    hash.add(std::string_view(metric_.name())), hash.add(metric_.convention().hash());
  }
  constexpr void serialize(auto& archive) { archive(metric_); }
  // Written out: a defaulted one is an error for metrics whose own == is not constexpr (quantiles).
  friend constexpr bool operator==(const metered& a, const metered& b) {
    return a.name_ == b.name_ && a.metric_ == b.metric_;
  }

 protected:
  label name_;
  M metric_;
};

/// The report of a scorecard inside a scorecard, which hands down how it finds out its uncertainty.
template <class Card>
constexpr score_report report_inside(const Card& card, confidence_level level,
                                     const uncertainty_rule& around) {
  if constexpr (requires { card.result(level, around); }) {
    return card.result(level, around);
  } else {
    return card.result(level);
  }
}

/// The total of a scorecard inside a scorecard as the estimate of a component.
template <class Card>
constexpr estimate total_of(const score_report& inner, const Card& card, confidence_level level) {
  estimate_parts parts;
  parts.name = card.name();
  parts.convention = card.convention();
  parts.unit = unit::points;
  parts.direction = direction::higher_is_better;
  parts.level = level;
  parts.excluded = inner.excluded;
  if (inner.total) {
    parts.status = status::ok;
    parts.value = *inner.total;
    parts.n = inner.components.size();
    // Without the doubt of one of its components it would be too small.
    if (inner.uncertainty && inner.uncertainty->without_error == 0) {
      // Where a limit or a veto holds it, it moves by what the limit leaves of its interval.
      const score_uncertainty& u = *inner.uncertainty;
      parts.standard_error =
          inner.held ? (u.interval.high - u.interval.low) / (2 * critical_value(u.level))
                     : u.standard_error;
    }
  } else if (inner.why_absent() != absence::missing) {
    parts.status = status::undefined;
  }
  return estimate(parts);
}

/// What may be known where the value may not: n and the definition.
constexpr estimate without_value(const estimate& e) {
  estimate_parts parts;
  parts.name = e.parts().name;
  parts.convention = e.parts().convention;
  parts.unit = e.unit();
  parts.direction = e.direction();
  parts.level = e.level();
  parts.n = e.n();
  parts.status = status::undefined;  // has_value() is false: nobody takes a hidden value for one
  return estimate(parts);
}

/// How many observations a part asks for before its metric counts.
struct sample_gate {
  std::uint64_t min_n = 0;
  std::uint64_t anonymous_below = 0;

  /// Why the estimate cannot be used. Of so few that it would tell who gave it, the value is taken
  /// out, too.
  constexpr absence look(estimate& e) const {
    if (e.n() != 0 && e.n() < anonymous_below) {
      e = without_value(e);
      return absence::suppressed;
    }
    return absence_of(e, min_n);
  }
  /// Where it is stated behind the other settings: definitions without it stay what they were.
  constexpr void describe_anonymity(definition_hash& hash) const {
    if (anonymous_below != 0) hash.add("anonymous below"), hash.add(anonymous_below);
  }
  friend constexpr bool operator==(const sample_gate&, const sample_gate&) = default;
};

/// A metric that a part of a scorecard can hold.
template <class M>
concept single_valued = reports_estimate<M> || requires(const M& m) {
  { m.result() } -> std::same_as<score_report>;
};

}  // namespace crmetrics::detail
