#include <crmetrics/intervals/wald.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::binomial_sample;
using crmetrics::confidence_level;
using crmetrics::interval;
using crmetrics::net_sample;
using crmetrics::wald;

// Detractors, passives, promoters: tests of the R package NPS 2.0.999 (brendan-r/NPS) and runs of
// it; the last row is the gist jdmaturen/2995b2795c63825feec0, put right.
TEST(wald, published_examples_of_nps) {
  struct example {
    double d, n, p, low, high;
  };
  for (const example& e :
       {example{1, 2, 3, -.263065, .929731}, example{3, 6, 11, .077945, .722055},
        example{20, 30, 50, .146922, .453078}, example{0, 0, 10, 1, 1},
        example{0, 1, 9, .714061, 1.085939}, example{606, 2004, 4196, .511945, .543006},
        example{75, 675, 250, .141372, .208628}}) {
    const interval i = wald::unclipped(net_sample{e.d, e.n, e.p});
    EXPECT_NEAR(i.low, e.low, 5.1e-7) << e.d << " " << e.n << " " << e.p;
    EXPECT_NEAR(i.high, e.high, 5.1e-7) << e.d << " " << e.n << " " << e.p;
  }
}

TEST(wald, published_example_of_a_share) {
  // Agresti, Coull 1998 and every textbook: 18/20 overshoots. The ends are base R's.
  const interval i = wald::unclipped(binomial_sample{18, 20});
  EXPECT_NEAR(i.low, 0.768521618913513, 1e-14);
  EXPECT_NEAR(i.high, 1.03147838108648715, 1e-14);
}

TEST(wald, bounds_clip) {
  EXPECT_EQ(wald::bounds(binomial_sample{18, 20}).high, 1);
  EXPECT_EQ(wald::bounds(binomial_sample{1, 30}).low, 0);
  EXPECT_EQ(wald::bounds(net_sample{0, 1, 9}).high, 1);
  EXPECT_EQ(wald::bounds(net_sample{9, 1, 0}).low, -1);
}

TEST(wald, has_no_width_where_all_agree) {
  EXPECT_EQ(wald::bounds(binomial_sample{10, 10}), (interval{1, 1}));
  EXPECT_EQ(wald::bounds(net_sample{0, 0, 10}), (interval{1, 1}));
  EXPECT_EQ(wald::bounds(net_sample{0, 10, 0}), (interval{0, 0}));
}

TEST(wald, of_nothing_is_everything) {
  EXPECT_EQ(wald::bounds(binomial_sample{}), (interval{0, 1}));
  EXPECT_EQ(wald::bounds(net_sample{}), (interval{-1, 1}));
}

}  // namespace
