#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/scorecard/logistic.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "problems.hpp"

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;

constexpr crm::logistic curve{.mid = 80, .width = 5};

static_assert(crm::normaliser<crm::logistic>);
static_assert(curve.direction() == crm::direction::higher_is_better);
static_assert(crm::logistic{80, -5}.direction() == crm::direction::lower_is_better);

// 1 / (1 + 1/k) for distances of ln k widths.
TEST(logistic, by_hand) {
  EXPECT_EQ(curve.score(80), 50);
  EXPECT_NEAR(curve.score(80 + 5 * std::log(3)), 75, 1e-12);
  EXPECT_NEAR(curve.score(80 + 5 * std::log(9)), 90, 1e-12);
  EXPECT_NEAR(curve.score(80 - 5 * std::log(19)), 5, 1e-12);
  EXPECT_NEAR(curve.score(85), 73.10585786300049, 1e-12);  // the logistic function at 1
  EXPECT_EQ(curve.slope(80), 5);                           // 25 / width
}

TEST(logistic, mirrors_with_the_sign_of_the_width) {
  const crm::logistic lower{80, -5};
  for (double x = 50; x < 110; x += 1.3) {
    EXPECT_NEAR(curve.score(x) + lower.score(x), 100, 1e-12);
    EXPECT_NEAR(curve.slope(x), -lower.slope(x), 1e-15);
  }
}

TEST(logistic, far_away) {
  EXPECT_EQ(curve.score(1e9), 100);
  EXPECT_EQ(curve.score(-1e9), 0);
  EXPECT_EQ(curve.slope(1e9), 0);
  EXPECT_EQ(curve.slope(-1e9), 0);
  EXPECT_TRUE(std::isnan(curve.score(std::numeric_limits<double>::quiet_NaN())));
}

TEST(logistic, slope_is_the_derivative) {
  for (double x = 60; x < 100; x += 3) {
    EXPECT_NEAR(curve.slope(x), (curve.score(x + 1e-4) - curve.score(x - 1e-4)) / 2e-4, 1e-7);
  }
}

TEST(logistic, settings) {
  EXPECT_EQ(problems::of(curve), "");
  problems::expect_part(problems::of(crm::logistic{80, 0}), "width must be finite and not 0");
  const double infinity = std::numeric_limits<double>::infinity();
  problems::expect_part(problems::of(crm::logistic{infinity, 1}), "mid is not finite");
}

// A share with bounds in percent would give nobody a point.
TEST(logistic, bounds_in_percent_on_a_share_are_refused) {
  const auto card = [](crm::logistic shape) {
    return problems::said_by([&] {
      return crm::make_scorecard(crm::component("answered", crm::proportion{}, shape, 1));
    });
  };
  EXPECT_EQ(card(crm::logistic{.80, .05}), "");
  problems::expect_part(card(crm::logistic{80, 5}), "the metric is a fraction");
}

}  // namespace
