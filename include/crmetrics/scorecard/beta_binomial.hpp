#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/fitted_to_peers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Draws a share towards a mean as if `strength` observations of that mean had come before: with x
/// successes of n, (x + mean strength) / (n + strength). 18 of 20 is drawn far, 330 of 400 hardly.
///
/// The mean of the posterior under a beta prior of that mean, whose a + b is the strength. Standard
/// error: that of the posterior, sqrt(m (1 - m) / (n + strength + 1)); interval: Wilson's for the
/// counts with the prior's added. n is the effective n under sampling weights. A share without
/// observations is the mean, and its status insufficient_data.
///
/// The prior is fixed: last year's, or the company's. Fitted to the very people who are scored it
/// is `fit_beta_binomial`, which marks the type. Other metrics than shares throw invalid_setting.
/// Griffin, Krutchkoff 1971, Technometrics 13(4), 869-876 (optimal linear);
/// Kleinman 1973, Journal of the American Statistical Association 68(341), 46-54,
/// https://doi.org/10.1080/01621459.1973.10481332
struct beta_binomial {
  double mean = 0.5;
  double strength = 0;

  /// @throws invalid_setting for an estimate that is no share
  estimate shrink(const estimate& e) const {
    if (e.unit() != unit::fraction) {
      throw invalid_setting("beta_binomial: " + std::string(e.name()) + " is in " +
                            std::string(to_string(e.unit())) +
                            ": only shares are shrunk so, others by normal_normal");
    }
    if (e.status() == status::undefined) return e;
    const double n = e.has_value() ? e.effective_n() : 0;
    if (n == 0 && strength == 0) return e;
    const double all = n + strength;
    const double successes = e.value_or(0) * n + mean * strength;
    estimate_parts parts = detail::shrunk_parts(e, clamped(successes / all), mean);
    parts.method = "Wilson, with the prior's counts";
    parts.standard_error = detail::sqrt(parts.value * (1 - parts.value) / (all + 1));
    if (e.level().wanted()) {
      parts.interval = wilson::bounds({parts.value * all, all}, e.level());
    }
    return estimate(parts);
  }
  /// n / (n + strength).
  double slope(const estimate& e) const {
    const double n = e.has_value() ? e.effective_n() : 0;
    return n + strength > 0 ? n / (n + strength) : 1;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(mean >= 0 && mean <= 1)) {
      detail::note(problems, part, mean, "beta_binomial: the mean of shares lies in [0, 1]");
    }
    if (!(strength >= 0 && detail::is_finite(strength))) {
      detail::note(problems, part, strength, "beta_binomial: strength must not be negative");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("beta-binomial"), hash.add(mean), hash.add(strength);
  }
  friend constexpr bool operator==(const beta_binomial&, const beta_binomial&) = default;

 private:
  static double clamped(double p) noexcept { return detail::clamp(p, 0, 1); }
};

/// The beta prior that the peers' counts make likely, by Kleinman's moments with weights n:
/// mu = sum x / sum n, S = sum n (p - mu)^2, rho = (S - mu (1 - mu) (k - 1)) /
/// (mu (1 - mu) (N - sum n^2 / N - (k - 1))), strength = (1 - rho) / rho. Where the peers differ no
/// more than chance, or hardly more, the strength is N: the mean is not known any better than that.
/// O(k log k).
/// @throws bad_input for fewer than two peers with trials, and for counts that cannot be
inline fitted_to_peers<beta_binomial> fit_beta_binomial(std::span<const binomial_sample> peers) {
  double k = 0;
  double trials = 0;
  double successes = 0;
  double squares = 0;
  detail::peer_reference reference;
  for (const binomial_sample& s : peers) {
    require_valid(s);
    if (s.trials == 0) continue;
    k += 1;
    trials += s.trials;
    successes += s.successes;
    squares += s.trials * s.trials;
    reference.add(s.successes, s.trials);
  }
  if (k < 2) throw bad_input(problem{"peers", 0, detail::shown(k), "a prior needs two or more"});
  const double mu = successes / trials;
  double between = 0;
  for (const binomial_sample& s : peers) {
    if (s.trials == 0) continue;
    const double off = s.successes / s.trials - mu;
    between += s.trials * off * off;
  }
  const double one = mu * (1 - mu);
  const double pairs = trials - squares / trials - (k - 1);  // 0 where all have one trial
  const double rho = one * pairs > 0 ? (between - one * (k - 1)) / (one * pairs) : 0;
  const double strength = rho > 0 ? (std::min)((1 - rho) / rho, trials) : trials;
  return {beta_binomial{mu, (std::max)(strength, 0.0)}, reference.id()};
}

}  // namespace crmetrics
