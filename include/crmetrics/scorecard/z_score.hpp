#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/reference_set.hpp>
#include <crmetrics/scorecard/reference_normaliser.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Points by distance from the mean of a reference set, in its standard deviations:
///   clamp(centre + spread x z, 0, 100), z = (x - mean) / sd, with the sign turned where lower is
/// better.
///
/// The usual scale is the T score: centre 50, spread 10 (McCall 1922, How to Measure in Education),
/// so the clamp is 5 standard deviations away. `ddof` 1 divides the sum of squares by n - 1, 0 by
/// n. Depends on who is in the set; see `reference_normaliser`. Cost of a fit: a sort.
/// Source: z-scores, OECD & JRC 2008, Handbook on Constructing Composite Indicators, step 5,
/// https://doi.org/10.1787/9789264043466-en.
struct z_score {
  int ddof = 1;
  double centre = 50;
  double spread = 10;
  crmetrics::direction better = crmetrics::direction::higher_is_better;

  /// Mean and standard deviation of a set, and the scale.
  class fitted {
   public:
    static constexpr bool reference_dependent = true;

    constexpr double score(double raw) const noexcept {
      return detail::clamp(centre_ + step_ * ((raw - mean_) / sd_), 0, 100);
    }
    /// Points per unit of the native value; 0 where the score is clamped.
    constexpr double slope(double raw) const noexcept {
      const double points = centre_ + step_ * ((raw - mean_) / sd_);
      return points > 0 && points < 100 ? step_ / sd_ : 0;
    }
    constexpr crmetrics::direction direction() const noexcept {
      return step_ > 0 ? crmetrics::direction::higher_is_better
                       : crmetrics::direction::lower_is_better;
    }
    constexpr double mean() const noexcept { return mean_; }
    constexpr double standard_deviation() const noexcept { return sd_; }
    /// Hash of the set that it was fitted on.
    constexpr std::uint64_t reference() const noexcept { return reference_; }

    constexpr void validate(problem_list&, std::string_view) const {}  // fit has checked
    constexpr void describe(detail::definition_hash& hash) const {
      hash.add("z-score"), hash.add(mean_), hash.add(sd_), hash.add(centre_), hash.add(step_);
      hash.add(reference_);
    }
    friend constexpr bool operator==(const fitted&, const fitted&) = default;

   private:
    friend struct z_score;
    constexpr fitted(double middle, double sd, double centre, double step, std::uint64_t reference)
        : mean_(middle), sd_(sd), centre_(centre), step_(step), reference_(reference) {}

    double mean_;
    double sd_;
    double centre_;
    double step_;
    std::uint64_t reference_;
  };

  /// @throws bad_input for values that are not finite (with their rows), fewer than two values, a
  ///         zero range, a ddof other than 0 and 1, a centre outside (0, 100), a spread not above 0
  constexpr fitted fit(std::span<const double> reference,
                       std::string_view part = "reference set") const {
    const std::vector<double> sorted =
        detail::reference_set(reference, better, part, problems_of(part));
    const auto n = static_cast<double>(sorted.size());
    // Around the middle of the range, and in units of it, so that nothing overflows or cancels.
    const double range = sorted.back() - sorted.front();
    const double middle = sorted.front() + range / 2;
    double sum = 0;
    for (const double x : sorted) sum += (x - middle) / range;
    const double offset = sum / n;
    double squares = 0;
    for (const double x : sorted) {
      const double d = (x - middle) / range - offset;
      squares += d * d;
    }
    const double sd = range * detail::sqrt(squares / (n - ddof));
    const bool higher = better == crmetrics::direction::higher_is_better;
    return fitted(middle + range * offset, sd, centre, higher ? spread : -spread,
                  detail::hash_of_reference(sorted));
  }
  friend constexpr bool operator==(const z_score&, const z_score&) = default;

 private:
  constexpr problem_list problems_of(std::string_view part) const {
    problem_list problems;
    if (ddof != 0 && ddof != 1) {
      problems.add({std::string(part), 0, std::to_string(ddof), "z-score: ddof must be 0 or 1"});
    }
    if (!(centre > 0 && centre < 100)) {
      detail::note(problems, part, centre, "z-score: centre must lie between 0 and 100");
    }
    if (!(spread > 0) || !detail::is_finite(spread)) {
      detail::note(problems, part, spread, "z-score: spread must be finite and above 0");
    }
    return problems;
  }
};

}  // namespace crmetrics
