#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <utility>

namespace crmetrics {

/// How many points a bonus gives for each unit of its metric, and at most.
struct points_each {
  double points = 1;
  double at_most = 0;
  friend constexpr bool operator==(const points_each&, const points_each&) = default;
};

/// Points added after aggregation, or taken away: min(value x points, at_most). The total stays
/// between 0 and 100.
template <any_metric M>
class bonus_metric : public detail::metered<M> {
 public:
  static_assert(reports_estimate<M>, "crmetrics: a bonus needs a metric with one value");

  constexpr bonus_metric(label name, M metric, points_each rule, bool takes = false)
      : detail::metered<M>(name, std::move(metric)), rule_(rule), takes_(takes) {}

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    const estimate raw = this->metric_.result(level);
    if (!raw.ok()) return;
    const double points = detail::clamp(raw.value() * rule_.points, 0, rule_.at_most);
    builder.add_bonus(this->name_, takes_ ? -points : points);
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.name(this->name_);
    if (!(rule_.points >= 0) || !detail::is_finite(rule_.points)) {
      detail::note(checker.problems(), this->name_, rule_.points,
                   takes_ ? "deduction points must be finite and not negative"
                          : "bonus points must be finite and not negative");
    }
    if (!(rule_.at_most > 0) || !detail::is_finite(rule_.at_most)) {
      detail::note(checker.problems(), this->name_, rule_.at_most,
                   takes_ ? "a deduction needs a cap above 0" : "a bonus needs a cap above 0");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add(takes_ ? "deduction" : "bonus"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(rule_.points), hash.add(rule_.at_most);
  }
  friend bool operator==(const bonus_metric&, const bonus_metric&) = default;

 private:
  points_each rule_;
  bool takes_;
};

/// A bonus: `bonus("suggestions", on(&suggestion::adopted, occurrences{}), {.points = 1, .at_most =
/// 3})`.
template <any_metric M>
constexpr bonus_metric<M> bonus(label name, M metric, points_each rule) {
  return {name, std::move(metric), rule};
}
/// Points taken away: `deduction("violations", on(&violation::found, occurrences{}), {.points = 2,
/// .at_most = 10})`. No veto: it can be made up for.
template <any_metric M>
constexpr bonus_metric<M> deduction(label name, M metric, points_each rule) {
  return {name, std::move(metric), rule, true};
}

}  // namespace crmetrics
