#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>

namespace crmetrics {

/// No correction.
struct uncorrected {
  friend constexpr bool operator==(const uncorrected&, const uncorrected&) = default;
};

/// Points of a scorecard that is itself a component: already 0 to 100.
struct as_points {
  constexpr double score(double raw) const noexcept { return raw; }
  constexpr double slope(double) const noexcept { return 1; }
  constexpr crmetrics::direction direction() const noexcept {
    return crmetrics::direction::higher_is_better;
  }
  void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const { hash.add("as points"); }
  friend constexpr bool operator==(const as_points&, const as_points&) = default;
};

/// One weighted line of a scorecard: a metric, the normaliser that turns its value into points, and
/// a weight relative to its siblings. Made by `component(...)`.
template <any_metric M, normaliser N, class Correction>
class weighted_component : public detail::metered<M> {
 public:
  static_assert(
      detail::single_valued<M>,
      "crmetrics: a component needs a metric with one value; take one out with then(...)");

  constexpr weighted_component(label name, M metric, N curve, double weight,
                               std::uint64_t min_n = 0, label corrector = {},
                               Correction correction = {})
      : detail::metered<M>(name, std::move(metric)),
        curve_(std::move(curve)),
        weight_(weight),
        min_n_(min_n),
        corrector_(corrector),
        correction_(std::move(correction)) {}

  /// Multiplies the score by a factor that depends on another component or corrector.
  template <correction C>
  constexpr weighted_component<M, N, C> corrected_by(label corrector, C rule) && {
    static_assert(std::same_as<Correction, uncorrected>, "crmetrics: one correction a component");
    return {this->name_, std::move(this->metric_), std::move(curve_), weight_, min_n_,
            corrector,   std::move(rule)};
  }
  /// Fewer observations than this are insufficient: no score, the weight is redistributed.
  constexpr weighted_component at_least(std::uint64_t min_n) && {
    static_assert(reports_estimate<M>, "crmetrics: a nested scorecard has no n of its own");
    min_n_ = min_n;
    return std::move(*this);
  }

  constexpr double weight() const noexcept { return weight_; }
  constexpr const N& curve() const noexcept { return curve_; }

  void report(detail::score_builder& builder, confidence_level level) const {
    component_line line;
    line.name = this->name_;
    line.min_n = min_n_;
    if constexpr (reports_estimate<M>) {
      line.raw = this->metric_.result(level);
      line.absent = detail::absence_of(line.raw, min_n_);
    } else {
      score_report inner = this->metric_.result(level);
      line.raw = detail::total_of(inner, this->metric_, level);
      line.absent = inner.why_absent();
      line.not_assessed_inside = inner.weight_not_assessed;
      line.coverage_inside = inner.coverage;
      builder.add_nested_vetoes(this->name_, std::move(inner.vetoes));
    }
    line.corrected_by = corrector_;
    if (line.assessed()) {
      line.points = curve_.score(line.raw.value());
      line.slope = curve_.slope(line.raw.value());
    }
    if constexpr (std::same_as<Correction, uncorrected>) {
      builder.add_component(std::move(line), weight_, nullptr, nullptr);
    } else {
      builder.add_component(std::move(line), weight_, &correction_, [](const void* rule, double r) {
        return static_cast<const Correction*>(rule)->factor(r);
      });
    }
  }

  void validate(detail::card_checker& checker) const {
    checker.weighted(this->name_, weight_);
    curve_.validate(checker.problems(), this->name_);
    if constexpr (!std::same_as<Correction, uncorrected>) {
      correction_.validate(checker.problems(), this->name_);
      checker.needs_corrector(this->name_, corrector_, correction_);
    }
    if constexpr (reports_estimate<M>) {
      const estimate empty = this->metric_.fresh().result();
      checker.direction(this->name_, empty.direction(), curve_.direction());
      checker.unit(this->name_, empty.unit(), curve_);
      checker.corrector_name(this->name_, empty.unit());
    } else {
      checker.corrector_name(this->name_, unit::points);
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("component"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(weight_), hash.add(min_n_);
    curve_.describe(hash);
    hash.add(corrector_.view());
    if constexpr (!std::same_as<Correction, uncorrected>) correction_.describe(hash);
  }

  friend constexpr bool operator==(const weighted_component&, const weighted_component&) = default;

 private:
  N curve_;
  double weight_;
  std::uint64_t min_n_;
  label corrector_;
  [[no_unique_address]] Correction correction_;
};

/// A weighted line of a scorecard.
/// @param weight relative to its siblings; any positive scale, 0 for shown but not counted
template <any_metric M, normaliser N>
constexpr weighted_component<M, N, uncorrected> component(label name, M metric, N curve,
                                                          double weight) {
  return {name, std::move(metric), std::move(curve), weight};
}
/// A scorecard as a line of another: its total counts as points.
template <any_metric M>
  requires(!reports_estimate<M>)
constexpr weighted_component<M, as_points, uncorrected> component(label name, M card,
                                                                  double weight) {
  return {name, std::move(card), as_points{}, weight};
}

}  // namespace crmetrics
