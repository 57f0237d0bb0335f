#pragma once

#include <cstdint>

namespace crmetrics::workload {

/// A number known exactly, as a quotient of two whole numbers: a mean or a probability of the
/// generator. The denominator is positive; the quotient is not reduced.
struct exact_ratio {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;

  /// The nearest double, to within one rounding while both parts are below 2^53.
  constexpr double value() const noexcept {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }

  /// Rounded to the nearest whole number, half up; for a numerator that is not negative.
  constexpr std::int64_t rounded() const noexcept {
    return numerator / denominator +
           (numerator % denominator >= denominator - denominator / 2 ? 1 : 0);
  }

  friend constexpr bool operator==(const exact_ratio&, const exact_ratio&) = default;
};

}  // namespace crmetrics::workload
