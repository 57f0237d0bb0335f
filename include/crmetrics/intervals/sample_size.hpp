#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace crmetrics {

/// How well a share or a net share is to be known: to -+ margin (0.03 is three points).
struct precision_goal {
  double margin = 0.03;
  confidence_level level = {};
  /// How many could be asked at all; given, the finite-population correction applies.
  std::optional<std::uint64_t> population = {};
};

/// The share that is expected; 0.5 needs the most answers, so it is the careful guess.
struct planned_share {
  double share = 0.5;
};

/// The shares of promoters and detractors that are expected; half and half needs the most answers.
/// Shares as in last year's survey need far fewer: 0.6 and 0.1 give a variance of 0.45, not 1.
struct planned_net {
  double promoters = 0.5;
  double detractors = 0.5;
};

/// Which difference of two shares is to be noticed, and how surely.
struct detection_goal {
  double share_a = 0;
  double share_b = 0;
  double power = 0.8;  ///< probability that a true difference of this size is found significant
  confidence_level level = {};  ///< of the two-sided test, 1 - alpha
};

namespace detail {

inline void require_setting(bool holds, const char* name, double value, const char* rule) {
  if (!holds) {
    throw invalid_setting(std::string(name) + " " + std::to_string(value) + ": " + rule);
  }
}

inline std::uint64_t whole_answers(double n) {
  require_setting(n <= 9007199254740992.0, "sample size", n, "more than 2^53 answers");
  return n <= 1 ? 1 : static_cast<std::uint64_t>(__builtin_ceil(n));
}

/// n / (1 + (n - 1) / N): what is left to ask when the n are drawn without replacement from N.
inline double for_population(double n, const std::optional<std::uint64_t>& population) {
  if (!population) return n;
  const auto all = static_cast<double>(*population);
  require_setting(all >= 1, "population", all, "must be at least 1");
  const double corrected = n <= 1 ? n : n / (1 + (n - 1) / all);
  return corrected < all ? corrected : all;
}

inline double checked_margin(const precision_goal& goal) {
  require_setting(goal.margin > 0 && goal.margin < 1, "margin", goal.margin,
                  "must lie between 0 and 1, both excluded; three points are 0.03");
  return goal.margin;
}

}  // namespace detail

/// Answers needed so that Wald's interval of a share is at most -+ margin:
/// n = z^2 p (1 - p) / margin^2, with the finite-population correction where a population is given,
/// rounded up. 1068 for three points at 95 %, 385 for five.
/// Cochran 1977, Sampling Techniques, 3rd ed., 4.4, ISBN 978-0471162407
/// @throws invalid_setting for a margin or a share not between 0 and 1
inline std::uint64_t sample_size(const precision_goal& goal, planned_share planned = {},
                                 wald = {}) {
  const double m = detail::checked_margin(goal);
  const double p = planned.share;
  detail::require_setting(p > 0 && p < 1, "planned share", p, "must lie between 0 and 1");
  const double z = critical_value(goal.level);
  return detail::whole_answers(
      detail::for_population(z * z * (p * (1 - p)) / (m * m), goal.population));
}

/// The fewest answers with which Wilson's interval is at most 2 margin wide, if the share comes out
/// as planned: the root of its half width in n, for shares of 0 and 1 too. A few fewer than Wald at
/// a half, more near the ends, where Wald asks for too few.
/// @throws invalid_setting for a margin not between 0 and 1 or a share outside [0, 1]
inline std::uint64_t sample_size(const precision_goal& goal, planned_share planned, wilson) {
  const double m = detail::checked_margin(goal);
  const double p = planned.share;
  detail::require_setting(p >= 0 && p <= 1, "planned share", p, "must lie in [0, 1]");
  const double z = critical_value(goal.level);
  const double v = p * (1 - p);
  // m^2 (n + z^2)^2 = z^2 (v n + z^2 / 4), solved for n.
  const double root = detail::sqrt(v * v + m * m * (1 - 4 * v));
  return detail::whole_answers(
      detail::for_population(z * z * (v - 2 * m * m + root) / (2 * m * m), goal.population));
}

/// Answers needed so that Wald's interval of a net share is at most -+ margin:
/// n = z^2 (p + d - (p - d)^2) / margin^2. The adjusted Wald interval needs up to three fewer.
/// 4269 for three points of NPS at 95 %, if nothing is known about the shares.
/// @throws invalid_setting for a margin not between 0 and 1, or shares negative, above 1 together
///         or without variance
inline std::uint64_t sample_size(const precision_goal& goal, planned_net planned, wald = {}) {
  const double m = detail::checked_margin(goal);
  const double p = planned.promoters;
  const double d = planned.detractors;
  detail::require_setting(p >= 0 && p <= 1, "planned promoters", p, "must lie in [0, 1]");
  detail::require_setting(d >= 0 && d <= 1, "planned detractors", d, "must lie in [0, 1]");
  detail::require_setting(p + d <= 1, "planned promoters and detractors", p + d,
                          "must not be more than 1 together");
  const double variance = p + d - (p - d) * (p - d);
  detail::require_setting(variance > 0, "variance of the planned answers", variance,
                          "if all answer alike, one answer is enough; plan for some that differ");
  const double z = critical_value(goal.level);
  return detail::whole_answers(detail::for_population(z * z * variance / (m * m), goal.population));
}

/// Answers needed in each of two equal groups, so that the pooled z test finds a true difference
/// between the two shares with the given power:
/// n = (z_alpha sqrt(2 q (1 - q)) + z_power sqrt(a (1 - a) + b (1 - b)))^2 / (a - b)^2 with q the
/// mean of a and b. The other tail is left out, as power.prop.test of base R does.
/// Fleiss, Levin, Paik 2003, Statistical Methods for Rates and Proportions, 3rd ed., 4.2,
/// https://doi.org/10.1002/0471445428
/// @throws invalid_setting for shares outside [0, 1] or equal, or a power not between alpha/2 and 1
inline std::uint64_t sample_size(const detection_goal& goal) {
  const double a = goal.share_a;
  const double b = goal.share_b;
  detail::require_setting(a >= 0 && a <= 1, "share a", a, "must lie in [0, 1]");
  detail::require_setting(b >= 0 && b <= 1, "share b", b, "must lie in [0, 1]");
  detail::require_setting(a != b, "share b", b, "is the same as share a: nothing to detect");
  detail::require_setting(goal.power > (1 - goal.level.value()) / 2 && goal.power < 1, "power",
                          goal.power, "must lie between alpha / 2 and 1");
  const double q = (a + b) / 2;
  const double spread = critical_value(goal.level) * detail::sqrt(2 * q * (1 - q)) +
                        normal_quantile(goal.power) * detail::sqrt(a * (1 - a) + b * (1 - b));
  return detail::whole_answers(spread * spread / ((a - b) * (a - b)));
}

}  // namespace crmetrics
