#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/fitted_to_peers.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace crmetrics {

/// Draws every value towards a mean by one factor: mean + factor (value - mean). Standard error
/// sqrt(factor se^2 + (1 - factor)^2 mean_error^2) with the se of the estimate, normal interval in
/// the range of the unit.
///
/// For values of equal standard error, as eighteen batters after 45 at bats each. It knows no n:
/// where these differ take `normal_normal` or `beta_binomial`, else a value of 1,000 observations
/// is drawn as far as one of 10. Efron, Morris 1975, Journal of the American Statistical
/// Association 70(350), 311-319, https://doi.org/10.1080/01621459.1975.10479864
struct james_stein {
  double mean = 0;
  double factor = 1;      ///< 0: all become the mean; 1: none is drawn
  double mean_error = 0;  ///< standard error of the mean; 0: it is agreed

  estimate shrink(const estimate& e) const {
    if (e.status() == status::undefined) return e;
    const double value = mean + factor * (e.value_or(mean) - mean);
    estimate_parts parts = detail::shrunk_parts(e, value, mean);
    parts.method = "normal, shrunk";
    if (e.standard_error()) {
      detail::set_normal_doubt(parts, e,
                               detail::root_of_squares(detail::sqrt(factor) * *e.standard_error(),
                                                       (1 - factor) * mean_error));
    }
    return estimate(parts);
  }
  constexpr double slope(const estimate&) const noexcept { return factor; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(mean)) detail::note(problems, part, mean, "james_stein: mean");
    if (!(factor >= 0 && factor <= 1)) {
      detail::note(problems, part, factor, "james_stein: the factor lies in [0, 1]");
    }
    if (!(mean_error >= 0 && detail::is_finite(mean_error))) {
      detail::note(problems, part, mean_error, "james_stein: mean_error must not be negative");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("James-Stein"), hash.add(mean), hash.add(factor);
    if (mean_error != 0) hash.add("mean error"), hash.add(mean_error);
  }
  friend constexpr bool operator==(const james_stein&, const james_stein&) = default;
};

/// The James-Stein estimator of the peers' values with one known variance, towards their mean:
/// factor = max(0, 1 - (k - 3) variance / sum (value - mean)^2), the positive part. Better than the
/// values themselves for four peers or more, whatever the truth, in the sum of squared errors; one
/// single peer may fare worse. The mean keeps its standard error, that of k values with the
/// variance given or, where it is larger, the one that they have. O(k).
/// @param variance of one value: its squared standard error
/// @throws bad_input for fewer than four peers, values that are not finite, a variance that is not
///         above 0
inline fitted_to_peers<james_stein> fit_james_stein(std::span<const double> peers,
                                                    double variance) {
  problem_list problems;
  if (peers.size() < 4) {
    problems.add({"peers", 0, detail::shown(static_cast<double>(peers.size())),
                  "James-Stein towards a mean needs four or more"});
  }
  if (!(variance > 0 && detail::is_finite(variance))) {
    problems.add({"variance", 0, detail::shown(variance), "must be above 0"});
  }
  detail::peer_reference reference;
  std::uint64_t row = 0;
  double centre = 0;
  for (const double x : peers) {
    ++row;
    if (!detail::is_finite(x)) problems.add({"peer", row, detail::shown(x), "not finite"});
    centre += x / static_cast<double>(peers.size());
    reference.add(x, variance);
  }
  problems.throw_if_any();
  double squares = 0;
  for (const double x : peers) squares += (x - centre) * (x - centre);
  const double drawn = static_cast<double>(peers.size() - 3) * variance;
  const double factor = drawn < squares ? 1 - drawn / squares : 0;
  const auto k = static_cast<double>(peers.size());
  const double mean_error = detail::sqrt((std::max)(variance, squares / (k - 1)) / k);
  return {james_stein{centre, factor, mean_error}, reference.id()};
}

}  // namespace crmetrics
