#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/absent_rule.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/part_rules.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace crmetrics {

namespace detail {

/// What a component may be told beside its metric, curve and weight.
struct component_settings {
  std::uint64_t min_n = 0;
  std::uint64_t anonymous_below = 0;
  label corrector;
  label perspective;
  evidence kind = evidence::measured;
  viewpoint looks_at = viewpoint::unmarked;
  bool not_applicable = false;
  detail::absent_rule absent = {detail::absent_rule::kind::inherit, 0, 0};

  constexpr void describe(detail::definition_hash& hash) const {
    const component_settings usual;
    if (anonymous_below != 0) hash.add("anonymous below"), hash.add(anonymous_below);
    if (perspective != label()) hash.add("in"), hash.add(perspective.view());
    if (kind == evidence::rated) hash.add("rated");
    if (looks_at != viewpoint::unmarked) hash.add("looks at"), hash.add(to_string(looks_at));
    if (not_applicable) hash.add("not applicable");
    if (absent != usual.absent) hash.add("when absent"), absent.describe(hash);
  }
  friend constexpr bool operator==(const component_settings&, const component_settings&) = default;
};

}  // namespace detail

/// No correction.
struct uncorrected {
  friend constexpr bool operator==(const uncorrected&, const uncorrected&) = default;
};

/// No shrinkage.
struct unshrunk {
  friend constexpr bool operator==(const unshrunk&, const unshrunk&) = default;
};

/// Points of a scorecard that is itself a component: already 0 to 100.
struct as_points {
  constexpr double score(double raw) const noexcept { return raw; }
  constexpr double slope(double) const noexcept { return 1; }
  constexpr crmetrics::direction direction() const noexcept {
    return crmetrics::direction::higher_is_better;
  }
  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("as points"); }
  friend constexpr bool operator==(const as_points&, const as_points&) = default;
};

/// One weighted line of a scorecard: a metric, the normaliser that turns its value into points, and
/// a weight relative to its siblings. Made by `component(...)`.
template <any_metric M, normaliser N, class Correction, class Shrinkage>
class weighted_component final : public detail::metered<M>, public detail::component_rules {
 public:
  static_assert(
      detail::single_valued<M>,
      "crmetrics: a component needs a metric with one value; take one out with then(...)");

  constexpr weighted_component(label name, M metric, N curve, double weight,
                               Correction correction = {}, Shrinkage shrinkage = {})
      : detail::metered<M>(name, std::move(metric)),
        curve_(std::move(curve)),
        weight_(weight),
        correction_(std::move(correction)),
        shrinkage_(std::move(shrinkage)) {}

  /// Multiplies the score by a factor that depends on another component or corrector.
  template <correction C>
  constexpr weighted_component<M, N, C, Shrinkage> corrected_by(label corrector, C rule) && {
    static_assert(std::same_as<Correction, uncorrected>, "crmetrics: one correction a component");
    weighted_component<M, N, C, Shrinkage> out(this->name_, std::move(this->metric_),
                                               std::move(curve_), weight_, std::move(rule),
                                               std::move(shrinkage_));
    out.settings_ = settings_;
    out.settings_.corrector = corrector;
    return out;
  }
  /// Scores a value that is drawn towards a prior where there are few observations.
  template <shrinking S>
  constexpr weighted_component<M, N, Correction, S> shrunk_by(S rule) && {
    static_assert(std::same_as<Shrinkage, unshrunk>, "crmetrics: one shrinkage a component");
    static_assert(reports_estimate<M>, "crmetrics: a nested scorecard cannot be shrunk");
    weighted_component<M, N, Correction, S> out(this->name_, std::move(this->metric_),
                                                std::move(curve_), weight_, std::move(correction_),
                                                std::move(rule));
    out.settings_ = settings_;
    return out;
  }
  /// Fewer observations than this are insufficient: no score, the weight is redistributed.
  constexpr weighted_component at_least(std::uint64_t min_n) && {
    static_assert(reports_estimate<M>, "crmetrics: a nested scorecard has no n of its own");
    settings_.min_n = min_n;
    return std::move(*this);
  }
  /// With fewer observations (ratings by colleagues) than this, the value is not even shown: it
  /// would tell who gave it.
  ///
  /// Counts observations, not different raters: where somebody can rate more than once, take one
  /// rating a rater first (`one_per`). Only this value is held back. Whoever sees a whole and all
  /// of its parts but one (a team and its members, all raters and one of two groups) finds the last
  /// part by subtraction: hold back a second one, or the whole.
  constexpr weighted_component anonymous_below(std::uint64_t n) && {
    static_assert(reports_estimate<M>, "crmetrics: a nested scorecard has no n of its own");
    settings_.anonymous_below = n;
    return std::move(*this);
  }
  /// What happens where it has no score; else what the card does. A least coverage belongs to the
  /// card, and is refused here.
  template <absent_policy P>
  constexpr weighted_component when_absent(P policy) && {
    settings_.absent = policy.rule();
    return std::move(*this);
  }
  /// The perspective of a balanced scorecard that it belongs to; else that of its group.
  constexpr weighted_component in(label perspective) && {
    settings_.perspective = perspective;
    return std::move(*this);
  }
  /// A judgement of people, not measured from events.
  constexpr weighted_component rated() && {
    settings_.kind = evidence::rated;
    return std::move(*this);
  }
  /// Looks at what came out (satisfaction, renewals), or at the way of working (records, tone).
  constexpr weighted_component looking_at(viewpoint of) && {
    settings_.looks_at = of;
    return std::move(*this);
  }

