#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/workload/rng.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace crmetrics::workload {

/// Draws an index with probability weight / sum of weights, exactly.
///
/// Cumulative integer weights and a binary search: O(n) to build, O(log n) to draw.
/// Errors: `invalid_setting` if there is no weight, all are zero, or the sum leaves 63 bits.
class discrete_sampler {
 public:
  explicit discrete_sampler(std::span<const std::uint64_t> weights) {
    constexpr auto most = static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)());
    cumulative_.reserve(weights.size());
    std::uint64_t sum = 0;
    for (const std::uint64_t weight : weights) {
      if (weight > most - sum) throw invalid_setting("discrete_sampler: the weights overflow");
      cumulative_.push_back(sum += weight);
    }
    if (sum == 0) throw invalid_setting("discrete_sampler: no weight above zero");
  }
  discrete_sampler(std::initializer_list<std::uint64_t> weights)
      : discrete_sampler(std::span<const std::uint64_t>(weights.begin(), weights.size())) {}

  std::size_t sample(random_stream& random) const noexcept {
    const std::uint64_t u = random.below(cumulative_.back());
    return static_cast<std::size_t>(std::ranges::upper_bound(cumulative_, u) - cumulative_.begin());
  }

  std::size_t size() const noexcept { return cumulative_.size(); }

  /// The exact probability of one index.
  exact_ratio probability(std::size_t index) const {
    const std::uint64_t before = index == 0 ? 0 : cumulative_.at(index - 1);
    return {static_cast<std::int64_t>(cumulative_.at(index) - before),
            static_cast<std::int64_t>(cumulative_.back())};
  }

 private:
  std::vector<std::uint64_t> cumulative_;
};

/// One point of a quantile table: a share `ppm` (parts per million) of the values lies below
/// `value`.
struct quantile_point {
  std::uint32_t ppm = 0;
  std::int64_t value = 0;
};

/// Draws whole numbers (seconds, money) whose quantile function is a broken line: between two
/// points of the table every whole number in [value, next value) is equally likely.
///
/// A rational distribution: mean and distribution function are exact. Cost: two numbers a draw.
/// Errors: `invalid_setting` unless shares run from 0 to 1,000,000 and shares and values both
/// rise from point to point, with values within 2^40 of zero.
class quantile_sampler {
 public:
  explicit quantile_sampler(std::span<const quantile_point> points)
      : points_(points.begin(), points.end()) {
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if (points_.size() < 2 || points_.front().ppm != 0 || points_.back().ppm != 1'000'000) {
      throw invalid_setting("quantile_sampler: shares must run from 0 to 1000000");
    }
    for (std::size_t i = 1; i != points_.size(); ++i) {
      if (points_[i].ppm <= points_[i - 1].ppm || points_[i].value <= points_[i - 1].value) {
        throw invalid_setting("quantile_sampler: shares and values must rise");
      }
    }
    if (points_.front().value < -most || points_.back().value > most) {
      throw invalid_setting("quantile_sampler: values must lie within 2^40 of zero");
    }
  }
  quantile_sampler(std::initializer_list<quantile_point> points)
      : quantile_sampler(std::span<const quantile_point>(points.begin(), points.size())) {}

  std::int64_t sample(random_stream& random) const noexcept {
    const std::uint64_t u = random.below(1'000'000);
    std::size_t i = 0;
    while (points_[i + 1].ppm <= u) ++i;
    const auto width = static_cast<std::uint64_t>(points_[i + 1].value - points_[i].value);
    return points_[i].value + static_cast<std::int64_t>(random.below(width));
  }

  /// The exact mean: sum of share x (value + next value - 1) / 2.
  exact_ratio mean() const noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i + 1 != points_.size(); ++i) {
      const std::int64_t share = std::int64_t{points_[i + 1].ppm} - points_[i].ppm;
      sum += share * (points_[i].value + points_[i + 1].value - 1);
    }
    return {sum, 2'000'000};
  }

  /// P(value <= limit), to a few units of the last place of a double.
  double share_at_most(std::int64_t limit) const noexcept {
    double parts = 0;
    for (std::size_t i = 0; i + 1 != points_.size(); ++i) {
      const std::int64_t low = points_[i].value;
      const std::int64_t width = points_[i + 1].value - low;
      const std::int64_t inside = std::clamp<std::int64_t>(limit - low + 1, 0, width);
      const std::int64_t share = std::int64_t{points_[i + 1].ppm} - points_[i].ppm;
      parts +=
          static_cast<double>(share) * static_cast<double>(inside) / static_cast<double>(width);
    }
    return parts / 1e6;
  }

  /// The same shape with every value times percent / 100, rounded towards zero.
  /// Errors: `invalid_setting` where two points fall together.
  quantile_sampler scaled(std::int64_t percent) const {
    std::vector<quantile_point> points = points_;
    for (quantile_point& p : points) p.value = p.value * percent / 100;
    return quantile_sampler(points);
  }

  const std::vector<quantile_point>& points() const& noexcept { return points_; }
  std::vector<quantile_point> points() && noexcept { return std::move(points_); }

 private:
  std::vector<quantile_point> points_;
};

/// The number of the first trial that succeeds (1, 2, ...), each with probability ppm / 1,000,000;
/// nothing if the first `limit` trials fail. P(k) = (1 - p)^(k - 1) p, exactly. Cost: one number
/// for each trial.
constexpr std::optional<std::int64_t> geometric(random_stream& random, std::uint32_t ppm,
                                                std::int64_t limit) noexcept {
  for (std::int64_t trial = 1; trial <= limit; ++trial) {
    if (random.chance(ppm)) return trial;
  }
  return std::nullopt;
}

/// A Poisson number with a whole mean, as the sum of `mean` Poisson numbers of mean 1.
///
/// Each of them counts the fixed points of a permutation that grows one element at a time, so no
/// exponential is needed and P(k) = e^-1 / k! exactly. Cost: 3.2 numbers for each unit of the
/// mean. Source: Duchon and Duvignau 2016, "Preserving the number of cycles of length k in a
/// growing uniform permutation", Electronic Journal of Combinatorics 23(4), P4.22.
constexpr std::int64_t poisson(random_stream& random, std::uint32_t mean) noexcept {
  std::int64_t sum = 0;
  for (std::uint32_t unit = 0; unit != mean; ++unit) {
    std::int64_t fixed = 1;
    std::uint64_t last_taken = 0;
    for (std::uint64_t size = 1;; ++size) {
      const std::uint64_t place = random.below(size + 1) + 1;
      if (place == size + 1) {
        ++fixed;
      } else if (place > last_taken) {
        --fixed;
        last_taken = size + 1;
      } else {
        break;
      }
    }
    sum += fixed;
  }
  return sum;
}

}  // namespace crmetrics::workload
