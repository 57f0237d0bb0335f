#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crmetrics {

/// How sure a total is: what sampling alone would do to it if the same months came again.
///
/// Only the errors that the components know of are in it; `without_error` counts the weighted
/// components that have a score and no standard error, and correctors of such components: the
/// interval is then too short, and the probabilities are those by the errors that are known. Vetoes
/// and bonuses stand as observed; the bootstrap judges them anew in each replicate.
struct score_uncertainty {
  struct band_probability {
    std::string_view band;
    double probability = 0;  ///< that it is given: what vetoes on the band leave counts
  };

  std::string_view method;  ///< "delta method", "Monte Carlo" or "bootstrap"
  confidence_level level;
  double standard_error = 0;
  crmetrics::interval interval;
  std::vector<band_probability>
      bands;  ///< best first; empty without bands and where nothing is known
  std::size_t without_error = 0;
  std::size_t draws = 0;         ///< of Monte Carlo and bootstrap
  std::uint64_t seed = 0;        ///< of Monte Carlo and bootstrap
  double monte_carlo_error = 0;  ///< of the standard error, by the number of draws
  bool near_kink = false;        ///< the delta method sees one side only of what is near
  std::vector<near_by> kinks;    ///< what that is, by name; empty where `near_kink` is not set

  /// No error at all but unknown ones: the interval is then all that limits leave, and there are no
  /// probabilities.
  constexpr bool nothing_known() const noexcept {
    return standard_error == 0 && without_error != 0;
  }
  /// Probability of this band or a better one; nothing where it is not known, and for a band that
  /// there is not.
  constexpr std::optional<double> at_least(std::string_view band) const noexcept {
    double sum = 0;
    for (const band_probability& b : bands) {
      sum += b.probability;
      if (b.band == band) return sum;
    }
    return std::nullopt;
  }
};

}  // namespace crmetrics
