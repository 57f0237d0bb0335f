#include <crmetrics/intervals/two_proportions.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::binomial_sample;
using crmetrics::compare;
using crmetrics::confidence_level;
using crmetrics::difference;
using crmetrics::newcombe;
using crmetrics::status;
using crmetrics::wald;

TEST(two_proportions, published_examples) {
  struct example {
    double x, m, y, n, low, high;
  };
  // Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10 (four digits); digits
  // beyond from base R.
  for (const example& e :
       {example{56, 70, 48, 80, .0524315, .3338727}, example{9, 10, 3, 10, .1705227, .8090180},
        example{10, 10, 0, 20, .6790860, 1}}) {
    const difference d = compare(binomial_sample{e.x, e.m}, binomial_sample{e.y, e.n}, newcombe{});
    EXPECT_NEAR(d.interval()->low, e.low, 5.1e-8);
    EXPECT_NEAR(d.interval()->high, e.high, 5.1e-8);
    EXPECT_DOUBLE_EQ(d.value(), e.x / e.m - e.y / e.n);
    EXPECT_EQ(d.method(), "Newcombe hybrid score");
    EXPECT_EQ(d.n_a(), static_cast<unsigned>(e.m));
    EXPECT_EQ(d.n_b(), static_cast<unsigned>(e.n));
  }
}

TEST(two_proportions, wald_degenerates_where_newcombe_does_not) {
  const difference d = compare(binomial_sample{10, 10}, binomial_sample{0, 20}, wald{});
  EXPECT_EQ(d.interval()->low, 1);
  EXPECT_EQ(d.interval()->high, 1);
  EXPECT_FALSE(d.p_value());
  EXPECT_LT(*compare(binomial_sample{10, 10}, binomial_sample{0, 20}, newcombe{}).p_value(), 1e-7);
}

TEST(two_proportions, turning_the_sides_turns_the_sign) {
  for (const double level : {0.8, 0.95}) {
    const auto check = [&](auto method) {
      const difference d =
          compare(binomial_sample{9, 10}, binomial_sample{3, 13}, method, confidence_level{level});
      const difference e =
          compare(binomial_sample{3, 13}, binomial_sample{9, 10}, method, confidence_level{level});
      EXPECT_EQ(d.value(), -e.value());
      EXPECT_NEAR(d.interval()->low, -e.interval()->high, 1e-15);
      EXPECT_NEAR(d.interval()->high, -e.interval()->low, 1e-15);
      EXPECT_EQ(*d.p_value(), *e.p_value());
    };
    check(newcombe{});
    check(wald{});
  }
}

TEST(two_proportions, stay_inside_and_contain_the_value) {
  for (double x = 0; x <= 6; ++x) {
    for (double y = 0; y <= 9; ++y) {
      const difference d = compare(binomial_sample{x, 6}, binomial_sample{y, 9}, newcombe{});
      EXPECT_TRUE(d.interval()->contains(d.value()));
      EXPECT_GE(d.interval()->low, -1);
      EXPECT_LE(d.interval()->high, 1);
      EXPECT_GT(d.interval()->width(), 0);
    }
  }
}

TEST(two_proportions, of_nothing_have_no_value) {
  const difference d = compare(binomial_sample{0, 0}, binomial_sample{3, 10}, newcombe{});
  EXPECT_EQ(d.status(), status::no_data);
  EXPECT_FALSE(d.interval());
  EXPECT_FALSE(d.p_value());
  EXPECT_THROW(d.value(), crmetrics::no_value);
  EXPECT_EQ(compare(binomial_sample{3, 10}, binomial_sample{0, 0}, wald{}).status(),
            status::no_data);
}

TEST(two_proportions, refuse_impossible_counts) {
  EXPECT_THROW(compare(binomial_sample{11, 10}, binomial_sample{3, 10}, newcombe{}),
               crmetrics::bad_input);
  EXPECT_THROW(compare(binomial_sample{1, 10}, binomial_sample{-3, 10}, wald{}),
               crmetrics::bad_input);
}

}  // namespace
