#pragma once

#include <crmetrics/scorecard/concepts.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

// What the tests of the means have in common.
namespace means {

struct combined {
  double mean = 0;
  std::vector<double> gradient;
};

template <crmetrics::combining A>
combined combine(const A& how, const std::vector<double>& weights,
                 const std::vector<double>& scores) {
  combined out;
  out.gradient.assign(scores.size(), -1);
  out.mean = how.combine(weights, scores, out.gradient);
  return out;
}
/// With weights on any scale.
template <crmetrics::combining A>
double mean(const A& how, std::vector<double> weights, const std::vector<double>& scores) {
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w /= sum;
  return combine(how, weights, scores).mean;
}

/// The same numbers everywhere: a linear congruential generator (Knuth's MMIX constants).
class numbers {
 public:
  double between(double low, double high) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return low + (high - low) * (static_cast<double>(state_ >> 11U) / 9007199254740992.0);
  }

 private:
  std::uint64_t state_ = 7;
};

/// The laws of `combining` on 1,000 random cases of 1 to 6 scores in [low, 100].
template <crmetrics::combining A>
void expect_lawful(const A& how, double low, bool smooth = true) {
  numbers random;
  for (int round = 0; round != 1000; ++round) {
    const auto n = static_cast<std::size_t>(random.between(1, 7));
    std::vector<double> weights;
    std::vector<double> scores;
    double sum = 0;
    for (std::size_t i = 0; i != n; ++i) {
      weights.push_back(random.between(0.05, 1));
      scores.push_back(random.between(low, 100));
      sum += weights.back();
    }
    for (double& w : weights) w /= sum;
    const combined at = combine(how, weights, scores);
    const auto [lowest, highest] = std::minmax_element(scores.begin(), scores.end());
    EXPECT_GE(at.mean, *lowest - 1e-12);
    EXPECT_LE(at.mean, *highest + 1e-12);

    double euler = 0;
    for (std::size_t i = 0; i != n; ++i) euler += scores[i] * at.gradient[i];
    EXPECT_NEAR(euler, at.mean, 1e-11);

    const std::vector<double> same(n, scores[0]);
    EXPECT_NEAR(combine(how, weights, same).mean, scores[0], 1e-12);

    std::vector<double> doubled = scores;
    for (double& x : doubled) x *= 2;
    EXPECT_NEAR(combine(how, weights, doubled).mean, 2 * at.mean, 1e-11);

    for (std::size_t i = 0; i != n; ++i) {
      const double step = 1e-5 * scores[i];
      std::vector<double> up = scores;
      std::vector<double> down = scores;
      up[i] += step;
      down[i] -= step;
      const double above = combine(how, weights, up).mean;
      const double below = combine(how, weights, down).mean;
      EXPECT_GE(above, at.mean - 1e-12) << "a better score must not lower the mean";
      if (smooth) {
        EXPECT_NEAR(at.gradient[i], (above - below) / (2 * step), 1e-6 * (1 + at.gradient[i]));
      }
    }
  }
}

}  // namespace means
