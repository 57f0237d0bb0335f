#include <crmetrics/intervals/adjusted_wald.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::adjusted_wald;
using crmetrics::binomial_sample;
using crmetrics::interval;
using crmetrics::net_sample;

// Runs of the R package NPS 2.0.999 (brendan-r/NPS), six digits.
TEST(adjusted_wald, published_examples_of_nps) {
  struct example {
    double d, n, p, low, high;
  };
  for (const example& e :
       {example{1, 2, 3, -.267433, .711877}, example{3, 6, 11, .043934, .651718},
        example{20, 30, 50, .140511, .442013}, example{75, 675, 250, .140859, .208094},
        example{0, 0, 10, .475036, 1.063426}, example{0, 1, 9, .380792, 1.003823},
        example{606, 2004, 4196, .511714, .542773}}) {
    const interval i = adjusted_wald::unclipped(net_sample{e.d, e.n, e.p});
    EXPECT_NEAR(i.low, e.low, 5.1e-7) << e.d << " " << e.n << " " << e.p;
    EXPECT_NEAR(i.high, e.high, 5.1e-7) << e.d << " " << e.n << " " << e.p;
  }
}

TEST(adjusted_wald, published_example_of_a_share) {
  // ci.prop(.05, 12, 100) of the R package statpsych.
  const interval i = adjusted_wald::bounds(binomial_sample{12, 100});
  EXPECT_NEAR(i.low, .06901848, 5.1e-9);
  EXPECT_NEAR(i.high, .2002123, 5.1e-8);
}

TEST(adjusted_wald, bounds_clip) {
  EXPECT_EQ(adjusted_wald::bounds(net_sample{0, 0, 10}).high, 1);
  EXPECT_EQ(adjusted_wald::bounds(net_sample{10, 0, 0}).low, -1);
  EXPECT_EQ(adjusted_wald::bounds(binomial_sample{0, 20}).low, 0);
  EXPECT_EQ(adjusted_wald::bounds(binomial_sample{20, 20}).high, 1);
}

TEST(adjusted_wald, mirrors_exactly) {
  for (double d = 0; d <= 12; ++d) {
    for (double p = 0; d + p <= 12; ++p) {
      const interval i = adjusted_wald::bounds(net_sample{d, 12 - d - p, p});
      const interval mirror = adjusted_wald::bounds(net_sample{p, 12 - d - p, d});
      EXPECT_EQ(i.low, -mirror.high);
      EXPECT_EQ(i.high, -mirror.low);
    }
  }
}

// The documented weak spot: the centre moves towards 0, and one answer is then outside.
TEST(adjusted_wald, need_not_hold_the_value_of_a_single_answer) {
  EXPECT_LT(adjusted_wald::bounds(net_sample{0, 0, 1}).high, 1);
  for (double n = 2; n <= 50; ++n) {
    EXPECT_EQ(adjusted_wald::bounds(net_sample{0, 0, n}).high, 1) << n;
  }
}

TEST(adjusted_wald, of_nothing_is_everything) {
  EXPECT_EQ(adjusted_wald::bounds(net_sample{}), (interval{-1, 1}));
  EXPECT_EQ(adjusted_wald::bounds(binomial_sample{}), (interval{0, 1}));
}

}  // namespace
