#pragma once

#include <crmetrics/accumulators/detail/wide_sum.hpp>
#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// Sums, squares and products of pairs (x, y) of 64-bit integers with y >= 0, exact in 128 bits:
/// what the ratio sum x / sum y and its standard error are made of, whatever the order of the
/// pairs.
class pair_moments {
 public:
  constexpr void add(std::int64_t x, std::int64_t y, frequency_weight w = {}) {
    const auto times = static_cast<uint128>(w.times);
    const auto wide_x = static_cast<int128>(x);
    const auto wide_y = static_cast<int128>(y);
    pair_moments one;
    one.n_ = w.times;
    one.x_ = wide_x * static_cast<int128>(w.times);
    one.y_ = wide_y * static_cast<int128>(w.times);
    if (__builtin_mul_overflow(static_cast<uint128>(wide_x * wide_x), times, &one.xx_) ||
        __builtin_mul_overflow(static_cast<uint128>(wide_y * wide_y), times, &one.yy_) ||
        __builtin_mul_overflow(wide_x * wide_y, static_cast<int128>(w.times), &one.xy_)) {
      throw overflow("ratio: a sum of squares or products leaves 128 bits");
    }
    merge(one);
  }

  constexpr void merge(const pair_moments& other) {
    pair_moments next;
    if (__builtin_add_overflow(n_, other.n_, &next.n_) || next.n_ > INT64_MAX ||
        __builtin_add_overflow(x_, other.x_, &next.x_) ||
        __builtin_add_overflow(y_, other.y_, &next.y_) ||
        __builtin_add_overflow(xx_, other.xx_, &next.xx_) ||
        __builtin_add_overflow(yy_, other.yy_, &next.yy_) ||
        __builtin_add_overflow(xy_, other.xy_, &next.xy_)) {
      throw overflow("ratio: a sum of squares or products leaves 128 bits");
    }
    *this = next;
  }

  constexpr std::uint64_t n() const noexcept { return n_; }
  constexpr int128 sum_x() const noexcept { return x_; }
  constexpr int128 sum_y() const noexcept { return y_; }

  /// sum x / sum y. Only where sum y > 0.
  constexpr double ratio() const noexcept {
    const exact_ratio r = exact();
    return r.known() ? r.value() : static_cast<double>(x_) / static_cast<double>(y_);
  }
  /// The same as a quotient of integers, where they fit into 64 bits.
  constexpr exact_ratio exact() const noexcept {
    if (x_ < INT64_MIN || x_ > INT64_MAX || y_ > INT64_MAX) return {};
    return {static_cast<std::int64_t>(x_), static_cast<std::int64_t>(y_)};
  }

  /// Sum of (x - R y)^2 with R = sum x / sum y, times (sum y)^2: a whole number, which is
  /// Y^2 sum x^2 - 2 X Y sum xy + X^2 sum y^2. Its terms cancel where the pairs agree, so they are
  /// added as integers.
  constexpr double scaled_squared_residuals() const noexcept {
    const uint128 x = magnitude(x_);
    const uint128 xy = magnitude(xy_);
    const auto y = static_cast<uint128>(y_);
    wide_sum sum;
    sum.add_product(y, y, xx_);
    sum.add_product(x, x, yy_);
    const bool same_sign = (x_ < 0) == (xy_ < 0);
    for (int twice = 0; twice != 2; ++twice) {
      if (same_sign) {
        sum.subtract_product(x, y, xy);
      } else {
        sum.add_product(x, y, xy);
      }
    }
    return sum.to_double();
  }

  /// sqrt(sum (x - R y)^2 / (n - 1) / n) / mean y. Only where n > 1 and sum y > 0.
  double ratio_standard_error() const noexcept {
    const auto n = static_cast<double>(n_);
    return detail::sqrt(scaled_squared_residuals() * (n / (n - 1))) / static_cast<double>(y_) /
           static_cast<double>(y_);
  }

  friend constexpr bool operator==(const pair_moments&, const pair_moments&) = default;
  constexpr void serialize(auto& archive) {
    archive(n_), archive(x_), archive(y_), archive(xx_), archive(xy_), archive(yy_);
  }
  /// False for a state that no pairs lead to: each squared sum is at most the product of the two
  /// sums of squares (Cauchy and Schwarz; n is that of the ones).
  constexpr bool possible() const noexcept {
    if (n_ > INT64_MAX || y_ < 0) return false;
    return squared_sum_fits(x_, n_, xx_) && squared_sum_fits(y_, n_, yy_) &&
           squared_sum_fits(xy_, xx_, yy_);
  }

 private:
  static constexpr bool squared_sum_fits(int128 sum, uint128 a, uint128 b) noexcept {
    wide_sum squared;
    squared.add_product(magnitude(sum), magnitude(sum), 1);
    wide_sum bound;
    bound.add_product(a, b, 1);
    return !(bound < squared);
  }
  static constexpr uint128 magnitude(int128 v) noexcept {
    return v < 0 ? uint128{0} - static_cast<uint128>(v) : static_cast<uint128>(v);
  }

  std::uint64_t n_ = 0;
  int128 x_ = 0;
  int128 y_ = 0;
  uint128 xx_ = 0;
  int128 xy_ = 0;
  uint128 yy_ = 0;
};

}  // namespace crmetrics::detail