  static constexpr std::size_t components = 1;
  static constexpr bool reference_dependent = crmetrics::reference_dependent<N> ||
                                              crmetrics::reference_dependent<M> ||
                                              crmetrics::reference_dependent<Shrinkage>;

  constexpr double weight() const noexcept { return weight_; }
  constexpr const N& curve() const noexcept { return curve_; }

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    component_line& line =
        builder.add_component(weight_, settings_.perspective, *this, settings_.absent);
    line.name = this->name_;
    line.min_n = settings_.min_n;
    line.kind = settings_.kind;
    line.looks_at = settings_.looks_at;
    line.corrected_by = settings_.corrector;
    line.better = curve_.direction();
    if constexpr (requires { curve_.reference(); }) line.reference = curve_.reference();
    if constexpr (requires { shrinkage_.reference(); }) line.reference += shrinkage_.reference();
    if (settings_.not_applicable) {
      line.absent = absence::not_applicable;
      return;
    }
    if constexpr (reports_estimate<M>) {
      line.raw = this->metric_.result(level);
      const detail::sample_gate gate{settings_.min_n, settings_.anonymous_below};
      line.absent = gate.look(line.raw);
      if constexpr (!std::same_as<Shrinkage, unshrunk>) {
        if (line.assessed()) {
          line.before_shrinkage = line.raw.value();
          line.error_before_shrinkage = line.raw.standard_error();
          line.shrinkage_slope = shrinkage_.slope(line.raw);
          line.raw = shrinkage_.shrink(line.raw);
        }
      }
    } else {
      score_report inner = detail::report_inside(this->metric_, level, builder.uncertainty());
      line.raw = detail::total_of(inner, this->metric_, level);
      line.absent = inner.why_absent();
      line.reference = inner.reference();
      line.not_assessed_inside = inner.weight_not_assessed;
      line.coverage_inside = inner.coverage;
      builder.add_nested(this->name_, std::move(inner));  // does not move the line
    }
    if (line.assessed()) {
      line.points = curve_.score(line.raw.value());
      line.slope = curve_.slope(line.raw.value());
      if (line.slope == 0) line.slope_ahead = slope_ahead(line.raw.value());
    }
  }

  constexpr void score_all(std::span<double> values) const override {
    for (double& x : values) x = curve_.score(x);
  }
  constexpr kink kink_within(double low, double high) const override {
    if constexpr (requires { curve_.kink_within(low, high); }) {
      return curve_.kink_within(low, high).value_or(kink::curve_bend);
    } else {
      return kink::curve_bend;
    }
  }
  constexpr void correct_all(std::span<double> values) const override {
    if constexpr (!std::same_as<Correction, uncorrected>) {
      for (double& x : values) x = correction_.factor(x);
    }
  }
  constexpr bool corrects() const noexcept override {
    return !std::same_as<Correction, uncorrected>;
  }
  constexpr double factor(double corrector) const override {
    if constexpr (std::same_as<Correction, uncorrected>) {
      return 1;
    } else {
      return correction_.factor(corrector);
    }
  }
  constexpr double factor_slope(double corrector) const override {
    if constexpr (std::same_as<Correction, uncorrected>) {
      return 0;
    } else if constexpr (requires {
                           { correction_.slope(corrector) } -> std::same_as<double>;
                         }) {
      return correction_.slope(corrector);
    } else {
      return detail::numeric_slope([this](double x) { return correction_.factor(x); }, corrector);
    }
  }

  template <class F>
  constexpr void each_weight(const F& f, const void* siblings) {
    f(siblings, this->name_, weight_);
  }
  constexpr void leave_out(label part) {
    if (part == this->name_) settings_.not_applicable = true;
  }

  constexpr void validate(detail::card_checker& checker) const {
    checker.weighted(this->name_, weight_);
    checker.applies(!settings_.not_applicable);
    const detail::absent_rule& absent = settings_.absent;
    if (!(absent.points >= 0 && absent.points <= 100)) {
      detail::note(checker.problems(), this->name_, absent.points,
                   "points of when_absent must lie in [0, 100]");
    }
    if (absent.min_coverage != 0) {
      detail::note(checker.problems(), this->name_, absent.min_coverage,
                   "min_coverage belongs to the card, not to a component");
    }
    curve_.validate(checker.problems(), this->name_);
    if constexpr (!std::same_as<Correction, uncorrected>) {
      correction_.validate(checker.problems(), this->name_);
      checker.needs_corrector(this->name_, settings_.corrector, correction_);
    }
    if constexpr (reports_estimate<M>) {
      const estimate empty = this->metric_.fresh().result(confidence_level::none());
      checker.direction(this->name_, empty.direction(), curve_.direction());
      checker.unit(this->name_, empty.unit(), curve_);
      checker.corrector_name(this->name_, empty.unit(), empty.direction());
      if constexpr (!std::same_as<Shrinkage, unshrunk>) {
        shrinkage_.validate(checker.problems(), this->name_);
      }
    } else {
      checker.corrector_name(this->name_, unit::points, direction::higher_is_better);
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("component"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(weight_), hash.add(settings_.min_n);
    curve_.describe(hash);
    hash.add(settings_.corrector.view());
    if constexpr (!std::same_as<Correction, uncorrected>) correction_.describe(hash);
    if constexpr (!std::same_as<Shrinkage, unshrunk>) shrinkage_.describe(hash);
    settings_.describe(hash);
  }

  friend bool operator==(const weighted_component&, const weighted_component&) = default;

 private:
  template <any_metric, normaliser, class, class>
  friend class weighted_component;

  // A curve that bends at a floor has no slope there, and one just beyond.
  constexpr double slope_ahead(double raw) const {
    const double step = 1e-9 * (1 + detail::abs(raw));
    for (const double side : {1.0, -1.0}) {
      const double slope = curve_.slope(raw + side * step);
      if (slope * side > 0) return slope;
    }
    return 0;
  }

  N curve_;
  double weight_;
  [[no_unique_address]] Correction correction_;
  [[no_unique_address]] Shrinkage shrinkage_;
  detail::component_settings settings_;
};

/// A weighted line of a scorecard.
/// @param weight relative to its siblings; any positive scale, 0 for shown but not counted
template <any_metric M, normaliser N>
constexpr weighted_component<M, N, uncorrected, unshrunk> component(label name, M metric, N curve,
                                                                    double weight) {
  return {name, std::move(metric), std::move(curve), weight};
}
/// A scorecard as a line of another: its total counts as points.
template <any_metric M>
  requires(!reports_estimate<M>)
constexpr weighted_component<M, as_points, uncorrected, unshrunk> component(label name, M card,
                                                                            double weight) {
  return {name, std::move(card), as_points{}, weight};
}

}  // namespace crmetrics
