#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::agresti_coull;
using crmetrics::binomial_sample;
using crmetrics::interval;
using crmetrics::wilson;

TEST(agresti_coull, published_examples) {
  struct example {
    double x, n, low, high;
  };
  // Computed in base R from the formula of the paper.
  for (const example& e :
       {example{18, 20, .686756112559608, .984343760998137}, example{0, 30, -.0211983, .1347117},
        example{30, 30, .8652883, 1.0211983}, example{19, 38, .3484993, .6515007}}) {
    const interval i = agresti_coull::unclipped(binomial_sample{e.x, e.n});
    EXPECT_NEAR(i.low, e.low, 5.1e-8) << e.x << "/" << e.n;
    EXPECT_NEAR(i.high, e.high, 5.1e-8) << e.x << "/" << e.n;
  }
}

TEST(agresti_coull, holds_wilsons_interval) {
  for (double n = 1; n <= 60; ++n) {
    for (double x = 0; x <= n; ++x) {
      const interval of_wilson = wilson::bounds({x, n});
      const interval i = agresti_coull::unclipped(binomial_sample{x, n});
      EXPECT_NEAR(i.low + i.high, of_wilson.low + of_wilson.high, 1e-14);
      EXPECT_GE(i.width(), of_wilson.width() - 1e-15);
    }
  }
}

TEST(agresti_coull, bounds_clip) {
  EXPECT_EQ(agresti_coull::bounds({0, 30}).low, 0);
  EXPECT_EQ(agresti_coull::bounds({30, 30}).high, 1);
  EXPECT_EQ(agresti_coull::bounds({0, 0}), (interval{0, 1}));
}

}  // namespace
