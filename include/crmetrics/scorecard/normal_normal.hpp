#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/fitted_to_peers.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace crmetrics {

/// Draws a value with a known standard error towards a mean: mean + b (value - mean) with
/// b = between^2 / (between^2 + se^2), where `between` is the standard deviation of the true values
/// of all who might be scored. Standard error sqrt(b se^2 + (1 - b)^2 mean_error^2), normal
/// interval in the range of the unit.
///
/// With `within`, the standard deviation of one observation, se is within / sqrt(n) instead of the
/// estimate's own, which of few observations is often near 0 by luck (five times the same rating):
/// so nobody escapes. Without it, an estimate that knows no error is drawn all the way to the mean.
/// For shares take `beta_binomial`. Lindley, Smith 1972, Journal of the Royal Statistical Society B
/// 34(1), 1-41, https://doi.org/10.1111/j.2517-6161.1972.tb00885.x; for the error of the mean
/// Morris 1983, Journal of the American Statistical Association 78(381), 47-55,
/// https://doi.org/10.1080/01621459.1983.10477920
struct normal_normal {
  double mean = 0;
  double between = 0;
  std::optional<double> within = {};
  double mean_error = 0;  ///< standard error of the mean; 0: it is agreed

  estimate shrink(const estimate& e) const {
    if (e.status() == status::undefined) return e;
    const std::optional<double> se = error_of(e);
    const double b = slope(e);
    const double value = mean + b * (e.value_or(mean) - mean);
    estimate_parts parts = detail::shrunk_parts(e, value, mean);
    detail::set_normal_doubt(
        parts, e,
        detail::root_of_squares(b > 0 ? detail::sqrt(b) * *se : between, (1 - b) * mean_error));
    return estimate(parts);
  }
  /// b, at the standard error as it is.
  double slope(const estimate& e) const {
    // Without an error, or without observations, all that is known is the prior.
    const std::optional<double> se = error_of(e);
    return e.has_value() && se ? trust(*se) : 0;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(mean)) detail::note(problems, part, mean, "normal_normal: mean");
    if (!(between >= 0 && detail::is_finite(between))) {
      detail::note(problems, part, between, "normal_normal: between must not be negative");
    }
    if (within && !(*within > 0 && detail::is_finite(*within))) {
      detail::note(problems, part, *within, "normal_normal: within must be above 0");
    }
    if (!(mean_error >= 0 && detail::is_finite(mean_error))) {
      detail::note(problems, part, mean_error, "normal_normal: mean_error must not be negative");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("normal-normal"), hash.add(mean), hash.add(between);
    if (within) hash.add("within"), hash.add(*within);
    if (mean_error != 0) hash.add("mean error"), hash.add(mean_error);
  }
  friend constexpr bool operator==(const normal_normal&, const normal_normal&) = default;

 private:
  std::optional<double> error_of(const estimate& e) const {
    if (!within) return e.standard_error();
    if (!(e.effective_n() > 0)) return std::nullopt;
    return *within / detail::sqrt(e.effective_n());
  }
  double trust(double se) const noexcept {
    if (se == 0) return 1;
    if (between == 0) return 0;
    return 1 / (1 + se / between * (se / between));
  }
};

/// The prior that the peers make likely, by the moments of DerSimonian and Laird: with w = 1 / se^2
/// and their weighted mean m, Q = sum w (value - m)^2, between^2 = max(0, (Q - (k - 1)) /
/// (sum w - sum w^2 / sum w)); the mean is then that with the weights 1 / (se^2 + between^2), and
/// its standard error one over the root of their sum. O(k).
/// DerSimonian, Laird 1986, Controlled Clinical Trials 7(3), 177-188,
/// https://doi.org/10.1016/0197-2456(86)90046-2
/// @throws bad_input for fewer than two peers, and for an error of 0 or one that is not finite
inline fitted_to_peers<normal_normal> fit_normal_normal(std::span<const ranked_value> peers) {
  require_valid(peers);
  if (peers.size() < 2) {
    throw bad_input(problem{"peers", 0, "", "a prior needs two or more"});
  }
  problem_list problems;
  std::uint64_t row = 0;
  double least = detail::infinity();
  detail::peer_reference reference;
  for (const ranked_value& p : peers) {
    ++row;
    if (p.standard_error == 0) problems.add({"standard error", row, "0", "must be above 0"});
    least = (std::min)(least, p.standard_error);
    reference.add(p.value, p.standard_error);
  }
  problems.throw_if_any();

  // Weights as shares of the largest, so that none leaves the range of doubles.
  const auto weight = [&](const ranked_value& p) {
    return least / p.standard_error * (least / p.standard_error);
  };
  // sum w - sum w^2 / sum w = 2 sum over pairs of w_i w_j / sum w: nothing cancels there.
  double sum_w = 0, pairs = 0, sum_wx = 0;
  for (const ranked_value& p : peers) {
    const double w = weight(p);
    pairs += w * sum_w;
    sum_w += w, sum_wx += w * p.value;
  }
  const double fixed = sum_wx / sum_w;
  double q = 0;
  for (const ranked_value& p : peers) q += weight(p) * (p.value - fixed) * (p.value - fixed);
  const auto k = static_cast<double>(peers.size());
  const double variance = (q - (k - 1) * least * least) / (2 * pairs / sum_w);
  const double between = variance > 0 ? detail::sqrt(variance) : 0;
  // In units of the larger of the two, for the same reason.
  const double unit = (std::max)(least, between);
  double weights = 0, weighted = 0;
  for (const ranked_value& p : peers) {
    const double error = p.standard_error / unit;
    const double w = 1 / (error * error + between / unit * (between / unit));
    weights += w, weighted += w * p.value;
  }
  return {normal_normal{weighted / weights, between, {}, unit / detail::sqrt(weights)},
          reference.id()};
}

}  // namespace crmetrics
