#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/scorecard/log_normal.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "problems.hpp"

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;

constexpr crm::log_normal lighthouse{.p10 = 3785, .median = 7300};

static_assert(crm::normaliser<crm::log_normal>);
static_assert(lighthouse.direction() == crm::direction::lower_is_better);
static_assert(crm::log_normal{20, 10}.direction() == crm::direction::higher_is_better);

// GoogleChrome/lighthouse, shared/test/statistics-test.js; scores rounded to two digits there.
TEST(log_normal, lighthouse) {
  const double published[][2] = {{0, 1},      {1000, 1},   {2500, .98},  {3785, .90}, {5000, .77},
                                 {7300, .50}, {7500, .48}, {10000, .27}, {30000, 0},  {1e6, 0}};
  for (const auto& [value, score] : published) {
    EXPECT_NEAR(lighthouse.score(value) / 100, score, .005) << value;
  }
  EXPECT_EQ(lighthouse.score(3785), 90);
  EXPECT_EQ(lighthouse.score(7300), 50);
  // Its test of the tenth percentile on the other side, by the symmetry of the curve.
  EXPECT_NEAR(lighthouse.score(7300. * 7300 / 3785), 10, 1e-12);
}

TEST(log_normal, control_points_to_the_last_unit) {
  const double points[][2] = {{3785, 7300}, {500, 1500}, {.1, .25}, {1.8e3, 3.4e3}, {2500, 4000}};
  for (const auto& [p10, median] : points) {
    const crm::log_normal lower{p10, median};
    EXPECT_GE(lower.score(std::nextafter(p10, 0)), 90);
    EXPECT_GE(lower.score(p10), 90);
    EXPECT_LT(lower.score(std::nextafter(p10, 1e9)), 90);
    EXPECT_GE(lower.score(std::nextafter(median, 0)), 50);
    EXPECT_GE(lower.score(median), 50);
    EXPECT_LT(lower.score(std::nextafter(median, 1e9)), 50);
    const crm::log_normal higher{median, p10};
    EXPECT_GE(higher.score(std::nextafter(median, 1e9)), 90);
    EXPECT_GE(higher.score(median), 90);
    EXPECT_LT(higher.score(std::nextafter(median, 0)), 90);
    EXPECT_LT(higher.score(std::nextafter(p10, 0)), 50);
    EXPECT_GE(higher.score(p10), 50);
  }
}

TEST(log_normal, falls_as_the_value_gets_worse) {
  double last = 100;
  for (double x = 0; x < 40000; x += 3.7) {
    const double score = lighthouse.score(x);
    EXPECT_LE(score, last);
    last = score;
  }
}

TEST(log_normal, values_without_a_logarithm) {
  EXPECT_EQ(lighthouse.score(0), 100);
  EXPECT_EQ(lighthouse.score(-5), 100);
  EXPECT_EQ(crm::log_normal(20, 10).score(0), 0);
  EXPECT_EQ(lighthouse.slope(0), 0);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(lighthouse.score(infinity), 0);
  EXPECT_EQ(lighthouse.slope(infinity), 0);
  EXPECT_TRUE(std::isnan(lighthouse.score(std::numeric_limits<double>::quiet_NaN())));
}

TEST(log_normal, slope_is_the_derivative) {
  for (const double x : {1000., 2500., 5000., 9000., 20000.}) {
    const double numeric = (lighthouse.score(x + .01) - lighthouse.score(x - .01)) / .02;
    EXPECT_NEAR(lighthouse.slope(x), numeric, 1e-9) << x;
    EXPECT_LT(lighthouse.slope(x), 0);
  }
  const crm::log_normal higher{20, 10};
  EXPECT_NEAR(higher.slope(12), (higher.score(12.001) - higher.score(11.999)) / .002, 1e-6);
}

TEST(log_normal, settings) {
  EXPECT_EQ(problems::of(lighthouse), "");
  problems::expect_part(problems::of(crm::log_normal{0, 7}), "p10 must be finite and above 0");
  problems::expect_part(problems::of(crm::log_normal{3, -1}), "median must be finite and above 0");
  problems::expect_part(problems::of(crm::log_normal{3, 3}), "p10 equals the median");
}

// A share with bounds in percent would give nobody a point.
TEST(log_normal, bounds_in_percent_on_a_share_are_refused) {
  const auto card = [](crm::log_normal curve) {
    return problems::said_by([&] {
      return crm::make_scorecard(crm::component("answered", crm::proportion{}, curve, 1));
    });
  };
  EXPECT_EQ(card(crm::log_normal{.90, .75}), "");
  problems::expect_part(card(crm::log_normal{90, 75}), "the metric is a fraction");
}

}  // namespace
