#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace crmetrics {

/// How sure a total is: what sampling alone would do to it if the same months came again.
///
/// Only the errors that the components know of are in it; `without_error` counts the weighted
/// components that have a score and no standard error. Vetoes and bonuses stand as observed; the
/// bootstrap judges them anew in each replicate.
struct score_uncertainty {
  struct band_probability {
    std::string_view band;
    double probability = 0;  ///< that the total lies in it
  };

  std::string_view method;  ///< "delta method", "Monte Carlo" or "bootstrap"
  confidence_level level;
  double standard_error = 0;
  crmetrics::interval interval;
  std::vector<band_probability> bands;  ///< best first; empty without bands
  std::size_t without_error = 0;
  std::size_t draws = 0;         ///< of Monte Carlo and bootstrap
  std::uint64_t seed = 0;        ///< of Monte Carlo and bootstrap
  double monte_carlo_error = 0;  ///< of the standard error, by the number of draws
  bool near_kink = false;        ///< a component sits on its floor, target or a cap: the delta
                                 ///< method sees one side of it only

  /// Probability of this band or a better one. 0 for a band that there is not.
  constexpr double at_least(std::string_view band) const noexcept {
    double sum = 0;
    for (const band_probability& b : bands) {
      sum += b.probability;
      if (b.band == band) return sum;
    }
    return 0;
  }
};

}  // namespace crmetrics
