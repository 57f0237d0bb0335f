#include <crmetrics/core/normal.hpp>

#include <boost/math/distributions/normal.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::confidence_level;
using crmetrics::critical_value;
using crmetrics::normal_cdf;
using crmetrics::normal_quantile;

double relative_error(double actual, double expected) {
  return std::abs(actual - expected) / std::abs(expected);
}

const boost::math::normal_distribution<long double> standard_normal;

TEST(normal, quantile_agrees_with_the_values_printed_beside_the_algorithm) {
  // Wichura 1988, the test values of AS 241.
  EXPECT_LT(relative_error(normal_quantile(0.25), -0.6744897501960817), 1e-15);
  EXPECT_LT(relative_error(normal_quantile(0.001), -3.090232306167814), 1e-15);
  EXPECT_LT(relative_error(normal_quantile(1e-20), -9.262340089798408), 1e-15);
}

TEST(normal, quantile_agrees_with_boost_in_all_three_branches) {
  for (int i = 1; i != 2000; ++i) {
    const double p = i / 2000.0;
    if (i == 1000) continue;  // zero: checked below
    const auto expected = static_cast<double>(quantile(standard_normal, p));
    EXPECT_LT(relative_error(normal_quantile(p), expected), 5e-15) << p;
  }
  for (double p = 1e-3; p > 1e-300; p /= 7) {
    const auto expected = static_cast<double>(quantile(standard_normal, p));
    EXPECT_LT(relative_error(normal_quantile(p), expected), 5e-15) << p;
  }
}

TEST(normal, quantile_is_odd_about_a_half) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  for (const double p : {0.0625, 0.125, 0.25, 0.375, 0.4375}) {
    EXPECT_EQ(normal_quantile(p), -normal_quantile(1 - p)) << p;
  }
}

TEST(normal, quantile_at_and_beyond_the_ends) {
  EXPECT_EQ(normal_quantile(0), -INFINITY);
  EXPECT_EQ(normal_quantile(1), INFINITY);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(NAN)));
}

TEST(normal, cdf_agrees_with_boost_far_into_the_tail) {
  for (double x = -37; x <= 8; x += 0.37) {
    const auto expected = static_cast<double>(cdf(standard_normal, x));
    // The rounding of x / sqrt(2) is magnified by x^2.
    EXPECT_LT(relative_error(normal_cdf(x), expected), 1e-15 + 2.5e-16 * x * x) << x;
  }
}

TEST(normal, critical_values_of_the_usual_levels) {
  // Printed in every table; the digits beyond are those of qnorm in base R.
  EXPECT_DOUBLE_EQ(critical_value(confidence_level{0.90}), 1.6448536269514722);
  EXPECT_DOUBLE_EQ(critical_value(confidence_level{}), 1.959963984540054);
  EXPECT_DOUBLE_EQ(critical_value(confidence_level{0.99}), 2.5758293035489004);
}

}  // namespace
