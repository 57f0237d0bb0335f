#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <array>
#include <string_view>

namespace crmetrics {

/// Points on the curve of a log-normal distribution, for times and other positive, skewed values:
///   50 x erfc(0.9061938... x ln(x / median) / -ln(p10 / median)).
///
/// Two control points: 50 points at `median`, 90 at `p10`, the value that the best tenth reaches.
/// Lower is better where p10 lies below the median, as with times; higher where it lies above. On
/// the worse side of a control point the score stays below 50 or 90, one unit in the last place
/// away too, and on the better side it never falls below; rounding of the curve cannot change it.
/// Values of 0 and below have all points where lower is better, else none.
///
/// Both control points are fixed: they may come from a survey of the trade, but the score depends
/// on nobody who is listed. Source: the curve and its control points are those of Lighthouse's
/// scoring (GoogleChrome/lighthouse, shared/statistics.js).
struct log_normal {
  double p10 = 0.5;
  double median = 1;

  double score(double raw) const noexcept {
    const bool lower = p10 < median;
    if (raw <= 0) return lower ? 100 : 0;
    const double curve = 50 * detail::erfc(standardised(raw));
    // Rounding must not lift a value over a control point that it missed.
    constexpr double below_90 = detail::next_below(90);
    constexpr double below_50 = detail::next_below(50);
    if (lower ? raw <= p10 : raw >= p10) return detail::clamp(curve, 90, 100);
    if (lower ? raw <= median : raw >= median) return detail::clamp(curve, 50, below_90);
    return detail::clamp(curve, 0, below_50);
  }
  /// Derivative of the curve: points per unit of the native value; 0 where the value is not above
  /// 0.
  double slope(double raw) const noexcept {
    if (!(raw > 0)) return 0;
    const double z = standardised(raw);
    const double two_over_sqrt_pi = 1.12837916709551257390;
    const double density = -50 * two_over_sqrt_pi * detail::exp(-z * z);
    return density == 0 ? 0 : density * at_p10 / -detail::log(p10 / median) / raw;
  }
  constexpr crmetrics::direction direction() const noexcept {
    return p10 < median ? crmetrics::direction::lower_is_better
                        : crmetrics::direction::higher_is_better;
  }

  /// In the metric's unit: where the metric is a fraction, a card refuses those that are not.
  constexpr std::array<double, 2> native_bounds() const noexcept { return {p10, median}; }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(p10 > 0) || !detail::is_finite(p10)) {
      detail::note(problems, part, p10, "log-normal: p10 must be finite and above 0");
    }
    if (!(median > 0) || !detail::is_finite(median)) {
      detail::note(problems, part, median, "log-normal: median must be finite and above 0");
    }
    if (p10 == median) detail::note(problems, part, p10, "log-normal: p10 equals the median");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("log-normal"), hash.add(p10), hash.add(median);
  }
  friend constexpr bool operator==(const log_normal&, const log_normal&) = default;

 private:
  static constexpr double at_p10 = 0.90619380243682322007;  // erfc(-this) / 2 = 0.9

  double standardised(double raw) const noexcept {
    return at_p10 * detail::log(raw / median) / -detail::log(p10 / median);
  }
};

}  // namespace crmetrics
