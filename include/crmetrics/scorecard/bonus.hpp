#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <string>
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

  /// Fewer observations than this give no points.
  constexpr bonus_metric at_least(std::uint64_t min_n) && {
    gate_.min_n = min_n;
    return std::move(*this);
  }
  /// With fewer observations than this there are no points: they would show the value, and who gave
  /// it. See `weighted_component::anonymous_below`.
  constexpr bonus_metric anonymous_below(std::uint64_t n) && {
    gate_.anonymous_below = n;
    return std::move(*this);
  }

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    bonus_line line;
    line.name = this->name_;
    line.min_n = gate_.min_n;
    line.each = rule_.points, line.at_most = rule_.at_most, line.takes = takes_;
    line.raw = this->metric_.result(level);
    line.absent = gate_.look(line.raw);
    // A count of nothing is a count where no number of observations is asked for.
    if (line.absent == absence::none || (gate_ == detail::sample_gate{} && line.raw.ok())) {
      line.absent = absence::none;
      const double points = detail::clamp(line.raw.value() * rule_.points, 0, rule_.at_most);
      line.points = takes_ ? -points : points;
    }
    builder.add_bonus(std::move(line));
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.name(this->name_);
    checker.of_the_whole(this->name_);
    const crmetrics::direction better = this->metric_.fresh().result().direction();
    const auto wrong = takes_ ? direction::higher_is_better : direction::lower_is_better;
    if (better == wrong) {
      checker.problems().add({std::string(this->name_.view()), 0, std::string(to_string(better)),
                              takes_ ? "a deduction takes points for what is better to have more of"
                                     : "a bonus gives points for what is better to have less of"});
    }
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
    if (gate_.min_n != 0) hash.add("at least"), hash.add(gate_.min_n);
    gate_.describe_anonymity(hash);
  }
  friend bool operator==(const bonus_metric&, const bonus_metric&) = default;

 private:
  points_each rule_;
  detail::sample_gate gate_;
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
