#include <crmetrics/intervals/funnel_limits.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

// nhs-r-community/FunnelPlotR, tests/testthat (MIT): test-poisson_limits.R, test-classes_methods.R;
// the same by scipy 1.17 stats.chi2.ppf.
TEST(funnel_limits, are_those_of_funnel_plot_r) {
  using crmetrics::confidence_level;
  const double expected[] = {15, 20, 30};
  const double low_95[] = {.5596924, .6108260, .6746958};
  const double high_95[] = {1.649348, 1.544419, 1.427562};
  const double low_998[] = {.3862650, .4479107, .5289724};
  const double high_998[] = {2.082907, 1.902094, 1.702771};
  for (int i = 0; i != 3; ++i) {
    const auto a = crmetrics::funnel_limits(expected[i]);
    const auto b = crmetrics::funnel_limits(expected[i], confidence_level{.998});
    EXPECT_NEAR(a.low, low_95[i], 5e-8);
    EXPECT_NEAR(a.high, high_95[i], 5e-7);
    EXPECT_NEAR(b.low, low_998[i], 5e-8);
    EXPECT_NEAR(b.high, high_998[i], 5e-7);
  }
}

TEST(funnel_limits, around_a_proportion_they_are_wrong) {
  const auto two_percent = crmetrics::funnel_limits(300);
  EXPECT_NEAR(.02 * two_percent.low, .0178, 5e-5);
  EXPECT_NEAR(.02 * two_percent.high, .0224, 5e-5);
  EXPECT_GT(.9 * crmetrics::funnel_limits(100).high, 1.09);
}

TEST(funnel_limits, dispersion) {
  const std::vector<crmetrics::observed_expected> units{{100, 108}, {150, 112}, {180, 165},
                                                        {80, 95},   {120, 100}, {225, 220}};
  EXPECT_NEAR(*crmetrics::funnel_dispersion(units), 2.948033175102358, 1e-12);
  EXPECT_FALSE(crmetrics::funnel_dispersion({}).has_value());
}

TEST(funnel_limits, what_cannot_be_is_refused) {
  EXPECT_THROW(crmetrics::funnel_limits(0), crmetrics::bad_input);
  const std::vector<crmetrics::observed_expected> units{{0, 10}, {5, -1}};
  try {
    static_cast<void>(crmetrics::funnel_dispersion(units));
    FAIL();
  } catch (const crmetrics::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
  }
}

}  // namespace
