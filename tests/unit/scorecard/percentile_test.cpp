#include <crmetrics/scorecard/percentile.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

namespace crm = crmetrics;
using ties = crm::percentile::tie_rule;

const std::vector<double> set = {10, 30, 20, 20, 20};  // sorted: 10, 20, 20, 20, 30

constexpr double at_compile_time() {
  const double values[] = {10, 30, 20, 20, 20};
  return crm::percentile{}.fit(values).score(20);
}
static_assert(at_compile_time() == 25);

// One value is worse than 20, one is better, two are equal beside it; n - 1 = 4.
TEST(percentile, ties) {
  EXPECT_EQ(crm::percentile{ties::lowest}.fit(set).score(20), 25);
  EXPECT_EQ(crm::percentile{ties::average}.fit(set).score(20), 50);
  EXPECT_EQ(crm::percentile{ties::highest}.fit(set).score(20), 75);
  for (const ties rule : {ties::lowest, ties::average, ties::highest}) {
    const auto f = crm::percentile{rule}.fit(set);
    EXPECT_EQ(f.score(10), 0);
    EXPECT_EQ(f.score(30), 100);
    EXPECT_EQ(f.slope(20), 0);
    EXPECT_EQ(f.size(), 5U);
  }
}

TEST(percentile, lower_is_better_mirrors) {
  const auto down = crm::direction::lower_is_better;
  EXPECT_EQ((crm::percentile{ties::lowest, down}.fit(set).score(20)), 25);
  EXPECT_EQ((crm::percentile{ties::lowest, down}.fit(set).score(10)), 100);
  EXPECT_EQ((crm::percentile{ties::lowest, down}.fit(set).score(30)), 0);
  const auto a = crm::percentile{ties::average}.fit(set);
  const auto b = crm::percentile{ties::average, down}.fit(set);
  EXPECT_EQ(b.direction(), down);
  for (double x = 0; x < 40; x += 2.5) {
    if (x >= 10 && x <= 30) {
      EXPECT_NEAR(a.score(x) + b.score(x), 100, 1e-12) << x;
    }
  }
}

TEST(percentile, values_that_are_not_in_the_set) {
  const auto f = crm::percentile{}.fit(set);
  EXPECT_EQ(f.score(0), 0);
  EXPECT_EQ(f.score(15), 25);   // one is worse
  EXPECT_EQ(f.score(25), 100);  // four are worse
  EXPECT_EQ(f.score(99), 100);
  EXPECT_TRUE(std::isnan(f.score(std::numeric_limits<double>::quiet_NaN())));
}

TEST(percentile, never_falls_as_the_value_gets_better) {
  for (const ties rule : {ties::lowest, ties::average, ties::highest}) {
    const auto f = crm::percentile{rule}.fit(set);
    double last = 0;
    for (double x = 0; x < 40; x += .5) {
      EXPECT_GE(f.score(x), last) << x;
      last = f.score(x);
    }
  }
}

}  // namespace
