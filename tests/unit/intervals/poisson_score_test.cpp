#include <crmetrics/intervals/poisson_score.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::confidence_level;
using crmetrics::critical_value;
using crmetrics::interval;
using crmetrics::poisson_score;

TEST(poisson_score, ends_solve_the_score_equation) {
  for (const double level : {0.5, 0.95, 0.999}) {
    const double z = critical_value(confidence_level{level});
    for (const double x : {0.0, 0.3, 1.0, 5.0, 137.0, 1e9}) {
      for (const double exposure : {0.01, 1.0, 24.19893}) {
        const interval i = poisson_score::bounds({x, exposure}, confidence_level{level});
        for (const double rate : {i.low, i.high}) {
          EXPECT_NEAR(std::abs(x - rate * exposure), z * std::sqrt(rate * exposure),
                      1e-12 * (1 + x));
        }
        EXPECT_TRUE(i.contains(x / exposure));
      }
    }
  }
}

TEST(poisson_score, of_no_events) {
  // x = 0: z^2 = 3.841459, the 95 % point of chi-square with one degree of freedom.
  const interval none = poisson_score::bounds({0, 1});
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 3.841458820694124, 1e-14);
}

TEST(poisson_score, of_no_exposure_is_everything) {
  EXPECT_EQ(poisson_score::bounds({0, 0}), (interval{0, INFINITY}));
}

}  // namespace
