#include <crmetrics/core/error.hpp>
#include <crmetrics/intervals/holm.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

void expect_adjusted(const std::vector<double>& p, const std::vector<double>& expected) {
  const std::vector<double> adjusted = crm::holm(p);
  ASSERT_EQ(adjusted.size(), expected.size());
  for (std::size_t i = 0; i != p.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12) << i;
}

TEST(holm, published_examples) {
  // The documentation of @stdlib/stats/padjust, which was tested against p.adjust of R.
  expect_adjusted({.319, .201, .4, .374, .113}, {.957, .804, .957, .957, .565});
  // The worked example of the Holm-Bonferroni article in Wikipedia: at .05 the first and the last
  // are rejected.
  expect_adjusted({.01, .04, .03, .005}, {.03, .06, .06, .02});
}

TEST(holm, by_hand) {
  expect_adjusted({.01, .02, .03, .04, .05}, {.05, .08, .09, .09, .09});
  expect_adjusted({.2}, {.2});
  expect_adjusted({}, {});
  expect_adjusted({.9, .8, .7}, {1, 1, 1});
  expect_adjusted({0, 1, .02, .02}, {0, 1, .06, .06});
}

TEST(holm, lies_between_the_value_and_bonferroni_and_keeps_the_order) {
  std::vector<double> p;
  for (int i = 0; i != 190; ++i) p.push_back((i * 7919 % 1000) / 1000.0 * .02);
  const auto adjusted = crm::holm(p);
  for (std::size_t i = 0; i != p.size(); ++i) {
    EXPECT_GE(adjusted[i], p[i]);
    EXPECT_LE(adjusted[i], 190 * p[i] + 1e-15);
    for (std::size_t j = 0; j != p.size(); ++j) {
      if (p[i] <= p[j]) {
        EXPECT_LE(adjusted[i], adjusted[j]);
      }
    }
  }
}

TEST(holm, refuses_what_is_no_probability_by_row) {
  try {
    static_cast<void>(crm::holm(std::vector<double>{.5, -.1, 1.5}));
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()->row, 2u);
  }
}

}  // namespace
