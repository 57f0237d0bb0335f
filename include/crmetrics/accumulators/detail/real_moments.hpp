#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// n, mean and M2 = sum (x - mean)^2 of real numbers: Welford's update and the pairwise merge of
/// Chan, Golub and LeVeque 1983, The American Statistician 37(3), 242-247,
/// https://doi.org/10.1080/00031305.1983.10483115. Never the difference of two large sums.
class real_moments {
 public:
  constexpr void add(double x, frequency_weight w = {}) {
    real_moments one;
    one.n_ = w.times;
    one.mean_ = x;
    merge(one);
  }

  constexpr void merge(const real_moments& other) {
    std::uint64_t n = 0;
    if (__builtin_add_overflow(n_, other.n_, &n) || n > INT64_MAX) {
      throw overflow("mean: more than 2^63 - 1 observations");
    }
    if (other.n_ == 0) return;
    if (n_ == 0) {  // the identity has to be exact on both sides
      *this = other;
      return;
    }
    const auto a = static_cast<double>(n_);
    const auto b = static_cast<double>(other.n_);
    const double delta = other.mean_ - mean_;
    const double share = b / (a + b);
    if (is_finite(delta)) {
      mean_ += delta * share;
    } else {  // values near both ends of double
      mean_ = mean_ * (a / (a + b)) + other.mean_ * share;
    }
    m2_ += other.m2_ + delta * delta * a * share;
    n_ = n;
  }

  constexpr std::uint64_t n() const noexcept { return n_; }
  constexpr double mean(std::int64_t unit = 1) const noexcept {
    return mean_ / static_cast<double>(unit);
  }
  constexpr exact_ratio ratio(std::int64_t = 1) const noexcept { return {}; }
  constexpr double sum_of_squared_deviations() const noexcept { return m2_; }

  friend constexpr bool operator==(const real_moments&, const real_moments&) = default;
  constexpr void serialize(auto& archive) { archive(n_), archive(mean_), archive(m2_); }
  constexpr bool possible() const noexcept {
    return n_ <= INT64_MAX && is_finite(mean_) && m2_ >= 0 && (n_ != 0 || mean_ == 0) &&
           (n_ > 1 || m2_ == 0);
  }

 private:
  std::uint64_t n_ = 0;
  double mean_ = 0;
  double m2_ = 0;
};

}  // namespace crmetrics::detail
