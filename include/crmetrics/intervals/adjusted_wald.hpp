#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/wald.hpp>

#include <string_view>

namespace crmetrics {

/// Wald's interval after a few made-up answers were added: simple, and close to its level from
/// n = 10 on. The default of NPS.
///
/// Net share: three answers more, 3/4 negative, 3/2 neutral, 3/4 positive (Rocks 2016, The American
/// Statistician 70(4), 365-372, https://doi.org/10.1080/00031305.2016.1158124, free at
/// https://arxiv.org/abs/1601.07235). Share: four trials more, two of them successes (Agresti,
/// Coull 1998, The American Statistician 52(2), 119-126,
/// https://doi.org/10.1080/00031305.1998.10480550); they meant it for 95 %. The centre is pulled
/// towards the middle, so with one or two answers the interval need not hold the observed value.
/// Cost: one square root.
struct adjusted_wald {
  static constexpr std::string_view name = "adjusted Wald";

  /// The sample with the added answers.
  static constexpr net_sample adjusted(const net_sample& s) noexcept {
    return {s.negatives + 0.75, s.neutrals + 1.5, s.positives + 0.75};
  }
  static constexpr binomial_sample adjusted(const binomial_sample& s) noexcept {
    return {s.successes + 2, s.trials + 4};
  }

  /// Clipped to [-1, 1]. @throws bad_input for counts that cannot be
  static interval bounds(const net_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials() == 0) return {-1, 1};
    return detail::clip(unclipped(s, level), -1, 1);
  }
  /// As the formula gives it, possibly outside [-1, 1].
  static interval unclipped(const net_sample& s, confidence_level level = {}) {
    return wald::unclipped(adjusted(s), level);
  }

  /// Clipped to [0, 1]. @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    return detail::clip(unclipped(s, level), 0, 1);
  }
  /// As the formula gives it, possibly outside [0, 1].
  static interval unclipped(const binomial_sample& s, confidence_level level = {}) {
    return wald::unclipped(adjusted(s), level);
  }
  friend constexpr bool operator==(adjusted_wald, adjusted_wald) = default;
};

}  // namespace crmetrics
