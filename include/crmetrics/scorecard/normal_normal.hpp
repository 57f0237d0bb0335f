#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/fitted_to_peers.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace crmetrics {

/// Draws a value with a known standard error towards a mean: mean + b (value - mean) with
/// b = between^2 / (between^2 + se^2), where `between` is the standard deviation of the true values
/// of all who might be scored. Standard error sqrt(b) se, normal interval.
///
/// With `within`, the standard deviation of one observation, se is within / sqrt(n) instead of the
/// estimate's own, which of few observations is often near 0 by luck (five times the same rating):
/// so nobody escapes. Without it, an estimate that knows no error is drawn all the way to the mean.
/// For shares take `beta_binomial`. Lindley, Smith 1972, Journal of the Royal Statistical Society B
/// 34(1), 1-41, https://doi.org/10.1111/j.2517-6161.1972.tb00885.x
struct normal_normal {
  double mean = 0;
  double between = 0;
  std::optional<double> within = {};

  estimate shrink(const estimate& e) const {
    if (e.status() == status::undefined) return e;
    const std::optional<double> se = error_of(e);
    // Without an error, or without observations, all that is known is the prior.
    const double b = e.has_value() && se ? trust(*se) : 0;
    const double value = mean + b * (e.value_or(mean) - mean);
    estimate_parts parts = detail::shrunk_parts(e, value, mean);
    parts.method = "normal, shrunk";
    parts.standard_error = b > 0 ? detail::sqrt(b) * *se : between;
    if (e.level().wanted()) {
      const double reach = critical_value(e.level()) * *parts.standard_error;
      parts.interval = interval{value - reach, value + reach};
    }
    return estimate(parts);
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(mean)) detail::note(problems, part, mean, "normal_normal: mean");
    if (!(between >= 0 && detail::is_finite(between))) {
      detail::note(problems, part, between, "normal_normal: between must not be negative");
    }
    if (within && !(*within > 0 && detail::is_finite(*within))) {
      detail::note(problems, part, *within, "normal_normal: within must be above 0");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("normal-normal"), hash.add(mean), hash.add(between);
    if (within) hash.add("within"), hash.add(*within);
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
    return between * between / (between * between + se * se);
  }
};

/// The prior that the peers make likely, by the moments of DerSimonian and Laird: with w = 1 / se^2
/// and their weighted mean m, Q = sum w (value - m)^2, between^2 = max(0, (Q - (k - 1)) /
/// (sum w - sum w^2 / sum w)); the mean is then that with the weights 1 / (se^2 + between^2). O(k).
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
  double sum_w = 0, sum_w2 = 0, sum_wx = 0;
  detail::peer_reference reference;
  for (const ranked_value& p : peers) {
    ++row;
    if (p.standard_error == 0) problems.add({"standard error", row, "0", "must be above 0"});
    const double w = 1 / (p.standard_error * p.standard_error);
    sum_w += w, sum_w2 += w * w, sum_wx += w * p.value;
    reference.add(p.value, p.standard_error);
  }
  problems.throw_if_any();
  const double fixed = sum_wx / sum_w;
  double q = 0;
  for (const ranked_value& p : peers) {
    const double z = (p.value - fixed) / p.standard_error;
    q += z * z;
  }
  const auto k = static_cast<double>(peers.size());
  const double variance = (q - (k - 1)) / (sum_w - sum_w2 / sum_w);
  const double between2 = variance > 0 ? variance : 0;
  double weights = 0, weighted = 0;
  for (const ranked_value& p : peers) {
    const double w = 1 / (p.standard_error * p.standard_error + between2);
    weights += w, weighted += w * p.value;
  }
  return {normal_normal{weighted / weights, detail::sqrt(between2)}, reference.id()};
}

}  // namespace crmetrics
