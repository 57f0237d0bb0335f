#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// n, sum and sum of squares of 64-bit integers, kept exactly in 128 bits: merging and order change
/// nothing, and the variance does not cancel however large the values are.
class integer_moments {
 public:
  constexpr void add(std::int64_t x, frequency_weight w = {}) {
    const auto magnitude = static_cast<uint128>(x < 0 ? -static_cast<int128>(x) : int128{x});
    integer_moments one;
    one.n_ = w.times;
    one.sum_ = static_cast<int128>(x) * static_cast<int128>(w.times);
    if (__builtin_mul_overflow(magnitude * magnitude, static_cast<uint128>(w.times),
                               &one.squares_)) {
      throw overflow("sum of squares: more than 128 bits");
    }
    merge(one);
  }

  constexpr void merge(const integer_moments& other) {
    integer_moments next;
    if (__builtin_add_overflow(n_, other.n_, &next.n_) || next.n_ > INT64_MAX ||
        __builtin_add_overflow(sum_, other.sum_, &next.sum_) ||
        __builtin_add_overflow(squares_, other.squares_, &next.squares_)) {
      throw overflow("sum of integers: out of range");
    }
    *this = next;
  }

  constexpr std::uint64_t n() const noexcept { return n_; }
  constexpr int128 sum() const noexcept { return sum_; }

  /// The mean of the values divided by `unit`. Only where n > 0.
  constexpr double mean(std::int64_t unit = 1) const noexcept {
    const exact_ratio r = ratio(unit);
    if (r.known()) return r.value();
    return static_cast<double>(sum_) / static_cast<double>(n_) / static_cast<double>(unit);
  }
  /// The same as a quotient of integers, where they fit into 64 bits.
  constexpr exact_ratio ratio(std::int64_t unit = 1) const noexcept {
    exact_ratio r;
    if (sum_ < INT64_MIN || sum_ > INT64_MAX ||
        __builtin_mul_overflow(static_cast<std::int64_t>(n_), unit, &r.denominator)) {
      return {};
    }
    r.numerator = static_cast<std::int64_t>(sum_);
    return r;
  }

  /// Sum of (x - mean)^2, computed in integers around the whole number q nearest to the mean:
  /// with r = sum - n q, it is [squares - q (sum + r)] - r^2 / n. The second term is at most half
  /// of the first, since |r| / n <= 1/2 and the values are whole: nothing cancels.
  constexpr double sum_of_squared_deviations() const noexcept {
    if (n_ == 0) return 0;
    const auto n = static_cast<int128>(n_);
    int128 q = sum_ / n;
    int128 r = sum_ % n;
    if (2 * r > n) {
      r -= n;
      q += 1;
    } else if (2 * r < -n) {
      r += n;
      q -= 1;
    }
    // |q| <= 2^63 and |sum + r| < 2^127: the product can leave 128 bits only in wrap-around
    // arithmetic, where the difference, which fits, still comes out right.
    const uint128 around_q = squares_ - static_cast<uint128>(q) * static_cast<uint128>(sum_ + r);
    const auto magnitude = static_cast<uint128>(r < 0 ? -r : r);
    return static_cast<double>(around_q) -
           static_cast<double>(magnitude * magnitude) / static_cast<double>(n_);
  }

  friend constexpr bool operator==(const integer_moments&, const integer_moments&) = default;
  constexpr void serialize(auto& archive) { archive(n_), archive(sum_), archive(squares_); }

  /// False for a state that no integers lead to, such as one with a negative variance. With
  /// squares - q (sum + r) as above, the variance is not negative where n times it reaches r^2.
  constexpr bool possible() const noexcept {
    if (n_ == 0) return sum_ == 0 && squares_ == 0;
    if (n_ > INT64_MAX || (n_ < 4 && squares_ > static_cast<uint128>(n_) << 126)) return false;
    const auto n = static_cast<int128>(n_);
    int128 q = sum_ / n;
    int128 r = sum_ % n;
    if (r < 0) {
      r += n;
      q -= 1;
    }
    const auto magnitude = [](int128 x) {
      return x < 0 ? -static_cast<uint128>(x) : static_cast<uint128>(x);
    };
    if (magnitude(q) > static_cast<uint128>(1) << 63) return false;
    // q (sum + r) < 0 only for q = -1, and then not below -n.
    uint128 product = 0;
    uint128 around_q = 0;
    if (__builtin_mul_overflow(magnitude(q), magnitude(sum_ + r), &product)) return false;
    const bool negative = (q < 0) != (sum_ + r < 0);
    if (negative ? __builtin_add_overflow(squares_, product, &around_q)
                 : __builtin_sub_overflow(squares_, product, &around_q)) {
      return negative;
    }
    uint128 scaled = 0;
    return __builtin_mul_overflow(around_q, static_cast<uint128>(n_), &scaled) ||
           scaled >= static_cast<uint128>(r) * static_cast<uint128>(r);
  }

 private:
  std::uint64_t n_ = 0;
  int128 sum_ = 0;
  uint128 squares_ = 0;
};

}  // namespace crmetrics::detail
