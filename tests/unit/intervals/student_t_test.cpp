#include <crmetrics/intervals/student_t.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using crmetrics::confidence_level;
using crmetrics::interval;
using crmetrics::student_t;

double relative_error(double actual, long double expected) {
  return static_cast<double>(std::abs((static_cast<long double>(actual) - expected) / expected));
}

using t_distribution = boost::math::students_t_distribution<long double>;

TEST(student_t, critical_values_of_the_printed_tables) {
  // 95 %, two-sided: the column of any table; digits beyond it by mpmath.
  EXPECT_NEAR(student_t::critical_value({}, 1), 12.7062047361747046, 1e-12);
  EXPECT_NEAR(student_t::critical_value({}, 2), 4.30265272974946385, 1e-12);
  EXPECT_NEAR(student_t::critical_value({}, 5), 2.57058183563631551, 1e-12);
  EXPECT_NEAR(student_t::critical_value({}, 9), 2.26215716279820554, 1e-12);
  EXPECT_NEAR(student_t::critical_value({}, 30), 2.04227245630123831, 1e-12);
  EXPECT_NEAR(student_t::critical_value({}, 100), 1.98397151852355229, 1e-12);
}

TEST(student_t, critical_values_agree_with_boost) {
  std::vector<double> all_df;
  for (int df = 1; df <= 1000; ++df) all_df.push_back(df);
  for (const double df : {1.001, 1.5, 2.7, 3.3, 9.99, 17.776, 100.5, 1e4, 12345.6, 1e5, 1e6, 1e9}) {
    all_df.push_back(df);
  }
  for (const double level : {0.5, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999}) {
    for (const double df : all_df) {
      const long double half_alpha = (1 - static_cast<long double>(level)) / 2;
      const long double expected = quantile(complement(t_distribution(df), half_alpha));
      EXPECT_LT(relative_error(student_t::critical_value(confidence_level{level}, df), expected),
                1e-12)
          << "level " << level << " df " << df;
    }
  }
}

TEST(student_t, critical_values_agree_with_boost_at_odd_levels) {
  for (const double level : {1e-6, 0.01, 0.3, 0.49, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12}) {
    for (const double df : {1.0, 1.2, 2.0, 3.0, 4.5, 10.0, 50.0, 300.0, 900.0, 5000.0, 1e7}) {
      const long double half_alpha = (1 - static_cast<long double>(level)) / 2;
      const long double expected = quantile(complement(t_distribution(df), half_alpha));
      EXPECT_LT(relative_error(student_t::critical_value(confidence_level{level}, df), expected),
                1e-12)
          << "level " << level << " df " << df;
    }
  }
}

TEST(student_t, p_values_agree_with_boost) {
  for (const double df : {1.0, 1.5, 2.0, 5.0, 17.776, 100.0, 1e4, 1e6, 1e8, 1e10}) {
    for (const double t : {1e-8, 0.01, 0.5, 0.9, 1.0, 1.1, 2.0, 5.0, 15.0, 1000.0}) {
      const long double expected = 2 * cdf(complement(t_distribution(df), t));
      if (expected < 1e-290L) continue;
      EXPECT_LT(relative_error(crmetrics::detail::t_two_sided_p(t, df), expected), 1e-11)
          << "t " << t << " df " << df;
      EXPECT_EQ(crmetrics::detail::t_two_sided_p(-t, df), crmetrics::detail::t_two_sided_p(t, df));
    }
  }
  EXPECT_EQ(crmetrics::detail::t_two_sided_p(0, 5), 1);
  EXPECT_EQ(crmetrics::detail::t_two_sided_p(INFINITY, 5), 0);
}

TEST(student_t, published_example) {
  // Student 1908, the additional hours of sleep of ten patients: differences of mean 1.58 and
  // standard deviation 1.229995; t.test of base R on the data set sleep prints the interval.
  const double standard_deviation = std::sqrt(13.616 / 9);
  const interval i = student_t::bounds(
      {.n = 10, .mean = 1.58, .standard_error = standard_deviation / std::sqrt(10.0)});
  EXPECT_NEAR(i.low, 0.7001142, 5.1e-8);
  EXPECT_NEAR(i.high, 2.4598858, 5.1e-8);
}

TEST(student_t, tends_to_the_normal_from_above) {
  const double z = crmetrics::critical_value({});
  double before = INFINITY;
  for (double df = 1; df < 1e12; df *= 1.3) {
    const double t = student_t::critical_value({}, df);
    EXPECT_LT(t, before);
    EXPECT_GE(t, z);
    before = t;
  }
  EXPECT_NEAR(before, z, 1e-11);
}

TEST(student_t, of_one_value_is_everything) {
  EXPECT_EQ(student_t::bounds({0, 0, 0}), (interval{-INFINITY, INFINITY}));
  EXPECT_EQ(student_t::bounds({1, 3, 0}), (interval{-INFINITY, INFINITY}));
}

TEST(student_t, fewer_than_one_degree_of_freedom_count_as_one) {
  EXPECT_EQ(student_t::bounds({1.5, 0, 1}), student_t::bounds({2, 0, 1}));
}

}  // namespace
