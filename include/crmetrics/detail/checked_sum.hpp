#pragma once

#include <crmetrics/core/error.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// Sum of two counts of observations. @throws overflow where it leaves 64 bits
constexpr std::uint64_t checked_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw overflow("more than 2^64 - 1 observations");
  return sum;
}

/// The same for counts that stay within 63 bits, as signed comparisons need them.
constexpr std::uint64_t checked_count(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum) || sum > static_cast<std::uint64_t>(INT64_MAX)) {
    throw overflow("more than 2^63 - 1 observations");
  }
  return sum;
}

}  // namespace crmetrics::detail
