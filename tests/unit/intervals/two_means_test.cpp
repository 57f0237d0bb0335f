#include <crmetrics/intervals/two_means.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>

namespace {

using crmetrics::compare;
using crmetrics::difference;
using crmetrics::mean_sample;
using crmetrics::status;
using crmetrics::welch;

mean_sample sample_of(std::initializer_list<double> values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double x : values) sum += x;
  const double mean = sum / n;
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return {n, mean, std::sqrt(squares / (n - 1) / n)};
}

TEST(two_means, published_example) {
  // Student's sleep data (1908); t.test(extra ~ group, data = sleep) of base R prints t = -1.8608,
  // df = 17.776, p-value = 0.07939 and -3.3654832 0.2054832.
  const mean_sample a = sample_of({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
  const mean_sample b = sample_of({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});
  EXPECT_NEAR(welch::degrees_of_freedom(a, b), 17.776, 5.1e-4);
  const difference d = compare(a, b, welch{});
  EXPECT_NEAR(d.value(), 0.75 - 2.33, 1e-14);
  EXPECT_NEAR(d.value() / *d.standard_error(), -1.8608, 5.1e-5);
  EXPECT_NEAR(*d.p_value(), 0.07939, 5.1e-6);
  EXPECT_NEAR(d.interval()->low, -3.3654832, 5.1e-8);
  EXPECT_NEAR(d.interval()->high, 0.2054832, 5.1e-8);
}

TEST(two_means, equal_spreads_and_sizes_pool_the_degrees_of_freedom) {
  EXPECT_DOUBLE_EQ(welch::degrees_of_freedom({10, 3, 0.5}, {10, 1, 0.5}), 18);
  EXPECT_DOUBLE_EQ(welch::degrees_of_freedom({10, 3, 0.5}, {4, 1, 0}), 9);
  EXPECT_DOUBLE_EQ(welch::degrees_of_freedom({10, 3, 1e-200}, {10, 1, 1e-200}), 18);
}

TEST(two_means, of_constants_have_no_p_value) {
  const difference d = compare(mean_sample{5, 2, 0}, mean_sample{5, 1, 0}, welch{});
  EXPECT_EQ(d.value(), 1);
  EXPECT_EQ(d.interval()->width(), 0);
  EXPECT_FALSE(d.p_value());
}

TEST(two_means, of_one_value_or_none) {
  const difference one = compare(mean_sample{1, 2, 0}, mean_sample{5, 1, 0.1}, welch{});
  EXPECT_EQ(one.status(), status::insufficient_data);
  EXPECT_EQ(one.value(), 1);
  EXPECT_FALSE(one.interval());
  const difference none = compare(mean_sample{}, mean_sample{5, 1, 0.1}, welch{});
  EXPECT_EQ(none.status(), status::no_data);
  EXPECT_THROW(none.value(), crmetrics::no_value);
}

TEST(two_means, refuse_what_cannot_be) {
  EXPECT_THROW(compare(mean_sample{5, NAN, 1}, mean_sample{5, 1, 1}, welch{}),
               crmetrics::bad_input);
}

}  // namespace
