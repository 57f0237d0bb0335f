#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/reference_set.hpp>
#include <crmetrics/scorecard/reference_normaliser.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Points between the worst and the best value of a reference set:
///   100 x clamp((x - worst) / (best - worst), 0, 1).
///
/// A new worst or best value moves everybody, and can swap two who did not change; fix the set, or
/// use `linear` with agreed goalposts. Cost of a fit: a sort.
/// Source: min-max, OECD & JRC 2008, Handbook on Constructing Composite Indicators, step 5,
/// https://doi.org/10.1787/9789264043466-en.
struct min_max_scale {
  crmetrics::direction better = crmetrics::direction::higher_is_better;

  /// The straight line that a set gave.
  class fitted {
   public:
    static constexpr bool reference_dependent = true;

    constexpr double score(double raw) const noexcept {
      return 100 * detail::clamp((raw - worst_) / (best_ - worst_), 0, 1);
    }
    /// Points per unit of the native value; 0 on and beyond the ends of the set.
    constexpr double slope(double raw) const noexcept {
      const double t = (raw - worst_) / (best_ - worst_);
      return t > 0 && t < 1 ? 100 / (best_ - worst_) : 0;
    }
    constexpr crmetrics::direction direction() const noexcept {
      return best_ > worst_ ? crmetrics::direction::higher_is_better
                            : crmetrics::direction::lower_is_better;
    }
    constexpr double worst() const noexcept { return worst_; }
    constexpr double best() const noexcept { return best_; }
    /// Hash of the set that it was fitted on.
    constexpr std::uint64_t reference() const noexcept { return reference_; }

    constexpr void validate(problem_list&, std::string_view) const {}  // fit has checked
    constexpr void describe(detail::definition_hash& hash) const {
      hash.add("min-max"), hash.add(worst_), hash.add(best_), hash.add(reference_);
    }
    friend constexpr bool operator==(const fitted&, const fitted&) = default;

   private:
    friend struct min_max_scale;
    constexpr fitted(double worst, double best, std::uint64_t reference)
        : worst_(worst), best_(best), reference_(reference) {}

    double worst_;
    double best_;
    std::uint64_t reference_;
  };

  /// @throws bad_input for values that are not finite (with their rows), fewer than two values, a
  ///         zero range
  constexpr fitted fit(std::span<const double> reference,
                       std::string_view part = "reference set") const {
    const std::vector<double> sorted = detail::reference_set(reference, better, part);
    const std::uint64_t hash = detail::hash_of_reference(sorted);
    return better == crmetrics::direction::higher_is_better
               ? fitted(sorted.front(), sorted.back(), hash)
               : fitted(sorted.back(), sorted.front(), hash);
  }
  friend constexpr bool operator==(const min_max_scale&, const min_max_scale&) = default;
};

}  // namespace crmetrics
