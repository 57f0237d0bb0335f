#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace crmetrics {

/// Observed and expected events of one unit of a funnel plot.
struct observed_expected {
  double observed = 0;
  double expected = 0;
};

/// Funnel limits of a ratio of observed to expected events around 1: Garwood's Poisson limits at
/// the expected count, divided by it: [chi2(a/2; 2E) / 2E, chi2(1 - a/2; 2E + 2) / 2E]. The lower
/// one is slightly inside the exact quantile, as in the usual software.
///
/// For ratios of counts only. Drawn around a proportion with n as the expected count they are
/// wrong: 1.78 % to 2.24 % for 2 % and n = 300, and above 100 % for 90 % and n = 100. `p_chart` has
/// the binomial ones, 0.67 % to 3.67 %. Spiegelhalter 2005, Statistics in Medicine 24(8),
/// 1185-1202, https://doi.org/10.1002/sim.1970. Needs crmetrics::boost.
/// @throws bad_input where `expected` is not finite or not above 0
inline interval funnel_limits(double expected, confidence_level level = {}) {
  if (!(expected > 0) || !detail::is_finite(expected)) {
    throw bad_input({"expected", 0, detail::shown(expected), "must be finite and above 0"});
  }
  return poisson_exact::bounds({expected, expected}, level);
}

/// How much wider than Poisson the units scatter: phi = mean of z^2, z = sqrt(E) ln(O / E). About 1
/// where chance is all; well above 1 the limits must be widened by sqrt(phi), or most units will
/// look special. None without units. Spiegelhalter 2005, as above.
/// @throws bad_input naming each unit with observed or expected events that are not above 0
inline std::optional<double> funnel_dispersion(std::span<const observed_expected> units) {
  problem_list problems;
  double sum = 0;
  for (std::size_t i = 0; i != units.size(); ++i) {
    const observed_expected& u = units[i];
    const auto check = [&](const char* field, double x) {
      if (x > 0 && detail::is_finite(x)) return;
      problems.add({field, i + 1, detail::shown(x), "must be finite and above 0"});
    };
    check("observed", u.observed);
    check("expected", u.expected);
    const double log_ratio = detail::log(u.observed / u.expected);
    sum += u.expected * log_ratio * log_ratio;
  }
  problems.throw_if_any();
  if (units.empty()) return std::nullopt;
  return sum / static_cast<double>(units.size());
}

}  // namespace crmetrics
