#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <string_view>

namespace crmetrics {

namespace detail {

/// Lower end of Wilson's interval; the upper end is 1 minus the lower end for the failures.
/// The product of the two roots gives it without a difference of near numbers, so that it is exact
/// at x = 0 and keeps its relative precision for 3 of a million.
inline double wilson_low(double x, double n, double z) noexcept {
  if (x == 0) return 0;
  return 2 * x * (x / n) / (2 * x + z * z + z * sqrt(z * z + 4 * x * ((n - x) / n)));
}

/// The larger root: as it stands for few successes, where 1 minus the other side's lower end would
/// cancel; as that for many, where it is exactly 1 at x = n.
inline double wilson_high(double x, double n, double z) noexcept {
  if (2 * x > n) return 1 - wilson_low(n - x, n, z);
  const double half = z / 2;
  return (x + z * half + z * sqrt(half * half + x * ((n - x) / n))) / (n + z * z);
}

}  // namespace detail

/// Wilson's score interval of a share, the default of every proportion.
///
/// All p with |x/n - p| <= z sqrt(p (1 - p) / n), that is
/// (x + z^2/2 -+ z sqrt(z^2/4 + x (n - x) / n)) / (n + z^2).
/// Never leaves [0, 1]; low is exactly 0 at x = 0, high exactly 1 at x = n. Cost: two square roots.
/// Wilson 1927, JASA 22(158), 209-212, https://doi.org/10.1080/01621459.1927.10502953
struct wilson {
  static constexpr std::string_view name = "Wilson";

  /// @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    const double z = critical_value(level);
    return {detail::wilson_low(s.successes, s.trials, z),
            detail::wilson_high(s.successes, s.trials, z)};
  }
  friend constexpr bool operator==(wilson, wilson) = default;
};

/// Wilson's interval with continuity correction: wider, and hardly ever below its level.
///
/// Wilson's lower end at x - c and upper end at x + c, which is what Newcombe's formula comes to.
/// `bounds` takes c = min(1/2, |x - n/2|), as prop.test of base R does, so that x = n/2 is not
/// corrected; `always_corrected` takes c = 1/2 everywhere, as Newcombe does.
/// Newcombe 1998, Statistics in Medicine 17(8), 857-872, method 4,
/// https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C857::AID-SIM777%3E3.0.CO;2-E
struct wilson_corrected {
  static constexpr std::string_view name = "Wilson with continuity correction";

  /// @throws bad_input for counts that cannot be
  static interval bounds(const binomial_sample& s, confidence_level level = {}) {
    const double to_half = detail::abs(s.successes - s.trials / 2);
    return corrected_by(to_half < 0.5 ? to_half : 0.5, s, level);
  }
  /// @throws bad_input for counts that cannot be
  static interval always_corrected(const binomial_sample& s, confidence_level level = {}) {
    return corrected_by(0.5, s, level);
  }
  friend constexpr bool operator==(wilson_corrected, wilson_corrected) = default;

 private:
  static interval corrected_by(double c, const binomial_sample& s, confidence_level level) {
    require_valid(s);
    if (s.trials == 0) return {0, 1};
    const double z = critical_value(level);
    const double fewer_successes = s.successes > c ? s.successes - c : 0;
    const double failures = s.trials - s.successes;
    const double fewer_failures = failures > c ? failures - c : 0;
    return {detail::wilson_low(fewer_successes, s.trials, z),
            detail::wilson_high(s.trials - fewer_failures, s.trials, z)};
  }
};

}  // namespace crmetrics
