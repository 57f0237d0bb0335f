#include <crmetrics/intervals/wilson.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::binomial_sample;
using crmetrics::confidence_level;
using crmetrics::interval;
using crmetrics::wilson;
using crmetrics::wilson_corrected;

TEST(wilson, published_examples) {
  struct example {
    double x, n, low, high;
  };
  // 81/263, 15/148, 0/20, 1/29: Newcombe 1998, Statistics in Medicine 17, 857-872, table I, there
  // to four digits; all rows as in the tests of statsmodels (proportion_confint), six digits, and
  // base R; 280/400 is the survey example of SQM.
  for (const example& e :
       {example{4, 20, .0806577, .4160174}, example{18, 20, .6989664, .9721335},
        example{0, 30, 0, .1135134}, example{1, 30, .0059086, .1667039},
        example{81, 263, .2552885, .3662096}, example{15, 148, .0623864, .1604872},
        example{0, 20, 0, .1611252}, example{1, 29, .0061132, .1717552},
        example{19, 38, .3484993, .6515007}, example{280, 400, .6533628, .7428323}}) {
    const interval i = wilson::bounds(binomial_sample{e.x, e.n});
    EXPECT_NEAR(i.low, e.low, 5.1e-8) << e.x << "/" << e.n;
    EXPECT_NEAR(i.high, e.high, 5.1e-8) << e.x << "/" << e.n;
  }
}

TEST(wilson, ends_solve_the_score_equation) {
  for (const double level : {0.5, 0.9, 0.999}) {
    const double z = crmetrics::critical_value(confidence_level{level});
    for (const double n : {1.0, 7.3, 20.0, 1e4}) {
      for (const double share : {0.01, 0.3, 0.5, 0.9}) {
        const interval i = wilson::bounds({share * n, n}, confidence_level{level});
        for (const double end : {i.low, i.high}) {
          EXPECT_NEAR(std::abs(share - end), z * std::sqrt(end * (1 - end) / n), 1e-14);
        }
      }
    }
  }
}

// statsmodels issue 7386: 38 of 38 and 0 of 77 came out a rounding error outside [0, 1].
TEST(wilson, ends_exactly_at_0_and_1) {
  EXPECT_EQ(wilson::bounds({38, 38}).high, 1);
  EXPECT_EQ(wilson::bounds({0, 77}).low, 0);
  for (double n = 1; n <= 3000; ++n) {
    EXPECT_EQ(wilson::bounds({0, n}).low, 0) << n;
    EXPECT_EQ(wilson::bounds({n, n}).high, 1) << n;
    EXPECT_EQ(wilson_corrected::bounds({0, n}).low, 0) << n;
    EXPECT_EQ(wilson_corrected::bounds({n, n}).high, 1) << n;
  }
}

TEST(wilson, keeps_relative_precision_of_rare_events) {
  // 3 of 10^12: the root of the score equation by mpmath with 50 digits.
  const interval i = wilson::bounds({3, 1e12});
  EXPECT_NEAR(i.low / 1.02027072836483303e-12, 1, 1e-15);
}

TEST(wilson, mirrors_and_contains_the_share) {
  for (double n = 1; n <= 60; ++n) {
    for (double x = 0; x <= n; ++x) {
      const interval i = wilson::bounds({x, n});
      const interval mirror = wilson::bounds({n - x, n});
      EXPECT_NEAR(i.low, 1 - mirror.high, 1e-15);
      EXPECT_NEAR(i.high, 1 - mirror.low, 1e-15);
      EXPECT_TRUE(i.contains(x / n));
    }
  }
}

TEST(wilson, of_no_trials_is_everything) {
  EXPECT_EQ(wilson::bounds({0, 0}), (interval{0, 1}));
  EXPECT_EQ(wilson_corrected::bounds({0, 0}), (interval{0, 1}));
}

TEST(wilson, at_vanishing_and_extreme_levels) {
  const interval narrow = wilson::bounds({0, 10}, confidence_level{1e-17});
  EXPECT_EQ(narrow.low, 0);
  EXPECT_NEAR(narrow.high, 0, 1e-12);
  const interval wide = wilson::bounds({5, 10}, confidence_level{1 - 1e-15});
  EXPECT_GT(wide.width(), 0.9);
  EXPECT_LE(wide.high, 1);
}

TEST(wilson_corrected, published_examples) {
  struct example {
    double x, n, low, high;
  };
  // Newcombe 1998, table I, method 4 (four digits); 12/100 as in ci.prop of statpsych.
  for (const example& e : {example{81, 263, .2535, .3682}, example{15, 148, .0598, .1644},
                           example{0, 20, 0, .2005}, example{1, 29, .0018, .1963}}) {
    const interval i = wilson_corrected::bounds(binomial_sample{e.x, e.n});
    EXPECT_NEAR(i.low, e.low, 5.1e-5) << e.x << "/" << e.n;
    EXPECT_NEAR(i.high, e.high, 5.1e-5) << e.x << "/" << e.n;
  }
  const interval i = wilson_corrected::bounds({12, 100});
  EXPECT_NEAR(i.low, .06625153, 5.1e-9);
  EXPECT_NEAR(i.high, .2039772, 5.1e-8);
}

TEST(wilson_corrected, equals_newcombes_formula) {
  const double z = 1.959963984540054;
  for (double n = 2; n <= 40; ++n) {
    for (double x = 1; x < n; ++x) {
      const double p = x / n, q = 1 - p;
      const double low =
          (2 * x + z * z - 1 - z * std::sqrt(z * z - 2 - 1 / n + 4 * p * (n * q + 1))) /
          (2 * (n + z * z));
      const double high =
          (2 * x + z * z + 1 + z * std::sqrt(z * z + 2 - 1 / n + 4 * p * (n * q - 1))) /
          (2 * (n + z * z));
      const interval i = wilson_corrected::always_corrected({x, n});
      EXPECT_NEAR(i.low, low, 1e-14);
      EXPECT_NEAR(i.high, high, 1e-14);
    }
  }
}

TEST(wilson_corrected, is_wider_but_for_a_half) {
  for (double n = 1; n <= 60; ++n) {
    for (double x = 0; x <= n; ++x) {
      const interval plain = wilson::bounds({x, n});
      const interval corrected = wilson_corrected::bounds({x, n});
      EXPECT_LE(corrected.low, plain.low);
      EXPECT_GE(corrected.high, plain.high);
      EXPECT_EQ(corrected == plain, 2 * x == n) << x << "/" << n;
      EXPECT_GT(wilson_corrected::always_corrected({x, n}).width(), plain.width());
    }
  }
}

}  // namespace
