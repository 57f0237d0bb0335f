#include <crmetrics/intervals/two_proportion_tests.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::pooled_z_test;
using crmetrics::test_outcome;
using crmetrics::yates_test;

TEST(two_proportion_tests, values_of_base_r) {
  // prop.test(c(56, 48), c(70, 80)), without and with correction; the data are Newcombe's (1998).
  const test_outcome z = pooled_z_test({56, 70}, {48, 80});
  EXPECT_NEAR(*z.statistic * *z.statistic, 7.02341137123746, 1e-12);
  EXPECT_NEAR(*z.p_value, 0.008045081368196564, 1e-14);
  EXPECT_NEAR(*yates_test({56, 70}, {48, 80}).p_value, 0.013409475178668924, 1e-14);
  EXPECT_NEAR(*pooled_z_test({10, 10}, {0, 20}).p_value / 4.3204630578275e-8, 1, 1e-12);
}

TEST(two_proportion_tests, keep_the_sign) {
  EXPECT_GT(*pooled_z_test({9, 10}, {3, 10}).statistic, 0);
  EXPECT_EQ(*pooled_z_test({9, 10}, {3, 10}).statistic,
            -*pooled_z_test({3, 10}, {9, 10}).statistic);
  EXPECT_EQ(*yates_test({9, 10}, {3, 10}).statistic, -*yates_test({3, 10}, {9, 10}).statistic);
}

TEST(two_proportion_tests, correction_stops_at_no_difference) {
  EXPECT_EQ(*yates_test({5, 10}, {5, 10}).p_value, 1);
  EXPECT_EQ(*yates_test({50, 101}, {50, 100}).p_value, 1);
  EXPECT_LT(*pooled_z_test({50, 101}, {50, 100}).p_value, 1);
}

TEST(two_proportion_tests, have_nothing_to_go_by_without_variation_or_data) {
  EXPECT_FALSE(pooled_z_test({0, 15}, {0, 12}).p_value);
  EXPECT_FALSE(pooled_z_test({15, 15}, {12, 12}).p_value);
  EXPECT_FALSE(yates_test({0, 15}, {0, 12}).statistic);
  EXPECT_FALSE(pooled_z_test({0, 0}, {3, 12}).p_value);
}

}  // namespace
