#pragma once

#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <cstddef>
#include <span>

namespace crmetrics::detail {

/// What the evaluation asks of a component's policies, whatever their types are. A component is one
/// of these; virtual calls, because the evaluation is the same code for every card.
class component_rules {
 public:
  /// Points for native values, in place.
  constexpr virtual void score_all(std::span<double> values) const = 0;
  /// What bends the curve between two native values; `bend` where it does not say.
  constexpr virtual kink kink_within(double low, double high) const = 0;
  /// Factors for the corrector's values, in place.
  constexpr virtual void correct_all(std::span<double> values) const = 0;
  constexpr virtual bool corrects() const noexcept = 0;
  constexpr virtual double factor(double corrector) const = 0;
  /// Of the factor, per unit of the corrector.
  constexpr virtual double factor_slope(double corrector) const = 0;

  friend constexpr bool operator==(const component_rules&, const component_rules&) = default;

 protected:
  component_rules() = default;
  component_rules(const component_rules&) = default;
  component_rules& operator=(const component_rules&) = default;
  ~component_rules() = default;
};

/// Combines the scores of siblings into one.
class combiner {
 public:
  /// @param weights sum to 1
  /// @param gradient is filled with the derivative for each score
  constexpr virtual double combine(std::span<const double> weights, std::span<const double> scores,
                                   std::span<double> gradient) const = 0;

  friend constexpr bool operator==(const combiner&, const combiner&) = default;

 protected:
  combiner() = default;
  combiner(const combiner&) = default;
  combiner& operator=(const combiner&) = default;
  ~combiner() = default;
};

/// What a veto that fired does to the band.
class band_effect {
 public:
  /// The index of the best band that is left; bands are counted from the best.
  constexpr virtual std::size_t band_left(const bands& grades, std::size_t by_total) const = 0;

  friend constexpr bool operator==(const band_effect&, const band_effect&) = default;

 protected:
  band_effect() = default;
  band_effect(const band_effect&) = default;
  band_effect& operator=(const band_effect&) = default;
  ~band_effect() = default;
};

/// Derivative of f at x where the policy does not say it: a central difference.
template <class F>
constexpr double numeric_slope(const F& f, double x) {
  const double step = 1e-6 * (1 + abs(x));
  return (f(x + step) - f(x - step)) / (2 * step);
}

}  // namespace crmetrics::detail
