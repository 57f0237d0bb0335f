#include <crmetrics/intervals/fisher_test.hpp>

#include <boost/math/distributions/hypergeometric.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

using crmetrics::binomial_sample;
using crmetrics::fisher_test;

TEST(fisher_test, published_examples) {
  // The lady tasting tea (Fisher 1935, The Design of Experiments): 3 of 4 against 1 of 4, 34/70.
  EXPECT_NEAR(*fisher_test({3, 4}, {1, 4}).p_value, 34.0 / 70, 1e-14);
  // Convictions of like-sex twins (Fisher 1970), the help page of fisher.test in base R: 0.0005367.
  EXPECT_NEAR(*fisher_test({2, 17}, {10, 13}).p_value, 0.0005367, 5.1e-8);
  EXPECT_EQ(*fisher_test({0, 15}, {0, 12}).p_value, 1);
}

TEST(fisher_test, agrees_with_boosts_hypergeometric_distribution) {
  for (unsigned n_a = 1; n_a <= 13; n_a += 3) {
    for (unsigned n_b = 1; n_b <= 16; n_b += 5) {
      for (unsigned all = 0; all <= n_a + n_b; ++all) {
        const boost::math::hypergeometric_distribution<double> table(n_a, all, n_a + n_b);
        const unsigned lowest = all > n_b ? all - n_b : 0;
        const unsigned highest = std::min(all, n_a);
        for (unsigned x = lowest; x <= highest; ++x) {
          double expected = 0;
          for (unsigned k = lowest; k <= highest; ++k) {
            if (pdf(table, k) <= pdf(table, x) * (1 + 1e-7)) expected += pdf(table, k);
          }
          EXPECT_NEAR(
              *fisher_test({double(x), double(n_a)}, {double(all - x), double(n_b)}).p_value,
              expected, 1e-12);
        }
      }
    }
  }
}

TEST(fisher_test, is_symmetric) {
  EXPECT_NEAR(*fisher_test({280, 400}, {250, 400}).p_value,
              *fisher_test({250, 400}, {280, 400}).p_value, 1e-15);
  EXPECT_NEAR(*fisher_test({9, 10}, {3, 10}).p_value, *fisher_test({1, 10}, {7, 10}).p_value,
              1e-15);
}

TEST(fisher_test, of_millions) {
  // Large counts: the continuity-corrected test is close to the exact one.
  const binomial_sample a{500600, 1e6}, b{499400, 1e6};
  EXPECT_NEAR(*fisher_test(a, b).p_value, *crmetrics::yates_test(a, b).p_value, 1e-5);
  // Far apart: the p-value leaves the doubles.
  EXPECT_EQ(*fisher_test({9e5, 1e6}, {1e5, 1e6}).p_value, 0);
}

TEST(fisher_test, of_nothing_has_no_p_value) {
  EXPECT_FALSE(fisher_test({0, 0}, {3, 10}).p_value);
  EXPECT_FALSE(fisher_test({3, 10}, {0, 0}).p_value);
}

TEST(fisher_test, refuses_effective_counts_and_names_all_of_them) {
  try {
    fisher_test({2.5, 10}, {3, 9.7});
    FAIL() << "taken";
  } catch (const crmetrics::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2U);
    const std::string text = e.what();
    EXPECT_NE(text.find("successes of a: value \"2.5"), std::string::npos) << text;
    EXPECT_NE(text.find("trials of b: value \"9.7"), std::string::npos) << text;
  }
}

}  // namespace
