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

}  // namespace crmetrics::detail
