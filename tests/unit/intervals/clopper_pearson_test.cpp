#include <crmetrics/intervals/clopper_pearson.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::binomial_sample;
using crmetrics::clopper_pearson;
using crmetrics::confidence_level;
using crmetrics::interval;

TEST(clopper_pearson, published_examples) {
  struct example {
    double x, n, low, high;
  };
  // 81/263, 15/148, 0/20, 1/29: Newcombe 1998, Statistics in Medicine 17, 857-872, table I, there
  // to four digits; all rows as in the tests of statsmodels (proportion_confint, "beta"), six
  // digits, and base R; 280/400 is the survey example of SQM.
  for (const example& e :
       {example{4, 20, .0573340, .4366140}, example{18, 20, .6830173, .9876515},
        example{0, 30, 0, .1157033}, example{1, 30, .0008436, .1721695},
        example{81, 263, .2527367, .3676219}, example{15, 148, .0578440, .1616505},
        example{0, 20, 0, .1684335}, example{1, 29, .0008726, .1776443},
        example{19, 38, .3337890, .6662110}, example{280, 400, .6524781, .7445333}}) {
    const interval i = clopper_pearson::bounds(binomial_sample{e.x, e.n});
    EXPECT_NEAR(i.low, e.low, 5.1e-8) << e.x << "/" << e.n;
    EXPECT_NEAR(i.high, e.high, 5.1e-8) << e.x << "/" << e.n;
  }
}

// The definition, summed term by term.
TEST(clopper_pearson, tail_probabilities_are_half_of_alpha) {
  const int n = 23;
  for (const double level : {0.8, 0.95, 0.99}) {
    for (int x = 0; x <= n; ++x) {
      const interval i =
          clopper_pearson::bounds({static_cast<double>(x), n}, confidence_level{level});
      const auto up_to = [&](int k, double p) {
        double term = std::pow(1 - p, n), sum = term;
        for (int j = 1; j <= k; ++j) sum += term *= (n - j + 1.0) / j * (p / (1 - p));
        return sum;
      };
      if (x < n) {
        EXPECT_NEAR(up_to(x, i.high), (1 - level) / 2, 1e-12);
      }
      if (x > 0) {
        EXPECT_NEAR(1 - up_to(x - 1, i.low), (1 - level) / 2, 1e-12);
      }
    }
  }
}

// By mpmath 1.3, quadrature of the density at 50 digits.
TEST(clopper_pearson, counts_too_large_for_the_incomplete_beta) {
  const interval i = clopper_pearson::bounds({1e11, 1e13});
  EXPECT_NEAR(i.low, 0.0099999383312647486381, 1e-15);
  EXPECT_NEAR(i.high, 0.010000061669018893643, 1e-15);
}

TEST(clopper_pearson, ends_exactly_at_0_and_1) {
  EXPECT_EQ(clopper_pearson::bounds({0, 77}).low, 0);
  EXPECT_EQ(clopper_pearson::bounds({38, 38}).high, 1);
  EXPECT_EQ(clopper_pearson::bounds({0, 0}), (interval{0, 1}));
}

TEST(clopper_pearson, takes_effective_counts) {
  const interval i = clopper_pearson::bounds({2.5, 9.7});
  EXPECT_GT(i.low, clopper_pearson::bounds({2, 9.7}).low);
  EXPECT_LT(i.high, clopper_pearson::bounds({3, 9.7}).high);
}

}  // namespace
