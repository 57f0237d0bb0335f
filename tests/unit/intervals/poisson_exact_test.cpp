#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/intervals/poisson_score.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::confidence_level;
using crmetrics::interval;
using crmetrics::poisson_exact;

TEST(poisson_exact, published_examples) {
  struct example {
    double x, exposure, low, high;
  };
  // The help page of poisson.test in base R (137 cases of leukaemia, Fay 2010), and the rows 0, 1,
  // 5, 10 and 100 of the printed tables of exact limits (Garwood 1936), digits beyond from SciPy.
  for (const example& e :
       {example{137, 24.19893, 4.753125, 6.692709}, example{0, 1, 0, 3.688879},
        example{1, 1, .025318, 5.571643}, example{5, 1, 1.623486, 11.668332},
        example{10, 1, 4.795389, 18.390356}, example{100, 1, 81.363991, 121.626794}}) {
    const interval i = poisson_exact::bounds({e.x, e.exposure});
    EXPECT_NEAR(i.low, e.low, 5.1e-7) << e.x;
    EXPECT_NEAR(i.high, e.high, 5.1e-7) << e.x;
  }
}

// The definition, summed term by term: at the upper end, x events or fewer have probability
// alpha / 2; at the lower end, x or more have.
TEST(poisson_exact, tail_probabilities_are_half_of_alpha) {
  for (const double level : {0.8, 0.95, 0.99}) {
    for (int x = 0; x <= 40; ++x) {
      const interval i =
          poisson_exact::bounds({static_cast<double>(x), 1}, confidence_level{level});
      const auto up_to = [](int k, double mean) {
        double term = std::exp(-mean), sum = term;
        for (int j = 1; j <= k; ++j) sum += term *= mean / j;
        return sum;
      };
      EXPECT_NEAR(up_to(x, i.high), (1 - level) / 2, 1e-12);
      if (x > 0) {
        EXPECT_NEAR(1 - up_to(x - 1, i.low), (1 - level) / 2, 1e-12);
      }
    }
  }
}

TEST(poisson_exact, of_no_exposure_is_everything) {
  EXPECT_EQ(poisson_exact::bounds({0, 0}), (interval{0, INFINITY}));
}

TEST(poisson_exact, takes_effective_counts) {
  const double below = poisson_exact::bounds({3, 1}).low;
  const double between = poisson_exact::bounds({3.5, 1}).low;
  const double above = poisson_exact::bounds({4, 1}).low;
  EXPECT_LT(below, between);
  EXPECT_LT(between, above);
}

}  // namespace
