#include <crmetrics/intervals/jeffreys.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::binomial_sample;
using crmetrics::interval;
using crmetrics::jeffreys;

TEST(jeffreys, published_examples) {
  struct example {
    double x, n, low, high;
  };
  // Brown, Cai, DasGupta 2001, Statistical Science 16(2), table 5 (three digits): n = 7 to 12.
  for (const example& e :
       {example{1, 7, .016, .501}, example{3, 7, .139, .766}, example{2, 10, .044, .503},
        example{5, 10, .224, .776}, example{3, 12, .076, .529}}) {
    const interval i = jeffreys::bounds(binomial_sample{e.x, e.n});
    EXPECT_NEAR(i.low, e.low, 6e-4) << e.x << "/" << e.n;
    EXPECT_NEAR(i.high, e.high, 6e-4) << e.x << "/" << e.n;
  }
}

TEST(jeffreys, values_of_qbeta) {
  // Base R: qbeta(c(.025, .975), x + .5, n - x + .5).
  const interval many = jeffreys::bounds({18, 20});
  EXPECT_NEAR(many.low, 0.716146742695747518, 1e-12);
  EXPECT_NEAR(many.high, 0.978627511977525178, 1e-12);
  const interval one = jeffreys::bounds({1, 1});
  EXPECT_NEAR(one.low, 0.146746316309575187, 1e-12);
}

// By mpmath 1.3, quadrature of the density at 50 digits.
TEST(jeffreys, counts_too_large_for_the_incomplete_beta) {
  const interval i = jeffreys::bounds({1e11, 1e13});
  EXPECT_NEAR(i.low, 0.0099999383313147484855, 1e-15);
  EXPECT_NEAR(i.high, 0.010000061668968893491, 1e-15);
}

TEST(jeffreys, ends_exactly_at_0_and_1) {
  EXPECT_EQ(jeffreys::bounds({0, 30}).low, 0);
  EXPECT_EQ(jeffreys::bounds({30, 30}).high, 1);
  EXPECT_GT(jeffreys::bounds({1, 30}).low, 0);
  EXPECT_EQ(jeffreys::bounds({0, 0}), (interval{0, 1}));
}

}  // namespace
