#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>
#include <optional>

namespace crmetrics::detail {

/// Two ranks of a sorted sample.
struct rank_interval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend constexpr bool operator==(const rank_interval&, const rank_interval&) = default;
};

/// The ranks whose order statistics enclose the quantile p of the population with the given
/// probability, whatever its distribution. The number B of values below the quantile is binomial
/// (n, p): low is the largest r with P(B < r) <= alpha/2, high the smallest s with P(B >= s) <=
/// alpha/2. Nothing where one of them is outside the sample.
///
/// The binomial tails are summed outwards from the mode, in O(sqrt(n p (1 - p))). Where n p (1 - p)
/// is above `summed_up_to` the ranks come from the normal distribution with its term for skewness,
/// one rank wider on either side than these say.
///
/// Thompson 1936, The Annals of Mathematical Statistics 7(3), 122-128,
/// https://doi.org/10.1214/aoms/1177732502
inline std::optional<rank_interval> interval_ranks(std::uint64_t n, double p,
                                                   confidence_level level,
                                                   double summed_up_to = 1e6) noexcept {
  if (n == 0 || !(p > 0 && p < 1)) return std::nullopt;
  const auto count = static_cast<double>(n);
  const double variance = count * p * (1 - p);

  if (variance > summed_up_to) {
    const double z = critical_value(level);
    const double centre = count * p + (1 - 2 * p) * (z * z - 1) / 6;
    const double half = z * sqrt(variance);
    // The continuity correction alone would be -1/2 rounded up and 1 + 1/2 rounded down.
    const double low = centre - half - 0.5;
    const double high = centre + half + 2.5;
    if (!(low >= 1 && high <= count)) return std::nullopt;
    return rank_interval{static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)};
  }

  // Probabilities relative to that of the mode; below 1e-20 of it they no longer count.
  constexpr double negligible = 1e-20;
  const double odds = p / (1 - p);
  const auto down = [=](std::uint64_t k) {  // P(k - 1) / P(k)
    return static_cast<double>(k) / (static_cast<double>(n - k + 1) * odds);
  };
  const auto up = [=](std::uint64_t k) {  // P(k + 1) / P(k)
    return static_cast<double>(n - k) * odds / static_cast<double>(k + 1);
  };
  auto mode = static_cast<std::uint64_t>((count + 1) * p);
  if (mode > n) mode = n;
  double total = 1;
  std::uint64_t first = mode;
  double at_first = 1;
  while (first > 0 && at_first * down(first) > negligible) {
    at_first *= down(first--);
    total += at_first;
  }
  std::uint64_t last = mode;
  double at_last = 1;
  while (last < n && at_last * up(last) > negligible) {
    at_last *= up(last++);
    total += at_last;
  }

  // Back from the far ends, small terms first.
  const double limit = (1 - level.value()) / 2 * total;
  double tail = at_first;
  while (tail <= limit && first < n) {
    at_first *= up(first++);
    tail += at_first;
  }
  tail = at_last;
  while (tail <= limit && last > 0) {
    at_last *= down(last--);
    tail += at_last;
  }
  if (first == 0 || last == n) return std::nullopt;
  return rank_interval{first, last + 1};
}

}  // namespace crmetrics::detail
