#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

// What the tests of the generator judge by. Every seed is fixed, so that a test passes or fails for
// good; the limits are five standard deviations, so that a right generator passes with any seed.
namespace statistics {

// Pearson's sum as a standard normal number, by the cube root (Wilson and Hilferty 1931,
// doi:10.1073/pnas.17.12.684). Cells are pooled until 5 are expected of them; what is left over at
// the end, less than 5, is not counted.
class chi_square {
 public:
  void add(double observed, double expected) {
    observed_ += observed;
    expected_ += expected;
    if (expected_ < 5) return;
    sum_ += (observed_ - expected_) * (observed_ - expected_) / expected_;
    observed_ = expected_ = 0;
    ++cells_;
  }

  // `constraints`: totals that were fixed, one for each set of cells that adds up.
  double sigmas(std::size_t constraints = 1) const {
    const double freedom = static_cast<double>(cells_) - static_cast<double>(constraints);
    const double spread = 2 / (9 * freedom);
    return (std::cbrt(sum_ / freedom) - (1 - spread)) / std::sqrt(spread);
  }

 private:
  double observed_ = 0;
  double expected_ = 0;
  double sum_ = 0;
  std::size_t cells_ = 0;
};

// A count of successes against the sum of its probabilities, in standard deviations.
class successes {
 public:
  void add(bool success, double probability) {
    observed_ += success ? 1 : 0;
    expected_ += probability;
    variance_ += probability * (1 - probability);
    ++count_;
  }
  double sigmas() const { return (observed_ - expected_) / std::sqrt(variance_); }
  std::size_t count() const { return count_; }
  double observed() const { return observed_; }

 private:
  double observed_ = 0;
  double expected_ = 0;
  double variance_ = 0;
  std::size_t count_ = 0;
};

// The mean of values against the truth, in its own standard errors.
class mean_check {
 public:
  void add(double value) { values_.push_back(value); }
  std::size_t count() const { return values_.size(); }
  double sigmas(double truth) const {
    const double n = static_cast<double>(values_.size());
    double sum = 0;
    for (const double v : values_) sum += v;
    const double mean = sum / n;
    double squares = 0;
    for (const double v : values_) squares += (v - mean) * (v - mean);
    return (mean - truth) / std::sqrt(squares / (n - 1) / n);
  }

 private:
  std::vector<double> values_;
};

}  // namespace statistics
