#pragma once

#include <crmetrics/detail/math.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace crmetrics::detail {

/// Probabilities of whole numbers, from the ratios of neighbours outwards from the mode, so that no
/// factorial is needed. What is less likely than 1e-60 of the mode is left out. Sums run from the
/// small end, so that a tail of 1e-12 keeps its relative precision.
class count_distribution {
 public:
  static count_distribution binomial(std::uint64_t n, double p) {
    count_distribution d;
    if (p <= 0 || p >= 1) {
      d.first_ = p <= 0 ? 0 : n;
      d.mass_ = {1};
      return d;
    }
    const auto trials = static_cast<double>(n);
    const double odds = p / (1 - p);
    double mode = static_cast<double>(static_cast<std::uint64_t>((trials + 1) * p));
    if (mode > trials) mode = trials;
    d.fill(
        mode, [&](double k) { return (trials - k) / (k + 1) * odds; },
        [&](double k) { return k / ((trials - k + 1) * odds); });
    return d;
  }
  static count_distribution poisson(double mean) {
    count_distribution d;
    if (!(mean > 0)) {
      d.mass_ = {1};
      return d;
    }
    d.fill(
        static_cast<double>(static_cast<std::uint64_t>(mean)),
        [&](double k) { return mean / (k + 1); }, [&](double k) { return k / mean; });
    return d;
  }

  /// P(X < k)
  double below(std::uint64_t k) const noexcept {
    double sum = 0;
    for (std::size_t i = 0; i != mass_.size() && first_ + i < k; ++i) sum += mass_[i];
    return sum;
  }
  /// P(X > k)
  double above(std::uint64_t k) const noexcept {
    double sum = 0;
    for (std::size_t i = mass_.size(); i-- != 0 && first_ + i > k;) sum += mass_[i];
    return sum;
  }
  /// The largest k with P(X < k) <= tail.
  std::uint64_t low(double tail) const noexcept {
    double sum = 0;
    std::size_t i = 0;
    while (i + 1 < mass_.size() && sum + mass_[i] <= tail) sum += mass_[i++];
    return first_ + i;
  }
  /// The smallest k with P(X > k) <= tail.
  std::uint64_t high(double tail) const noexcept {
    double sum = 0;
    std::size_t i = mass_.size() - 1;
    while (i != 0 && sum + mass_[i] <= tail) sum += mass_[i--];
    return first_ + i;
  }
  /// Calls f(count, probability) for all that are not negligible.
  template <class F>
  void visit(const F& f) const {
    for (std::size_t i = 0; i != mass_.size(); ++i) f(first_ + i, mass_[i]);
  }

 private:
  // up(k) is P(k + 1) / P(k), down(k) is P(k - 1) / P(k); both are 0 where the range ends.
  template <class Up, class Down>
  void fill(double mode, const Up& up, const Down& down) {
    constexpr double negligible = 1e-60;
    std::vector<double> left;
    double weight = 1;
    double k = mode;
    while ((weight *= down(k)) > negligible) {
      left.push_back(weight);
      --k;
    }
    first_ = static_cast<std::uint64_t>(k);
    mass_.assign(left.rbegin(), left.rend());
    mass_.push_back(1);
    weight = 1;
    k = mode;
    while ((weight *= up(k)) > negligible) {
      mass_.push_back(weight);
      ++k;
    }
    double total = 0;
    for (const double w : mass_) total += w;
    for (double& w : mass_) w /= total;
  }

  std::uint64_t first_ = 0;
  std::vector<double> mass_;
};

}  // namespace crmetrics::detail
