#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace crmetrics {

/// A share at the mix of cases of a reference, with its doubt. `value` is meant only if status is
/// ok or insufficient_data; a stratum of the reference in which nothing was observed gives
/// `undefined`.
struct standardised_share {
  crmetrics::status status = crmetrics::status::no_data;
  double value = 0;
  double crude = 0;  ///< as it comes, with its own mix
  std::optional<double> standard_error = {};
  std::optional<crmetrics::interval> interval = {};
  confidence_level level = {};
  std::uint64_t n = 0;
  std::size_t empty_strata = 0;  ///< with weight in the reference and nothing observed
};

/// Direct standardisation: what the share would be if this agent had the cases of the reference
/// (usually the whole team), sum w_s x_s / n_s with w_s the reference's share of stratum s.
///
/// For agents with different cases: one can win in every stratum and lose over all (Simpson's
/// paradox). Standard error sqrt(sum w_s^2 p_s (1 - p_s) / n_s), interval normal and clipped to
/// [0, 1]: too narrow where strata are small; below some ten cases in a stratum merge strata first.
/// Where all strata are 0 or 1 there is no error to go by: insufficient_data, without an interval.
/// A stratum without cases cannot be standardised, and is not left out in silence. Shares that are
/// standardised indirectly (observed / expected) to different mixes do not compare with each other.
/// Breslow, Day 1987, Statistical Methods in Cancer Research II, IARC, chapter 2.
/// @param strata successes and trials, in the order of the reference
/// @param reference cases of each stratum in the reference, at any scale
/// @throws bad_input for counts that cannot be, weights that are negative, not finite or all zero,
///         or two lists of different length
inline standardised_share standardise(std::span<const binomial_sample> strata,
                                      std::span<const double> reference,
                                      confidence_level level = {}) {
  problem_list problems;
  if (strata.size() != reference.size()) {
    problems.add({"strata", 0, std::to_string(strata.size()),
                  "the reference has " + std::to_string(reference.size())});
  }
  double sum = 0;
  for (std::size_t i = 0; i != reference.size(); ++i) {
    if (!(reference[i] >= 0) || !detail::is_finite(reference[i])) {
      problems.add(
          {"reference", i + 1, detail::shown(reference[i]), "must be finite and not negative"});
    }
    sum += reference[i];
  }
  if (problems.empty() && !(sum > 0)) {
    problems.add({"reference", 0, detail::shown(sum), "has no cases"});
  }
  problems.throw_if_any();

  standardised_share out;
  out.level = level;
  double trials = 0;
  double successes = 0;
  double variance = 0;
  for (std::size_t i = 0; i != strata.size(); ++i) {
    require_valid(strata[i]);
    trials += strata[i].trials;
    successes += strata[i].successes;
    const double weight = reference[i] / sum;
    if (strata[i].trials == 0) {
      if (weight > 0) ++out.empty_strata;
      continue;
    }
    const double p = strata[i].successes / strata[i].trials;
    out.value += weight * p;
    variance += weight * weight * p * (1 - p) / strata[i].trials;
  }
  out.n = static_cast<std::uint64_t>(trials);
  if (trials == 0) {
    out.value = 0;
    return out;
  }
  out.crude = successes / trials;
  if (out.empty_strata != 0) {
    out.status = status::undefined;
    out.value = 0;
    return out;
  }
  if (!(variance > 0)) {
    out.status = status::insufficient_data;
    return out;
  }
  out.status = status::ok;
  out.standard_error = detail::sqrt(variance);
  if (level.wanted()) {
    const double reach = critical_value(level) * *out.standard_error;
    out.interval =
        interval{detail::clamp(out.value - reach, 0, 1), detail::clamp(out.value + reach, 0, 1)};
  }
  return out;
}

}  // namespace crmetrics
